import { SvelteMap } from 'svelte/reactivity';
import type { Generation } from '../../electron/contract/generation.ts';
import { MAX_RESULTS } from '../../electron/contract/library.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import { Selection } from './selection.svelte.ts';
import { ALL, countedQuery, isRanked, type Shelf, shelfOf, type Source } from './source.ts';
import type { Toasts } from './toasts.svelte.ts';

const PAGE = 500;
/** News of more portraits than this is answered by reading the list again. */
const MAX_SINGLE_READS = 50;
/** News in a row are answered once. */
const NEWS_PAUSE_MS = 250;

/** Portraits in their order, and where the next page begins: null on the last. */
interface Page {
  readonly items: readonly Generation[];
  readonly next: string | number | null;
}

/** Ids are UUIDv7: their order is the order of creation. */
const newestFirst = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

/** Everything ever made: one list that filmstrip and gallery both show, and what is selected in it. */
export class Library {
  readonly #known = new SvelteMap<string, Generation>();
  #source = $state.raw<Source>(ALL);
  #ids = $state.raw<readonly string[]>([]);
  #total = $state(0);
  #loaded = $state(false);
  #failed = $state(false);
  #next: Page['next'] = null;
  #reading: Promise<void> | null = null;
  /** Counts the lists asked for, so that an answer to an older question is dropped. */
  #epoch = 0;
  readonly #service: StudioService;
  readonly #toasts: Toasts;
  /** What is selected in the library is not what is selected in the history: each place acts on what it shows. */
  readonly #selections = {
    library: new Selection(() => this.#ids),
    history: new Selection(() => this.#ids),
  };
  readonly #isSeen: () => boolean;
  #news: ReturnType<typeof setTimeout> | undefined;

  /** @param isSeen whether the artist is in the library, and not where the history is */
  constructor(service: StudioService, toasts: Toasts, isSeen: () => boolean = () => true) {
    this.#service = service;
    this.#toasts = toasts;
    this.#isSeen = isSeen;
  }

  /** What is selected where the artist is. */
  get selection(): Selection {
    return this.#selections[this.#isSeen() ? 'library' : 'history'];
  }

  get source(): Source {
    return this.#source;
  }

  /** Ids in order of display, as far as they have been read. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** How many there are to show, read or not. */
  get total(): number {
    return this.#total;
  }

  /** False until the list was read for the first time. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Whether it could not be read: then there is nothing to show. */
  get failed(): boolean {
    return this.#failed;
  }

  portrait(id: string): Generation | undefined {
    return this.#known.get(id);
  }

  /** Reads portraits that are not known yet; those that are gone are left out. */
  async fetch(ids: readonly string[]): Promise<Generation[]> {
    const found = await Promise.all(
      ids.map(async (id) => {
        try {
          return this.#known.get(id) ?? this.#remember(await this.#service.get({ id }));
        } catch {
          return null;
        }
      }),
    );
    return found.filter((generation) => generation !== null);
  }

  async show(source: Source): Promise<void> {
    this.#source = source;
    for (const selection of Object.values(this.#selections)) selection.clear();
    await this.reload();
  }

  /** @param atLeast so many are read at once, as far as one page can have them */
  async reload(atLeast = 0): Promise<void> {
    clearTimeout(this.#news);
    const epoch = ++this.#epoch;
    this.#reading = null;
    // Where the list before could be read on means nothing in this one.
    this.#next = null;
    let failed = false;
    try {
      const source = this.#source;
      const [page, { count }] = await Promise.all([
        this.#page(source, null, Math.min(MAX_RESULTS, Math.max(PAGE, atLeast))),
        this.#service.count({ query: countedQuery(source) }),
      ]);
      if (epoch !== this.#epoch) return;
      this.#list(page, count);
    } catch (error) {
      failed = true;
      this.#toasts.fail(error);
    }
    if (epoch !== this.#epoch) return;
    this.#loaded = true;
    this.#failed = failed;
    // What was shown before is not what is asked for.
    if (failed) this.#list({ items: [], next: null }, 0);
  }

  /** Reads on until the list reaches `index`. */
  async reach(index: number): Promise<void> {
    while (index >= this.#ids.length && this.#next !== null) {
      this.#reading ??= this.#readPage(this.#epoch).finally(() => (this.#reading = null));
      try {
        await this.#reading;
      } catch (error) {
        this.#toasts.fail(error);
        return;
      }
    }
  }

  /** A portrait that has just been drawn or read. */
  take(generation: Generation): void {
    this.#remember(generation);
    const shelf = shelfOf(this.#source);
    if (shelf === null) return;
    const { id } = generation;
    const fits = this.#fits(generation, shelf);
    if (this.#ids.includes(id)) {
      if (!fits) this.#drop([id]);
    } else if (this.#isBeyond(id)) void this.#recount();
    else if (fits) this.#insert(id);
  }

  /** Shows a change at once; the engine's news of it follows and is the last word. */
  change(ids: readonly string[], change: Partial<Generation>): void {
    for (const id of ids) {
      const generation = this.#known.get(id);
      if (generation) this.take({ ...generation, ...change });
    }
  }

  /** They were deleted for good. */
  forget(ids: readonly string[]): void {
    if (shelfOf(this.#source) !== null && ids.some((id) => this.#isBeyond(id))) {
      void this.#recount();
    }
    this.#drop(ids);
    for (const id of ids) this.#known.delete(id);
  }

  async takeNews(event: StudioEvent): Promise<void> {
    if (event.kind !== 'library') return;
    this.forget(event.removed);
    const news = [...event.added, ...event.changed];
    if (news.length > MAX_SINGLE_READS) return this.reload(this.#ids.length);
    const fresh = await Promise.all(news.map((id) => this.#service.get({ id }).catch(() => null)));
    for (const generation of fresh) if (generation) this.take(generation);
    if (shelfOf(this.#source) !== null) return;
    // Only the engine knows what a search finds now.
    clearTimeout(this.#news);
    this.#news = setTimeout(() => void this.reload(this.#ids.length), NEWS_PAUSE_MS);
  }

  /** Selects all there are, also what has not been read yet. */
  async selectAll(): Promise<void> {
    const epoch = this.#epoch;
    await this.reach(this.#total - 1);
    if (epoch === this.#epoch) this.selection.addAll();
  }

  // Reading

  async #page(source: Source, from: Page['next'], limit: number): Promise<Page> {
    const { query, like, sort, reverse, board } = source;
    if (!isRanked(source)) {
      return this.#service.list({
        ...{ limit, reverse, sort: sort === 'best' ? 'date' : sort },
        ...(query !== '' && { query }),
        ...(sort === 'board' && board !== null && { board }),
        ...(typeof from === 'string' && { before: from }),
      });
    }
    const offset = typeof from === 'number' ? from : 0;
    const page = { limit, offset };
    const hits =
      like === null
        ? await this.#service.search({ ...page, words: query })
        : like.kind === 'portrait'
          ? await this.#service.similar({ ...page, id: like.id, query })
          : await this.#service.similarToPicture({ ...page, reference: like.reference, query });
    const items = hits.map(({ generation }) => generation);
    return { items, next: hits.length < limit ? null : offset + hits.length };
  }

  /** Portraits that lie beyond what was read came, went or changed: only the engine knows how many there are now. */
  async #recount(): Promise<void> {
    const epoch = this.#epoch;
    const { count } = await this.#service.count({ query: this.#source.query });
    if (epoch === this.#epoch) this.#total = Math.max(count, this.#ids.length);
  }

  async #readPage(epoch: number): Promise<void> {
    if (this.#next === null) return;
    const page = await this.#page(this.#source, this.#next, PAGE);
    if (epoch !== this.#epoch) return;
    const fresh = page.items.map((item) => this.#remember(item).id);
    this.#ids = [...this.#ids, ...fresh.filter((id) => !this.#ids.includes(id))];
    this.#next = page.next;
    if (page.next === null) this.#total = this.#ids.length;
  }

  /** Shows these, of `total`. */
  #list({ items, next }: Page, total: number): void {
    this.#ids = items.map((generation) => this.#remember(generation).id);
    this.#next = next;
    this.#total = next === null ? this.#ids.length : Math.max(total, this.#ids.length);
    if (next !== null) return;
    for (const selection of Object.values(this.#selections)) selection.keep(this.#ids);
  }

  #remember(generation: Generation): Generation {
    this.#known.set(generation.id, generation);
    return generation;
  }

  #fits({ trashedAt, starred }: Generation, shelf: Shelf): boolean {
    if ((trashedAt !== null) !== (shelf === 'trash')) return false;
    return shelf !== 'starred' || starred;
  }

  /** Whether a portrait is older than everything read so far: a later page will bring it. */
  #isBeyond(id: string): boolean {
    const oldestRead = this.#ids.at(-1);
    return this.#next !== null && oldestRead !== undefined && id < oldestRead;
  }

  #insert(id: string): void {
    this.#total += 1;
    this.#ids = [...this.#ids, id].sort(newestFirst);
  }

  #drop(ids: readonly string[]): void {
    const isGone = (id: string) => ids.includes(id);
    const left = this.#ids.filter((id) => !isGone(id));
    this.#total -= this.#ids.length - left.length;
    for (const selection of Object.values(this.#selections)) selection.drop(ids, left);
    this.#ids = left;
  }
}
