import { SvelteMap } from 'svelte/reactivity';
import type { Frame, FrameSize } from '../../electron/contract/draw.ts';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import { type Cell, cellAt, type CellPlace, type Grid } from '../../electron/contract/grid.ts';
import { advancesOf } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { type CellFrame, CellMemory } from './cell-memory.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';

/** What is drawn of a grid, and how. */
interface Wanted {
  readonly grid: Grid;
  readonly places: readonly CellPlace[];
  /** Whether the hand moves on. */
  readonly moving: boolean;
  /** The pack and the device that draw: others draw otherwise. */
  readonly drawer: string;
}

export interface CellsRun {
  readonly done: number;
  readonly total: number;
  readonly remainingMs: number | null;
}

/**
 * The pictures of the cells that are looked at. While a hand moves an axis the old ones stay until the new come; what is
 * drawn gives way to what is wanted now once it has shown something, so that a quick hand still sees cells follow.
 */
export class CellFrames {
  readonly #shown = new SvelteMap<string, CellFrame>();
  readonly #memory = new CellMemory();
  #run = $state.raw<CellsRun | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #wanted: Wanted | null = null;
  #drawer = '';
  #isDrawing = false;
  #abort: AbortController | null = null;
  readonly #service: StudioService;
  readonly #speed: FrameSpeed;

  constructor(service: StudioService, speed: FrameSpeed) {
    this.#service = service;
    this.#speed = speed;
  }

  /** What is being drawn; null at rest. */
  get run(): CellsRun | null {
    return this.#run;
  }

  /** Why the last drawing broke off, until something else is wanted. */
  get error(): StudioError | null {
    return this.#error;
  }

  frame(place: CellPlace): Frame | null {
    return this.#shown.get(place.join())?.frame ?? null;
  }

  /** Whether what is seen at a place is what stands there now. */
  isNow(place: CellPlace, cell: Cell): boolean {
    return this.#shown.get(place.join())?.of === JSON.stringify(cell);
  }

  /** Draws these in their order, as far as they are not there. */
  want(wanted: Wanted): void {
    if (wanted.drawer !== this.#drawer) this.#forget();
    this.#drawer = wanted.drawer;
    this.#wanted = wanted;
    this.#error = null;
    for (const place of wanted.places) this.#recall(wanted, place);
    if (!this.#isDrawing) void this.#drawAll();
  }

  /** Draws no more; what is seen stays. */
  stop(): void {
    this.#wanted = null;
    this.#abort?.abort();
  }

  #forget(): void {
    this.#abort?.abort();
    this.#shown.clear();
    this.#memory.clear();
  }

  async #drawAll(): Promise<void> {
    this.#isDrawing = true;
    for (let drawn: Wanted | null = null; this.#wanted && this.#wanted !== drawn;) {
      drawn = this.#wanted;
      const failure = await this.#draw(drawn);
      if (!failure) continue;
      this.#error = failure;
      this.#wanted = null;
    }
    this.#isDrawing = false;
    this.#run = null;
  }

  /** @returns what went wrong; null where nothing did, or something else is wanted now */
  async #draw(wanted: Wanted): Promise<StudioError | null> {
    const size = wanted.moving ? this.#speed.size : 'full';
    const cells = wanted.places.filter((place) => !this.#recall(wanted, place, size));
    if (cells.length === 0) return null;
    const abort = new AbortController();
    this.#abort = abort;
    this.#run = { done: 0, total: cells.length, remainingMs: null };
    const advance = advancesOf('render', ({ done, total, remainingMs }) => {
      this.#run = { done, total, remainingMs };
    });
    try {
      await this.#service.drawCells(
        { grid: wanted.grid, cells, size },
        {
          signal: abort.signal,
          onEvent: (event) => {
            if (event.kind !== 'cell') return advance(event);
            const of = JSON.stringify(cellAt(wanted.grid, event.place));
            this.#show(event.place, { of, frame: event.frame, size });
            if (this.#wanted !== wanted) abort.abort();
          },
        },
      );
      return null;
    } catch (error) {
      const failure = toStudioError(error);
      return failure.code === 'cancelled' || failure.code === 'disconnected' ? null : failure;
    } finally {
      this.#abort = null;
    }
  }

  /** Shows what is remembered of a place. @returns whether it is there, of that size or better */
  #recall({ grid }: Wanted, place: CellPlace, size: FrameSize = 'small'): boolean {
    const of = JSON.stringify(cellAt(grid, place));
    const known = this.#memory.get(of);
    if (!known) return false;
    if (this.#shown.get(place.join()) !== known) this.#show(place, known);
    return size === 'small' || known.size === 'full';
  }

  #show(place: CellPlace, shown: CellFrame): void {
    this.#shown.set(place.join(), shown);
    this.#memory.put(shown);
  }
}
