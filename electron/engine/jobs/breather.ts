import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may go on before other work of the process gets its turn. */
const LONGEST_MS = 12;

/** Lets long work of this thread be interrupted where it says that it can be. */
export class Breather {
  #since = performance.now();

  /** Whether others have waited long enough. */
  get isDue(): boolean {
    return performance.now() - this.#since > LONGEST_MS;
  }

  async pause(): Promise<void> {
    if (!this.isDue) return;
    await nextTurn();
    this.#since = performance.now();
  }
}
