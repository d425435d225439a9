import type { Missed } from '../../contract/delivery.ts';
import { StudioError } from '../../contract/errors.ts';

/** What is wrong with one portrait, and with no other. */
const OF_ONE: readonly string[] = [
  'not-found',
  'library-corrupt',
  'picture-unreadable',
  'picture-too-large',
  'picture-unsuitable',
  'metadata-malformed',
  'access-denied',
] satisfies StudioError['code'][];

/** The portraits that an export goes without, because they cannot be read. */
export class UnreadablePortraits {
  readonly #found: { id: string; error: StudioError }[] = [];

  /** What `read` makes of a portrait, or null where it cannot be read. */
  async orMissed<T>(id: string, read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (thrown) {
      if (!(thrown instanceof StudioError && OF_ONE.includes(thrown.code))) throw thrown;
      this.#found.push({ id, error: thrown });
      return null;
    }
  }

  /**
   * Tells which were missed. Where nothing is left to export, that is no export.
   *
   * @throws StudioError what kept the first from being read, when it is all of them
   */
  report(asked: number, onMissed: ((missed: Missed) => void) | undefined): void {
    const [first] = this.#found;
    if (first && this.#found.length === asked) throw first.error;
    for (const { id, error } of this.#found) onMissed?.({ id, error: error.toJSON() });
  }
}
