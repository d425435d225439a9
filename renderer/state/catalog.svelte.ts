import {
  type BoardListing,
  MAX_RATING,
  type TagCount,
  tagKey,
} from '../../electron/contract/arrange.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import type { Shelf } from './source.ts';

/** News in a row are answered once. */
const NEWS_PAUSE_MS = 400;

/** How many portraits there are of each kind. */
export interface Counts {
  readonly shelves: Readonly<Record<Shelf, number>>;
  /** Rated so or better, by the rating. */
  readonly ratings: Readonly<Record<number, number>>;
}

/** What the library can be looked through by: boards, tags and ratings, with how many there are. */
export class Catalog {
  #boards = $state.raw<readonly BoardListing[]>([]);
  #tags = $state.raw<readonly TagCount[]>([]);
  #packs = $state.raw<readonly string[]>([]);
  #counts = $state.raw<Counts | null>(null);
  #news: ReturnType<typeof setTimeout> | undefined;
  readonly #service: StudioService;
  readonly #isSeen: () => boolean;
  readonly #onRename: (from: string, to: string) => void;
  #isStale = true;

  /**
   * @param isSeen whether anyone looks at it: else it is read when somebody does (`refresh`)
   * @param onRename told of a board that is called something else than when it was last read
   */
  constructor(
    service: StudioService,
    isSeen: () => boolean,
    onRename: (from: string, to: string) => void = () => {},
  ) {
    this.#service = service;
    this.#isSeen = isSeen;
    this.#onRename = onRename;
  }

  /** In their order, those of a board after it. */
  get boards(): readonly BoardListing[] {
    return this.#boards;
  }

  /** The most frequent first. */
  get tags(): readonly TagCount[] {
    return this.#tags;
  }

  /** Ids of the packs that are there. */
  get packs(): readonly string[] {
    return this.#packs;
  }

  /** Null until they were read. */
  get counts(): Counts | null {
    return this.#counts;
  }

  board(id: string): BoardListing | undefined {
    return this.#boards.find((board) => board.id === id);
  }

  /** The id of the only board of that name, however it is capitalised. */
  boardNamed(name: string): string | null {
    const named = this.#boards.filter((board) => tagKey(board.name) === tagKey(name));
    return named.length === 1 ? (named[0]?.id ?? null) : null;
  }

  /** Reads what may have changed since. */
  async refresh(): Promise<void> {
    if (this.#isStale) await this.reload();
  }

  async reload(): Promise<void> {
    clearTimeout(this.#news);
    this.#isStale = false;
    const [boards, tags, packs, counts] = await Promise.all([
      this.#service.boards({}),
      this.#service.tags({}),
      this.#service.packs({}),
      this.#count(),
    ]);
    const before = this.#boards;
    this.#boards = boards;
    this.#tags = tags;
    this.#packs = packs
      .flatMap(({ pack }) => pack?.id ?? [])
      .filter((id, at, all) => all.indexOf(id) === at);
    this.#counts = counts;
    for (const { id, name } of before) {
      const to = this.board(id)?.name;
      if (to !== undefined && to !== name) this.#onRename(name, to);
    }
  }

  takeNews({ kind }: StudioEvent, onFailure: (error: unknown) => void): void {
    if (kind !== 'library' && kind !== 'boards') return;
    this.#isStale = true;
    if (!this.#isSeen()) return;
    clearTimeout(this.#news);
    this.#news = setTimeout(() => void this.reload().catch(onFailure), NEWS_PAUSE_MS);
  }

  async #count(): Promise<Counts> {
    const of = async (filter: Parameters<StudioService['count']>[0]) =>
      (await this.#service.count(filter)).count;
    const [all, starred, trash] = await Promise.all([
      of({}),
      of({ starred: true }),
      of({ trashed: true }),
    ]);
    const ratings = await Promise.all(
      Array.from({ length: MAX_RATING }, (_, at) => at + 1).map(
        async (rating) => [rating, await of({ rating })] as const,
      ),
    );
    return {
      shelves: { all, starred, trash },
      ratings: Object.fromEntries(ratings),
    };
  }
}
