import { z } from 'zod';
import { generateRequestSchema } from '../../electron/contract/draw.ts';
import { keepCellsRequestSchema } from '../../electron/contract/grid.ts';
import { replayRequestSchema } from '../../electron/contract/lineage.ts';

/** What is to be drawn. */
export const drawTaskSchema = z.object({
  /** What kind of work it is; empty for words that are drawn as they stand. */
  kind: z.string(),
  /** The words that are drawn. */
  words: z.string(),
  /** How many portraits are drawn, and how many of them come onto the easel. */
  count: z.int().nonnegative(),
  places: z.int().nonnegative(),
  /** What the studio is asked for. */
  asked: z.discriminatedUnion('method', [
    z.object({ method: z.literal('generate'), request: generateRequestSchema }),
    z.object({ method: z.literal('replay'), request: replayRequestSchema }),
    z.object({ method: z.literal('keepCells'), request: keepCellsRequestSchema }),
  ]),
});
export type DrawTask = z.infer<typeof drawTaskSchema>;

/** How far it is. */
export interface DrawProgress {
  readonly done: number;
  /** Estimate in milliseconds, null while there is none. */
  readonly remainingMs: number | null;
}

/** One of the queue. */
export type DrawRun = DrawTask & DrawProgress & { readonly id: number };

/** The turn of one of the queue. */
export interface Turn {
  /** Fires when the artist cancels it. */
  readonly signal: AbortSignal;
  report(progress: DrawProgress): void;
}

/** Draws when its turn comes. False where it broke off: then what waits goes on when the artist says so. */
type Draw = (turn: Turn) => Promise<boolean>;

/** One of the queue as it was when the window went. */
export type BrokenOff = DrawTask & Pick<DrawProgress, 'done'>;

interface Entry {
  readonly run: DrawRun;
  readonly abort: AbortController;
  readonly draw: Draw;
  /** Tells who waits for it that its turn is over. */
  settle(): void;
}

/** What is drawn, one after the other. Whatever is added waits its turn, and nothing gives way but by the artist's wish. */
export class DrawQueue {
  #entries = $state.raw<readonly Entry[]>([]);
  #current = $state<number | null>(null);
  #isPaused = $state(false);
  #next = 0;
  readonly #onChange: (runs: readonly DrawRun[]) => void;

  /** @param onChange told of the queue whenever it is another one, or further on */
  constructor(onChange: (runs: readonly DrawRun[]) => void = () => {}) {
    this.#onChange = onChange;
  }

  /** The one that is drawn, if any, and those that wait, in their order. */
  get runs(): readonly DrawRun[] {
    return this.#entries.map(({ run }) => run);
  }

  /** The one that is drawn. */
  get current(): DrawRun | null {
    return this.#entries.find(({ run }) => run.id === this.#current)?.run ?? null;
  }

  /** Those that wait. */
  get waiting(): readonly DrawRun[] {
    return this.runs.filter(({ id }) => id !== this.#current);
  }

  /** Whether those that wait stand still: one before them broke off. */
  get isPaused(): boolean {
    return this.#isPaused && this.#entries.length > 0;
  }

  /** Puts work at the end of the queue, and lets it go on. Settles when its turn is over. */
  add(task: DrawTask, draw: Draw): Promise<void> {
    const turn = this.#enqueue({ ...task, done: 0 }, draw);
    this.resume();
    return turn;
  }

  /** Takes in what broke off with a window. It waits until the artist goes on, or asks for more. */
  restore(
    runs: readonly BrokenOff[],
    draw: (run: BrokenOff, turn: Turn) => Promise<boolean>,
  ): void {
    if (this.#current === null) this.#isPaused = true;
    for (const run of runs) void this.#enqueue(run, (turn) => draw(run, turn));
  }

  /** Goes on with what waits. */
  resume(): void {
    this.#isPaused = false;
    if (this.#current === null) void this.#work();
  }

  /** Puts one that waits in the place of another one, which moves on or back. */
  move(id: number, to: number): void {
    const { waiting } = this;
    const from = waiting.findIndex((run) => run.id === id);
    if (from < 0 || to < 0 || to >= waiting.length || to === from) return;
    const order = waiting.map((run) => run.id).filter((other) => other !== id);
    order.splice(to, 0, id);
    const placeOf = ({ run }: Entry) => order.indexOf(run.id);
    this.#put(this.#entries.toSorted((a, b) => placeOf(a) - placeOf(b)));
  }

  /** Takes one out. What it has drawn stays. */
  cancel(id: number): void {
    const entry = this.#entries.find(({ run }) => run.id === id);
    if (!entry) return;
    entry.abort.abort();
    if (id !== this.#current) this.#end(entry);
  }

  cancelAll(): void {
    for (const { id } of this.runs) this.cancel(id);
  }

  async #work(): Promise<void> {
    for (;;) {
      const [entry] = this.#entries;
      if (!entry || this.#isPaused) return;
      this.#current = entry.run.id;
      const { signal } = entry.abort;
      const report = (progress: DrawProgress) => this.#report(entry.run.id, progress);
      const isDone = await entry.draw({ signal, report });
      this.#current = null;
      this.#isPaused = !isDone;
      this.#end(entry);
    }
  }

  /** Of a progress event only how far it is: it has a kind of its own. */
  #report(id: number, { done, remainingMs }: DrawProgress): void {
    this.#put(
      this.#entries.map((entry) =>
        entry.run.id === id ? { ...entry, run: { ...entry.run, done, remainingMs } } : entry,
      ),
    );
  }

  #end({ run, settle }: Entry): void {
    this.#put(this.#entries.filter((other) => other.run.id !== run.id));
    settle();
  }

  #enqueue(task: BrokenOff, draw: Draw): Promise<void> {
    return new Promise((settle) => {
      const run = { ...task, id: (this.#next += 1), remainingMs: null };
      this.#put([...this.#entries, { run, draw, settle, abort: new AbortController() }]);
    });
  }

  #put(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#onChange(this.runs);
  }
}
