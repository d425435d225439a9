import type { PortraitSelection } from '../../electron/contract/delivery.ts';
import { keysOf } from '../../electron/contract/formats.ts';
import type { Order, SortKey } from '../../electron/contract/library.ts';
import { isFilter, parseQuery, printQuery, wordsOf } from '../../electron/contract/query.ts';

/** What portraits are compared with: one of the library, or a picture of the artist's. */
export type Like =
  | { readonly kind: 'portrait'; readonly id: string }
  | { readonly kind: 'picture'; readonly reference: string };

/** `best` is the closest first where there is something to be close to, and else the newest. */
export type Sort = 'best' | SortKey;

/** What the library shows. */
export interface Source {
  /** Words and filters (`contract/query.ts`), of which all can be read. */
  readonly query: string;
  readonly like: Like | null;
  readonly sort: Sort;
  readonly reverse: boolean;
  /** The board whose order `sort` means. */
  readonly board: string | null;
}

export const ALL: Source = { query: '', like: null, sort: 'best', reverse: false, board: null };

export type Shelf = 'all' | 'starred' | 'trash';

/** The query of each shelf. */
export const SHELVES: Readonly<Record<Shelf, string>> = {
  all: '',
  starred: 'is:starred',
  trash: 'is:trashed',
};

/** The shelf that a source is, newest first: a portrait can be put into it without asking the engine. */
export function shelfOf({ query, like, sort, reverse }: Source): Shelf | null {
  if (like !== null || reverse || (sort !== 'best' && sort !== 'date')) return null;
  return keysOf(SHELVES).find((shelf) => SHELVES[shelf] === query) ?? null;
}

/** Whether portraits come by how close they are, and none is left out for lack of a word. */
export function isRanked({ query, like, sort }: Source): boolean {
  return sort === 'best' && (like !== null || wordsOf(parseQuery(query)) !== '');
}

/** Whether portraits come by the date they were made. */
export function isByDate(source: Source): boolean {
  return !isRanked(source) && (source.sort === 'best' || source.sort === 'date');
}

/** Whether portraits of the trash are shown, and then no others. */
export function isTrash({ query }: Source): boolean {
  return parseQuery(query).some(
    (term) =>
      isFilter(term) &&
      !term.negated &&
      term.name === 'is' &&
      term.value.toLowerCase() === 'trashed',
  );
}

/** What says how many a source has: words only rank where the closest come first. */
export function countedQuery(source: Source): string {
  if (source.like !== null || !isRanked(source)) return source.query;
  return printQuery(parseQuery(source.query).filter((term) => isFilter(term) || term.negated));
}

/** How a source that is not ranked is ordered. */
export function orderOf({ query, sort, reverse, board }: Source): Order {
  return {
    ...{ reverse, sort: sort === 'best' ? 'date' : sort },
    ...(query !== '' && { query }),
    ...(sort === 'board' && board !== null && { board }),
  };
}

/** All that a source has, in its order, without naming any. */
export function selectionOf(source: Source, total: number): PortraitSelection {
  if (!isRanked(source)) return { by: 'list', ...orderOf(source) };
  const { query, like } = source;
  if (like === null) return { by: 'words', words: query, limit: total };
  if (like.kind === 'portrait') return { by: 'portrait', id: like.id, query, limit: total };
  return { by: 'picture', reference: like.reference, query, limit: total };
}
