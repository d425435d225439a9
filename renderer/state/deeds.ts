import type { Changed } from '../../electron/contract/arrange.ts';
import { MAX_IDS } from '../../electron/contract/library.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Change, UndoStack } from './undo.svelte.ts';

/** One deed, as it is asked of the engine, and what is said of it. */
export interface Deed {
  /** What was done, as Undo says it. */
  readonly label: string;
  /** What is told of it; left out where the eye sees it. */
  readonly told?: string | undefined;
  /** Each call answers with what takes it back. */
  readonly calls: readonly (() => Promise<Pick<Changed, 'undo'>>)[];
  /** Shows it, done or taken back, before the engine's news of it. */
  show?(isDone: boolean): void;
  /** False once there is nothing left to take back. */
  isPossible?(): boolean;
}

/** What is done to the library. Each deed is one step of the history, however many portraits it is about. */
export class Deeds {
  readonly #service: StudioService;
  readonly #undo: UndoStack;
  readonly #toasts: Toasts;

  constructor(service: StudioService, undo: UndoStack, toasts: Toasts) {
    this.#service = service;
    this.#undo = undo;
    this.#toasts = toasts;
  }

  /**
   * Does a deed, which is taken back by the tokens of its calls: only what it changed. Where a later call fails, what
   * was done before it is a step of the history all the same.
   *
   * @throws StudioError what a call throws
   */
  async do(deed: Deed): Promise<void> {
    const parts = deed.calls.map((call) => new Part(call, this.#service));
    let failure: unknown = null;
    let isFirst = true;
    const change: Change = {
      label: deed.label,
      isPossible: () => parts.some(({ isKept }) => isKept) && (deed.isPossible?.() ?? true),
      redo: async () => {
        try {
          for (const part of parts) await part.do();
          deed.show?.(true);
        } catch (error) {
          if (!isFirst || !parts.some(({ isKept }) => isKept)) throw error;
          failure = error;
        } finally {
          isFirst = false;
        }
      },
      undo: async () => {
        for (const part of parts.toReversed()) await part.undo();
        deed.show?.(false);
      },
    };
    await this.#undo.make(change);
    if (failure !== null) throw failure;
    if (deed.told === undefined || !parts.some(({ isKept }) => isKept)) return;
    this.#toasts.show(`${deed.told}.`, {
      label: strings.undo.undo,
      run: () => void this.#undo.undo(change).catch((error: unknown) => this.#toasts.fail(error)),
    });
  }
}

/** One call of a deed. What is done already is not done again when a deed that broke off is tried once more. */
class Part {
  #isDone = false;
  /** Takes back what was done last, or does it again; undefined where nothing was. */
  #token: string | undefined;
  #wasCalled = false;
  readonly #call: () => Promise<Pick<Changed, 'undo'>>;
  readonly #service: StudioService;

  constructor(call: () => Promise<Pick<Changed, 'undo'>>, service: StudioService) {
    this.#call = call;
    this.#service = service;
  }

  /** Whether it changed something. */
  get isKept(): boolean {
    return this.#token !== undefined;
  }

  async do(): Promise<void> {
    if (this.#isDone) return;
    if (this.#wasCalled) await this.#turn();
    else this.#token = (await this.#call()).undo;
    this.#wasCalled = true;
    this.#isDone = true;
  }

  async undo(): Promise<void> {
    if (!this.#isDone) return;
    await this.#turn();
    this.#isDone = false;
  }

  async #turn(): Promise<void> {
    if (this.#token !== undefined) {
      this.#token = (await this.#service.undo({ undo: this.#token })).undo;
    }
  }
}

/** As many calls as the ids take. */
export function partsOf(
  ids: readonly string[],
  call: (part: string[]) => Promise<Changed>,
): (() => Promise<Changed>)[] {
  const parts = Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, nth) =>
    ids.slice(nth * MAX_IDS, (nth + 1) * MAX_IDS),
  );
  return parts.map((part) => () => call(part));
}
