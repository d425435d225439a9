import type { Generation } from '../../../contract/generation.ts';
import type { ListQuery, SearchHit } from '../../../contract/library.ts';
import { parseSearch, wordsOf } from '../../../contract/query.ts';
import type { Studio } from '../../../engine/studio.ts';
import { boardOf } from './arrange.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withLibrary } from '../session.ts';
import { isoTime, shortTime } from '../time.ts';
import { unheardIn } from '../unheard.ts';

export interface LimitOptions extends GlobalOptions {
  readonly limit: number;
}

export interface HitOptions extends LimitOptions {
  readonly offset: number;
}

export interface SimilarOptions extends HitOptions {
  readonly among?: string | undefined;
}

export async function search(
  words: string,
  { limit, offset, ...options }: HitOptions,
): Promise<void> {
  // Read before a model is loaded, so that what cannot be read is told at once.
  const query = parseSearch(words);
  await withLibrary(options, async (studio) => {
    // A command ends with its answer: what is looked at meanwhile in a window is waited for here.
    await studio.seen(studio.onProgress);
    const hits = await studio.service.search({ words, limit, offset }, { signal: studio.signal });
    const unheard = await unheardIn([wordsOf(query)], studio, options.json);
    printHits(options, { words, results: resultsOf(hits, studio), ...unheard }, hits);
  });
}

export async function similar(
  id: string,
  { limit, offset, among: query, ...options }: SimilarOptions,
): Promise<void> {
  await withLibrary(options, async (studio) => {
    const hits = await studio.service.similar({ id, limit, offset, query });
    printHits(options, { id, results: resultsOf(hits, studio) }, hits);
  });
}

type ListKeys =
  | ('limit' | 'before' | 'starred' | 'trashed' | 'rating' | 'label' | 'tag' | 'board')
  | ('sort' | 'reverse');

export type ListOptions = GlobalOptions &
  Pick<ListQuery, ListKeys> & { readonly noted?: true | undefined };

export async function list(query: string, options: ListOptions): Promise<void> {
  await withLibrary(options, async (studio) => {
    const { board, ...filter } = filterOf(options);
    const on = board === undefined ? undefined : await boardOf(studio.service, board);
    const { items, next } = await studio.service.list({ ...filter, board: on, query });
    const portraits = items.map((generation) => portraitDocument(generation, studio));
    print(options.json, { portraits, next }, items.map(portraitLine));
  });
}

function filterOf(options: ListOptions) {
  const { limit, before, starred, trashed, rating, label, tag, board, noted, sort, reverse } =
    options;
  return { limit, before, starred, trashed, rating, label, tag, board, noted, sort, reverse };
}

export async function show(id: string, options: GlobalOptions): Promise<void> {
  await withLibrary(options, async ({ service, library }) => {
    const portrait = { ...(await service.get({ id })), file: library.reader.picturePath(id) };
    const { createdAt, trashedAt } = portrait;
    const readable = {
      ...portrait,
      createdAt: shortTime(createdAt),
      trashedAt: trashedAt && shortTime(trashedAt),
    };
    const lines = Object.entries(readable).map(
      ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    print(options.json, portrait, lines);
  });
}

function resultsOf(hits: readonly SearchHit[], studio: Studio) {
  return hits.map(({ generation, similarity }) => ({
    similarity,
    ...portraitDocument(generation, studio),
  }));
}

function printHits({ json }: GlobalOptions, document: object, hits: readonly SearchHit[]): void {
  const lines = hits.map(
    ({ generation, similarity }) =>
      `${similarity?.toFixed(3) ?? '  –  '}  ${portraitLine(generation)}`,
  );
  print(json, document, lines);
}

function portraitDocument(generation: Generation, { library }: Studio) {
  const { id, prompt, seed, width, height, starred, rating, label, tags } = generation;
  return {
    ...{ id, file: library.reader.picturePath(id), prompt, seed, width, height, starred },
    ...{ rating, label, tags },
    createdAt: isoTime(generation.createdAt),
  };
}

/** Star, rating and first words, then what it bears. */
function portraitLine({ id, createdAt, starred, rating, prompt, source, ...other }: Generation) {
  const marks = `${starred ? '★' : ' '}${rating || ' '}`;
  const borne = [other.label ?? [], other.tags.map((tag) => `#${tag}`)].flat();
  return [id, shortTime(createdAt), marks, prompt || `(${source.kind})`, ...borne].join('  ');
}
