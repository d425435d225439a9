import { StudioError } from '../../electron/contract/errors.ts';
import type { GroupKey } from '../../electron/contract/library.ts';
import {
  type FilterName,
  type FilterTerm,
  isFilter,
  MAX_QUERY_LENGTH,
  parseQuery,
  printQuery,
  type Query,
} from '../../electron/contract/query.ts';
import { ALL, type Like, type Shelf, type Sort, type Source } from './source.ts';

/** Long enough not to search for every letter of a word. */
const TYPING_PAUSE_MS = 300;

/** Filters of which one is meant where they are clicked: the next one takes the place of the one before. */
const SINGLE: readonly FilterName[] = ['rating', 'label', 'day', 'words', 'family'];
/** Filters that say where to look. */
const WHERE: readonly FilterName[] = ['is', 'board'];

/** The filter that a text ends with, or a phrase that is not closed yet. */
const UNFINISHED = /(?:^|\s)(?:-?[a-z]+(?:[<>]=?|:)(?:"[^"]*|[^\s"]*)|-?"[^"]*)$/i;

/** A filter beside the search field, which can be off without being gone. */
export interface Chip {
  readonly term: FilterTerm;
  readonly isOn: boolean;
}

/** Where what was typed cannot be read. */
export interface Unreadable {
  /** Index of the place in the text. */
  readonly at: number;
  readonly message: string;
}

/** How portraits are put together; `alike` are near-duplicates. */
export type Grouping = 'none' | GroupKey | 'alike';

/** What is asked of the library: words, filters, likeness, and the order of what is found. */
export class Search {
  #text = $state('');
  /** What the text says, as it could be read last. */
  #terms = $state.raw<Query>([]);
  #chips = $state.raw<readonly Chip[]>([]);
  #like = $state.raw<Like | null>(null);
  #sort = $state<Sort>('best');
  #reverse = $state(false);
  #grouping = $state<Grouping>('none');
  #unreadable = $state.raw<Unreadable | null>(null);
  /** What was asked for last. */
  #asked = JSON.stringify(ALL);
  #pause: ReturnType<typeof setTimeout> | undefined;
  readonly #show: (source: Source) => void;
  readonly #boardNamed: (name: string) => string | null;

  /**
   * @param show shows what is asked for
   * @param boardNamed id of the only board of that name
   */
  constructor(
    show: (source: Source) => void,
    boardNamed: (name: string) => string | null = () => null,
  ) {
    this.#show = show;
    this.#boardNamed = boardNamed;
  }

  /** What stands in the field. */
  get text(): string {
    return this.#text;
  }

  /** What of it cannot be read; what is shown is what could be read before. */
  get unreadable(): Unreadable | null {
    return this.#unreadable;
  }

  get chips(): readonly Chip[] {
    return this.#chips;
  }

  get like(): Like | null {
    return this.#like;
  }

  get reverse(): boolean {
    return this.#reverse;
  }

  get grouping(): Grouping {
    return this.#grouping;
  }

  /** All that is asked for, as it would be typed. */
  get query(): string {
    const filters = this.#chips.filter(({ isOn }) => isOn).map(({ term }) => term);
    return printQuery([...filters, ...this.#terms]);
  }

  /** Whether there is something that the closest can be close to. */
  get hasMeaning(): boolean {
    return this.#like !== null || this.#terms.some((term) => !isFilter(term) && !term.negated);
  }

  /** Whether anything narrows or ranks. */
  get isEmpty(): boolean {
    return this.#like === null && this.#text.trim() === '' && this.#chips.length === 0;
  }

  /** The order that can be had with what is asked for: that of a board needs one, and closeness has its own. */
  get sort(): Sort {
    if (this.#like !== null) return 'best';
    if (this.#sort === 'board' && this.board === null) return 'best';
    return this.#sort;
  }

  /** The board that is shown, and no other. */
  get board(): string | null {
    const name = this.#valueOf('board');
    return name === null ? null : this.#boardNamed(name);
  }

  /** The shelf that is shown; null where it is a board. */
  get shelf(): Shelf | null {
    if (this.has(SHELF_TERMS.trash)) return 'trash';
    if (this.has(SHELF_TERMS.starred)) return 'starred';
    return this.#valueOf('board') === null ? 'all' : null;
  }

  // The field

  /** What is typed is looked for after a pause; a filter that a space ends becomes a chip, and is so at once. */
  type(text: string): void {
    this.#text = text.slice(0, MAX_QUERY_LENGTH);
    this.#read(UNFINISHED.test(text) ? text.replace(UNFINISHED, '') : text);
    // A filter that has become a chip is meant, and what is clicked next is clicked in what it finds.
    if (/\s$/.test(text) && !this.#unreadable && this.#takeFilters()) return this.#showNow();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#showNow(), TYPING_PAUSE_MS);
  }

  /** All that stands in the field is meant. */
  enter(): void {
    this.#read(this.#text);
    if (!this.#unreadable) this.#takeFilters();
    this.#showNow();
  }

  /** Puts a text that is meant into the field. */
  write(text: string): void {
    this.#text = text;
    this.enter();
  }

  /** Takes the last chip back into the field, to be changed there. */
  editLast(): void {
    const last = this.#chips.at(-1);
    if (!last) return;
    this.#chips = this.#chips.slice(0, -1);
    this.type(printQuery([last.term]));
  }

  // Filters

  /** Whether a filter is on. */
  has(term: FilterTerm): boolean {
    return this.#chips.some((chip) => chip.isOn && isSame(chip.term, term));
  }

  /** Asks for a filter, or no more. */
  toggle(term: FilterTerm): void {
    if (this.has(term)) this.#chips = this.#chips.filter((chip) => !isSame(chip.term, term));
    else this.#addClicked(term);
    this.#showNow();
  }

  /** Turns a chip off, or on again. */
  turn({ term }: Chip): void {
    this.#chips = this.#chips.map((chip) =>
      chip.term === term ? { term, isOn: !chip.isOn } : chip,
    );
    this.#showNow();
  }

  remove({ term }: Chip): void {
    this.#chips = this.#chips.filter((chip) => chip.term !== term);
    this.#showNow();
  }

  /** Shows a shelf: all of the library, or what there is on it of what is asked for. */
  showShelf(shelf: Shelf): void {
    if (shelf === 'all') return this.clear();
    this.#chips = this.#chips.filter(({ term }) => !WHERE.includes(term.name));
    this.#add(SHELF_TERMS[shelf]);
    this.#showNow();
  }

  /** Shows a board, in its order. */
  showBoard(name: string): void {
    this.#chips = this.#chips.filter(({ term }) => !WHERE.includes(term.name));
    this.#add(filterOf('board', name));
    this.#sort = 'board';
    this.#reverse = false;
    this.#showNow();
  }

  /** A board is called something else now. */
  renameBoard(from: string, to: string): void {
    const was = filterOf('board', from);
    if (!this.has(was)) return;
    this.#chips = this.#chips.map((chip) =>
      isSame(chip.term, was) ? { ...chip, term: filterOf('board', to) } : chip,
    );
    this.#showNow();
  }

  /** Shows what is like a portrait or a picture, the closest first. */
  setLike(like: Like | null): void {
    this.#like = like;
    this.#grouping = 'none';
    this.#showNow();
  }

  clear(): void {
    this.#text = '';
    this.#terms = [];
    this.#chips = [];
    this.#like = null;
    this.#unreadable = null;
    this.#showNow();
  }

  /** Shows all there is, in the order and form that it has at first. */
  reset(): void {
    this.#sort = 'best';
    this.#reverse = false;
    this.#grouping = 'none';
    this.clear();
  }

  // Order

  setSort(sort: Sort): void {
    this.#sort = sort;
    this.#showNow();
  }

  setReverse(reverse: boolean): void {
    this.#reverse = reverse;
    this.#showNow();
  }

  setGrouping(grouping: Grouping): void {
    this.#grouping = grouping;
  }

  /** Shows one group of those that were shown. */
  openGroup(by: GroupKey, key: string): void {
    this.#grouping = 'none';
    // Portraits without words are no group by a word.
    const isWordless = by === 'prompt' && key === '';
    this.#addClicked(
      isWordless
        ? { ...filterOf('has', 'words'), negated: true }
        : filterOf(by === 'prompt' ? 'words' : by, key),
    );
    this.#showNow();
  }

  #valueOf(name: FilterName): string | null {
    const found = this.#chips.find(({ term, isOn }) => isOn && term.name === name && !term.negated);
    return found?.term.value ?? null;
  }

  #addClicked(term: FilterTerm): void {
    if (SINGLE.includes(term.name)) {
      this.#chips = this.#chips.filter((chip) => chip.term.name !== term.name);
    }
    this.#add(term);
  }

  #add(term: FilterTerm): void {
    const left = this.#chips.filter((chip) => !isSame(chip.term, term));
    this.#chips = [...left, { term, isOn: true }];
  }

  /** Filters of the text become chips; the words stay. False where there are none. */
  #takeFilters(): boolean {
    const filters = this.#terms.filter(isFilter);
    if (filters.length === 0) return false;
    for (const term of filters) this.#add(term);
    const words = this.#terms.filter((term) => !isFilter(term));
    this.#terms = words;
    this.#text = words.length === 0 ? '' : `${printQuery(words)} `;
    return true;
  }

  #read(text: string): void {
    try {
      this.#terms = parseQuery(text);
      this.#unreadable = null;
    } catch (thrown) {
      if (!(thrown instanceof StudioError)) throw thrown;
      const at = thrown.details?.['at'];
      this.#unreadable = { at: typeof at === 'number' ? at : 0, message: thrown.message };
    }
  }

  #showNow(): void {
    clearTimeout(this.#pause);
    const { query, like, sort, reverse, board } = this;
    const source = { query, like, sort, reverse, board };
    const asked = JSON.stringify(source);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#show(source);
  }
}

/** A filter that is equal to something. */
export function filterOf(name: FilterName, value: string): FilterTerm {
  return { kind: 'filter', name, comparison: ':', value, negated: false };
}

const SHELF_TERMS = {
  starred: filterOf('is', 'starred'),
  trash: filterOf('is', 'trashed'),
} as const satisfies Record<Exclude<Shelf, 'all'>, FilterTerm>;

function isSame(a: FilterTerm, b: FilterTerm): boolean {
  return printQuery([a]).toLowerCase() === printQuery([b]).toLowerCase();
}
