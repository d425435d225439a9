import type { Generation } from '../../electron/contract/generation.ts';
import { MAX_IDS, MAX_RESULTS } from '../../electron/contract/library.ts';
import { type Order } from './selection.svelte.ts';
import { type Span, SparseList } from './sparse-list.ts';

/**
 * Portraits that are read at once while one looks through them: what comes is checked and shown in one task, which must
 * not keep the window from drawing.
 */
const PAGE = 100;
/** About as many portraits are kept in mind as have been looked at last. */
const MOST_KNOWN = 10_000;

/** Where a list is read from, and what becomes of what was read. */
export interface PageReader {
  read(offset: number, limit: number): Promise<readonly Generation[]>;
  /** The ids alone, of a long stretch. */
  readIds(offset: number, limit: number): Promise<readonly string[]>;
  /** How long all of it is. */
  count(): Promise<number>;
  /** Portraits that came with a page. */
  take(generations: readonly Generation[]): void;
  /** Portraits that were looked at long ago and are no longer kept in mind. */
  letGo(ids: readonly string[]): void;
  fail(error: unknown): void;
}

/** A list of any length, read where it is looked at. */
export class PortraitList implements Order {
  readonly #list = new SparseList();
  readonly #reader: PageReader;
  /** Counts the changes, so that who reads the list is told of them. */
  #version = $state(0);
  /** With every page that is read the list changes, and is as long as before. */
  readonly #total = $derived(this.#seen().total);
  #wanted: Span = { start: 0, end: 0 };
  #isReading = false;
  /** Counts the lists, so that an answer to an older question is dropped. */
  #epoch = 0;

  constructor(reader: PageReader) {
    this.#reader = reader;
  }

  /** How many there are to show, read or not. */
  get total(): number {
    return this.#total;
  }

  /** The ids from the first on, as far as they have been read. */
  get head(): readonly string[] {
    return this.#seen().head;
  }

  at(index: number): string | undefined {
    return this.#seen().at(index);
  }

  indexOf(id: string): number {
    return this.#seen().indexOf(id);
  }

  /**
   * Reads anew what is wanted, and forgets all else. What was shown stays until then.
   *
   * @returns false where portraits came or went while it was read: what is shown may lack them
   */
  async reload(): Promise<boolean> {
    const epoch = ++this.#epoch;
    const total = await this.#reader.count();
    // It may have become shorter than where one looked.
    const start = this.#pageOf(Math.max(0, Math.min(this.#wanted.start, total - 1)));
    const pages = Math.ceil((this.#wanted.end - start) / PAGE);
    const limit = Math.min(MAX_RESULTS, Math.max(1, pages) * PAGE);
    const items = await this.#reader.read(start, limit);
    // Who asked later is told.
    if (epoch !== this.#epoch) return true;
    this.#reader.take(items);
    const isAll = items.length < limit;
    this.reset(isAll ? start + items.length : total, idsOf(items), start);
    this.#readOn();
    return (await this.#reader.count()) === total;
  }

  /** Shows these from `start` on, of `total`. */
  reset(total: number, ids: readonly string[] = [], start = 0): void {
    this.#epoch += 1;
    this.#isReading = false;
    this.#list.reset(total, ids, start);
    this.#version += 1;
  }

  /** Begins at the top with what is asked for next. */
  rewind(): void {
    this.#wanted = { start: 0, end: 0 };
  }

  /** Reads what is looked at; what was wanted before and has not been asked for is not any more. */
  want(span: Span): void {
    this.#wanted = span;
    this.#list.look(span);
    this.#readOn();
  }

  /** The id at an index, read where it is not known. */
  async reach(index: number): Promise<string | undefined> {
    const [id] = await this.idsIn(index, index + 1);
    return id;
  }

  async idsIn(start: number, end: number): Promise<string[]> {
    const ids: string[] = [];
    const stop = Math.min(end, this.#list.total);
    const isLong = stop - start > MAX_RESULTS;
    for (let at = Math.max(0, start); at < stop;) {
      const id = this.#list.at(at);
      if (id !== undefined) {
        ids.push(id);
        at += 1;
      } else if (isLong) {
        const more = await this.#reader.readIds(at, Math.min(MAX_IDS, stop - at));
        if (more.length === 0) break;
        for (const each of more) ids.push(each);
        at += more.length;
      } else if (!(await this.#read({ start: at, end: at + 1 }))) break;
    }
    return ids;
  }

  /** Puts one into a list that is in descending order; false where its place lies among what was not read. */
  insert(id: string): boolean {
    const index = this.#list.placeFor(id);
    if (index === null) return false;
    this.#list.insert(index, id);
    this.#version += 1;
    return true;
  }

  remove(ids: ReadonlySet<string>): void {
    this.#list.remove(ids);
    this.#version += 1;
  }

  #seen(): SparseList {
    void this.#version;
    return this.#list;
  }

  #pageOf(index: number): number {
    return Math.floor(index / PAGE) * PAGE;
  }

  /** One page after the other, as long as something that is looked at is not known. */
  #readOn(): void {
    if (this.#isReading || this.#list.missing(this.#wanted, PAGE) === null) return;
    const epoch = this.#epoch;
    this.#isReading = true;
    this.#read(this.#wanted)
      .then(
        (isRead) => isRead,
        (error: unknown) => {
          this.#reader.fail(error);
          return false;
        },
      )
      .then((goesOn) => {
        if (epoch !== this.#epoch) return;
        this.#isReading = false;
        if (goesOn) this.#readOn();
      });
  }

  /** Reads the first page of a span that is not known; false where nothing came. */
  async #read(span: Span): Promise<boolean> {
    const epoch = this.#epoch;
    const missing = this.#list.missing(span, PAGE);
    if (!missing) return true;
    const items = await this.#reader.read(missing.start, missing.end - missing.start);
    if (epoch !== this.#epoch) return false;
    this.#reader.take(items);
    this.#list.put(missing.start, idsOf(items));
    this.#list.look(this.#wanted);
    this.#reader.letGo(this.#list.shrink(MOST_KNOWN));
    this.#version += 1;
    return items.length > 0;
  }
}

const idsOf = (items: readonly Generation[]): string[] => items.map(({ id }) => id);
