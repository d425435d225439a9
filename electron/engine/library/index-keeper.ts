import { StudioError } from '../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { JobHandle, JobQueue } from '../jobs/queue.ts';
import type { Library } from './library.ts';

/** Embeddings that are taken in at the first search and nobody notices. */
const UNNOTICED = 20_000;

/** Makes ready what searching by meaning reads, in the background, where the first search would wait for it. */
export class IndexKeeper {
  readonly #library: Library;
  readonly #jobs: JobQueue;
  #isClosed = false;

  constructor(library: Library, jobs: JobQueue) {
    this.#library = library;
    this.#jobs = jobs;
  }

  /** Begins once the library has been looked through. What goes wrong is met again, and told, by who searches. */
  async begin(): Promise<void> {
    const { index, reconciled, reader } = this.#library;
    await reconciled;
    try {
      if (this.#isClosed || reader.count() < UNNOTICED) return;
      const behind = await index.behind();
      if (this.#isClosed) return;
      if (behind < UNNOTICED) await index.sync();
      else await this.#submit(behind).result;
    } catch (thrown) {
      // Of a closed library nothing can be asked.
      if (!this.#isClosed && !(thrown instanceof StudioError)) throw thrown;
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  #submit(behind: number): JobHandle<void> {
    return this.#jobs.submit({
      ...{ kind: 'index' as const, title: '' },
      run: (signal, onProgress) => this.#make(behind, signal, onProgress),
    });
  }

  async #make(behind: number, signal: AbortSignal, onProgress: OnProgress): Promise<void> {
    const progress = trackProgress('index', behind, onProgress);
    await this.#library.index.sync({ signal, onRead: progress.advance });
    progress.finish();
  }
}
