/** One step that can be taken back. `undo` and `redo` may have to ask the engine. */
export interface Change {
  /** What was done, as the button says it: "Undo star". */
  label: string;
  undo(): void | Promise<void>;
  redo(): void | Promise<void>;
  /** False once there is nothing left to take back: then it is passed over. */
  isPossible?(): boolean;
  /** Changes in a row with the same key are one step: a drag of a slider, a word being typed. */
  merge?: string;
}

/** A value that takes the place of another one. */
export interface Replacement<T> extends Pick<Change, 'label'> {
  from: T;
  to: T;
  put(value: T): void;
  merge?: string | undefined;
}

/** A pause this long ends a run of merged changes. */
const MERGE_PAUSE_MS = 1_000;
const MAX_STEPS = 200;

/** The one history of everything an artist can take back. */
export class UndoStack {
  #past = $state.raw<readonly Change[]>([]);
  #future = $state.raw<readonly Change[]>([]);
  #lastPush = -Infinity;
  /** The step under way, or the last one: they are taken one after the other. */
  #stepping: Promise<unknown> = Promise.resolve();
  #making: Promise<unknown> = Promise.resolve();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** What Undo would take back, or null. */
  get undoLabel(): string | null {
    return this.#past.findLast(isPossible)?.label ?? null;
  }

  get redoLabel(): string | null {
    return this.#future.findLast(isPossible)?.label ?? null;
  }

  /** Records a change that has been made already. */
  push(change: Change): void {
    const now = this.#now();
    const last = this.#past.at(-1);
    const merges =
      last !== undefined &&
      change.merge !== undefined &&
      last.merge === change.merge &&
      now - this.#lastPush < MERGE_PAUSE_MS;
    this.#past = merges
      ? [...this.#past.slice(0, -1), { ...change, undo: last.undo }]
      : [...this.#past.slice(1 - MAX_STEPS), change];
    this.#future = [];
    this.#lastPush = now;
  }

  /** Puts a value in place, as a step that can be taken back. */
  replace<T>({ label, from, to, put, merge }: Replacement<T>): void {
    put(to);
    this.push({
      label,
      ...(merge !== undefined && { merge }),
      undo: () => put(from),
      redo: () => put(to),
    });
  }

  /**
   * Makes a change that may have to ask the engine, and records it. An undo that is asked for meanwhile
   * means this change, and waits for it.
   */
  async make(change: Change): Promise<void> {
    const making = Promise.resolve(change.redo()).then(() => this.push(change));
    const settled = making.catch(() => undefined);
    this.#making = Promise.all([this.#making, settled]);
    await making;
  }

  /**
   * Takes the newest change back, or the one that is named, and returns it; null when there is none. A
   * step that fails stays where it was, so that it can be tried again.
   */
  undo(named?: Change): Promise<Change | null> {
    return this.#inTurn(async () => {
      this.#past = this.#past.filter(isPossible);
      const change = named ? this.#past.find((one) => one === named) : this.#past.at(-1);
      if (!change) return null;
      await change.undo();
      const isNewest = this.#past.at(-1) === change;
      this.#past = without(this.#past, change);
      // What was done while it was taken back has put an end to what could be redone.
      if (isNewest) this.#future = [...this.#future, change];
      return change;
    });
  }

  redo(): Promise<Change | null> {
    return this.#inTurn(async () => {
      this.#future = this.#future.filter(isPossible);
      const change = this.#future.at(-1);
      if (!change) return null;
      await change.redo();
      this.#future = without(this.#future, change);
      this.#past = [...this.#past, change];
      return change;
    });
  }

  /** Two quick presses are two steps, however long the first one takes. */
  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#stepping.then(async () => {
      await this.#making;
      this.#lastPush = -Infinity;
      return step();
    });
    this.#stepping = turn.catch(() => undefined);
    return turn;
  }
}

const isPossible = (change: Change): boolean => change.isPossible?.() ?? true;

/** While a step was under way, others may have come: it need not be the last any more. */
function without(changes: readonly Change[], change: Change): readonly Change[] {
  return changes.filter((other) => other !== change);
}
