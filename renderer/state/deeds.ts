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

  /** Does a deed, which is taken back by the tokens of its calls: only what it changed. */
  async do(deed: Deed): Promise<void> {
    let tokens: string[] = [];
    const run = async (calls: Deed['calls']) => {
      const next: string[] = [];
      for (const call of calls) {
        const { undo } = await call();
        if (undo !== undefined) next.unshift(undo);
      }
      tokens = next;
    };
    const takeBack = () => run(tokens.map((undo) => () => this.#service.undo({ undo })));
    let isFirst = true;
    const change: Change = {
      label: deed.label,
      isPossible: () => tokens.length > 0 && (deed.isPossible?.() ?? true),
      redo: async () => {
        const work = isFirst ? run(deed.calls) : takeBack();
        isFirst = false;
        await work;
        deed.show?.(true);
      },
      undo: async () => {
        await takeBack();
        deed.show?.(false);
      },
    };
    await this.#undo.make(change);
    if (deed.told === undefined || tokens.length === 0) return;
    this.#toasts.show(`${deed.told}.`, {
      label: strings.undo.undo,
      run: () => void this.#undo.undo(change).catch((error: unknown) => this.#toasts.fail(error)),
    });
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
