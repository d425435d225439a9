import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Generation } from '../../electron/contract/generation.ts';
import { MAX_RESULTS, type Order } from '../../electron/contract/library.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import { Days } from './days.svelte.ts';
import { PictureQueue } from './picture-queue.ts';
import { PortraitList } from './portrait-list.svelte.ts';
import { Selection } from './selection.svelte.ts';
import {
  ALL,
  countedQuery,
  isByDate,
  isRanked,
  isTrash,
  orderOf,
  type Shelf,
  shelfOf,
  type Source,
} from './source.ts';
import type { Span } from './sparse-list.ts';
import type { Toasts } from './toasts.svelte.ts';

/** News of more portraits than this is answered by reading the list again. */
const MAX_SINGLE_READS = 50;
/** News in a row are answered once. */
const NEWS_PAUSE_MS = 250;

/** Everything ever made: one list that filmstrip and gallery both show, and what is selected in it. */
export class Library {
  readonly #known = new SvelteMap<string, Generation>();
  /** Portraits that stay known however far the list is scrolled. */
  readonly #pinned = new SvelteSet<string>();
  /** They were deleted for good. */
  readonly #gone = new SvelteSet<string>();
  #source = $state.raw<Source>(ALL);
  readonly #showsTrash = $derived(isTrash(this.#source));
  #loaded = $state(false);
  #failed = $state(false);
  readonly #service: StudioService;
  readonly #toasts: Toasts;
  readonly #list = new PortraitList({
    read: (offset, limit) => this.#read(offset, limit),
    readIds: (offset, limit) => this.#readIds(offset, limit),
    count: () => this.#count(),
    take: (generations) => this.#remember(generations),
    letGo: (ids) => this.#letGo(ids),
    fail: (error) => this.#toasts.fail(error),
  });
  /** What is selected in the library is not what is selected in the history: each place acts on what it shows. */
  readonly #selections = {
    library: new Selection(this.#list),
    history: new Selection(this.#list),
  };
  readonly #isSeen: () => boolean;
  #news: ReturnType<typeof setTimeout> | undefined;
  readonly pictures = new PictureQueue();
  readonly days: Days;

  /** @param isSeen whether the artist is in the library, and not where the history is */
  constructor(service: StudioService, toasts: Toasts, isSeen: () => boolean = () => true) {
    this.#service = service;
    this.#toasts = toasts;
    this.#isSeen = isSeen;
    this.days = new Days(service, () => this.#source);
  }

  /** What is selected where the artist is. */
  get selection(): Selection {
    return this.#selections[this.#isSeen() ? 'library' : 'history'];
  }

  get source(): Source {
    return this.#source;
  }

  /** Whether portraits come by the date they were made. */
  get isByDate(): boolean {
    return isByDate(this.#source);
  }

  /** How many there are to show, read or not. */
  get total(): number {
    return this.#list.total;
  }

  /** The ids at the top, as far as they have been read. */
  get head(): readonly string[] {
    return this.#list.head;
  }

  /** False until the list was read for the first time. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Whether it could not be read: then there is nothing to show. */
  get failed(): boolean {
    return this.#failed;
  }

  /** The id at an index; undefined where it has not been read. */
  at(index: number): string | undefined {
    return this.#list.at(index);
  }

  /** Where a portrait stands; -1 where that is not known. */
  indexOf(id: string): number {
    return this.#list.indexOf(id);
  }

  portrait(id: string): Generation | undefined {
    return this.#known.get(id);
  }

  /** Those that are known of some portraits. */
  knownOf(ids: readonly string[]): Generation[] {
    return ids.flatMap((id) => this.#known.get(id) ?? []);
  }

  /** Whether all of them are so, as far as they are known; false where none is. */
  areAll(ids: readonly string[], isSo: (generation: Generation) => boolean): boolean {
    const known = this.knownOf(ids);
    return known.length > 0 && known.every(isSo);
  }

  /** Whether it was deleted for good. */
  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** Keeps a portrait in mind that is at work elsewhere. */
  hold(id: string): void {
    this.#pinned.add(id);
  }

  /** Reads portraits that are not known yet; those that are gone are left out. */
  async fetch(ids: readonly string[]): Promise<Generation[]> {
    const found = await Promise.all(
      ids.map(async (id) => {
        this.hold(id);
        try {
          const generation = this.#known.get(id) ?? (await this.#service.get({ id }));
          this.#remember([generation]);
          return generation;
        } catch {
          return null;
        }
      }),
    );
    return found.filter((generation) => generation !== null);
  }

  /** The ids of the first portraits of an order that need not be shown. */
  async firstOf(order: Order, limit: number): Promise<readonly string[]> {
    const { items } = await this.#service.list({ ...order, limit });
    this.#remember(items);
    return items.map(({ id }) => id);
  }

  async show(source: Source): Promise<void> {
    this.#source = source;
    this.days.reset();
    for (const selection of Object.values(this.#selections)) selection.clear();
    this.#list.rewind();
    await this.reload();
  }

  async reload(): Promise<void> {
    const source = this.#source;
    clearTimeout(this.#news);
    this.days.forget();
    let failed = false;
    let isWhole = true;
    try {
      isWhole = await this.#list.reload();
    } catch (error) {
      failed = true;
      this.#toasts.fail(error);
    }
    if (source !== this.#source) return;
    this.#loaded = true;
    this.#failed = failed;
    // What was shown before is not what is asked for.
    if (failed) this.#list.reset(0);
    if (!isWhole) this.#reloadSoon();
    const { head, total } = this.#list;
    if (head.length < total) return;
    for (const selection of Object.values(this.#selections)) selection.keep(head);
  }

  /** Reads what is looked at. */
  want(span: Span): void {
    this.#list.want(span);
  }

  /** The id at an index, also where it has not been read so far. */
  async reach(index: number): Promise<string | undefined> {
    try {
      return await this.#list.reach(index);
    } catch (error) {
      this.#toasts.fail(error);
      return undefined;
    }
  }

  /** All ids of a span, also those that have not been read so far. */
  idsIn(start: number, end: number): Promise<readonly string[]> {
    return this.#list.idsIn(start, end);
  }

  /** A portrait that has just been drawn or read. */
  take(generation: Generation): void {
    this.hold(generation.id);
    this.#takeAll([generation]);
  }

  /** Shows a change at once; the engine's news of it follows and is the last word. */
  change(ids: readonly string[], change: Partial<Generation>): void {
    const { trashedAt } = change;
    // Every list shows the trash or the rest: who crosses over leaves it, known or not.
    if (trashedAt !== undefined && (trashedAt !== null) !== this.#showsTrash) this.#leave(ids);
    this.#takeAll(this.knownOf(ids).map((generation) => ({ ...generation, ...change })));
  }

  /** They were deleted for good. */
  forget(ids: readonly string[]): void {
    this.#leave(ids);
    for (const id of ids) {
      this.#known.delete(id);
      this.#pinned.delete(id);
      this.#gone.add(id);
    }
  }

  async takeNews(event: StudioEvent, watched: readonly string[] = []): Promise<void> {
    if (event.kind !== 'library') return;
    this.days.forget();
    if (event.removed.length > 0) this.forget(event.removed);
    const news = [...event.added, ...event.changed];
    if (news.length > MAX_SINGLE_READS) {
      await this.reload();
      return this.#renew(watched.filter((id) => event.changed.includes(id)));
    }
    await this.#renew(news);
    // Only the engine knows what a search finds now.
    if (shelfOf(this.#source) === null) this.#reloadSoon();
  }

  /** Reads portraits anew. */
  async #renew(ids: readonly string[]): Promise<void> {
    const fresh = await Promise.all(ids.map((id) => this.#service.get({ id }).catch(() => null)));
    this.#takeAll(fresh.filter((generation) => generation !== null));
  }

  /** Selects all there are, also what has not been read yet. */
  async selectAll(): Promise<void> {
    const source = this.#source;
    try {
      const ids = await this.idsIn(0, this.total);
      if (source === this.#source) this.selection.put(ids, this.selection.cursor);
    } catch (error) {
      this.#toasts.fail(error);
    }
  }

  // Reading

  #reloadSoon(): void {
    clearTimeout(this.#news);
    this.#news = setTimeout(() => void this.reload(), NEWS_PAUSE_MS);
  }

  async #read(offset: number, limit: number): Promise<readonly Generation[]> {
    const source = this.#source;
    const { query, like } = source;
    if (!isRanked(source)) {
      // The beginning needs no places, and answers at once.
      const from = offset > 0 ? { offset } : {};
      return (await this.#service.list({ ...orderOf(source), limit, ...from })).items;
    }
    const page = { limit, offset };
    const hits =
      like === null
        ? await this.#service.search({ ...page, words: query })
        : like.kind === 'portrait'
          ? await this.#service.similar({ ...page, id: like.id, query })
          : await this.#service.similarToPicture({ ...page, reference: like.reference, query });
    return hits.map(({ generation }) => generation);
  }

  async #readIds(offset: number, limit: number): Promise<readonly string[]> {
    if (!isRanked(this.#source))
      return (await this.#service.listIds({ ...orderOf(this.#source), limit, offset })).ids;
    const hits = await this.#read(offset, Math.min(MAX_RESULTS, limit));
    return hits.map(({ id }) => id);
  }

  async #count(): Promise<number> {
    return (await this.#service.count({ query: countedQuery(this.#source) })).count;
  }

  #remember(generations: readonly Generation[]): void {
    for (const generation of generations) this.#known.set(generation.id, generation);
  }

  #letGo(ids: readonly string[]): void {
    for (const id of ids) {
      const isSelected = Object.values(this.#selections).some((selection) => selection.has(id));
      if (!this.#pinned.has(id) && !isSelected) this.#known.delete(id);
    }
  }

  /** Puts portraits where they belong, and reads the list anew where that cannot be told. */
  #takeAll(generations: readonly Generation[]): void {
    this.#remember(generations);
    const shelf = shelfOf(this.#source);
    if (shelf === null) return;
    const isListed = ({ id }: Generation) => this.#list.indexOf(id) >= 0;
    const fits = (generation: Generation) => this.#fits(generation, shelf);
    const leaving = generations.filter((each) => isListed(each) && !fits(each));
    if (leaving.length > 0) this.#drop(leaving.map(({ id }) => id));
    const coming = generations.filter((each) => !isListed(each) && fits(each));
    const isPlaced =
      coming.length <= MAX_SINGLE_READS && coming.every(({ id }) => this.#list.insert(id));
    if (!isPlaced) this.#reloadSoon();
  }

  /** Whether a portrait may stand in the list without being known there. */
  #mayBeBeyond(id: string): boolean {
    if (this.#list.indexOf(id) >= 0) return false;
    const shelf = shelfOf(this.#source);
    const portrait = this.#known.get(id);
    return shelf === null || !portrait || this.#fits(portrait, shelf);
  }

  #fits({ trashedAt, starred }: Generation, shelf: Shelf): boolean {
    if ((trashedAt !== null) !== (shelf === 'trash')) return false;
    return shelf !== 'starred' || starred;
  }

  /** Takes portraits out of the list, also those that stand where it was not read. */
  #leave(ids: readonly string[]): void {
    const isBeyond = ids.some((id) => this.#mayBeBeyond(id));
    this.#drop(ids);
    if (isBeyond) this.#reloadSoon();
  }

  #drop(ids: readonly string[]): void {
    const leaving = new SvelteSet(ids);
    for (const selection of Object.values(this.#selections)) selection.drop(leaving);
    this.#list.remove(leaving);
  }
}
