import { StudioError } from '../../contract/errors.ts';
import type { OnProgress } from '../../contract/progress.ts';
import type { Library } from '../library/library.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import type { ReEmbedding } from './re-embedding.ts';

export interface BackfillParts {
  readonly packs: PackInUse;
  readonly library: Library;
  readonly reEmbedding: ReEmbedding;
  /** Told when portraits have been given other names of their spaces. */
  readonly onNamed: () => void;
}

/**
 * Fills in what a library lacks whenever packs change: a pack may tell the spaces of portraits from before these had
 * names, and once it is in use its CLIP looks at what it has not seen.
 */
export class Backfill {
  readonly #parts: BackfillParts;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: BackfillParts) {
    this.#parts = parts;
  }

  /** To be called when packs have come or gone, or another is in use. */
  begin(): void {
    this.#work = this.#work.then(() => this.#take()).catch(later);
  }

  /** Waits until all names are known, and the CLIP in use has looked at all portraits, as far as it will. */
  async settled(onProgress?: OnProgress): Promise<void> {
    await this.#work;
    await this.#parts.reEmbedding.settled(onProgress);
  }

  /** Waits until the names are known that can be told now. */
  named(): Promise<void> {
    return this.#work;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #take(): Promise<void> {
    const { packs, library, reEmbedding, onNamed } = this.#parts;
    const told = await packs.spacesTold();
    if (this.#isClosed) return;
    if (library.writer.nameSpaces(told) > 0) onNamed();
    if (!packs.info) return;
    const models = await packs.models();
    if (!this.#isClosed) reEmbedding.begin(models);
  }
}

/** What fails is tried again when the next pack comes, and told to whoever works with it meanwhile. */
function later(thrown: unknown): void {
  if (!(thrown instanceof StudioError)) throw thrown;
}
