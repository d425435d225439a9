import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import { chunksOf } from '../jobs/pipeline.ts';
import { ProgressListeners } from '../jobs/progress-listeners.ts';
import type { JobHandle, JobQueue } from '../jobs/queue.ts';
import type { Library } from '../library/library.ts';
import type { Models } from '../models/models.ts';
import type { PortraitPictures } from '../session/portrait-pictures.ts';

/** Pictures embedded in one run, after which other work gets its turn. */
const CHUNK = 4;

export interface ReEmbeddingParts {
  readonly library: Library;
  readonly pictures: PortraitPictures;
  /** A queue of its own: nothing waits for it. */
  readonly jobs: JobQueue;
}

/**
 * Lets a CLIP look at the portraits that it has not seen, so that they are found by its words: in the
 * background, newest first. What it has seen is kept at once, so that the next time goes on from there.
 */
export class ReEmbedding {
  readonly #parts: ReEmbeddingParts;
  readonly #listeners = new ProgressListeners();
  #begun: { readonly space: string; readonly job: JobHandle<unknown> } | undefined;

  constructor(parts: ReEmbeddingParts) {
    this.#parts = parts;
  }

  /** Begins for a pack, unless it has begun, or there is nothing to do or to write to. */
  begin(models: Models): void {
    const { library, jobs } = this.#parts;
    const { embedding: space } = models.pack.spaces;
    if (this.#begun?.space === space || library.refusal) return;
    if (this.#begun) jobs.cancel(this.#begun.job.id);
    if (library.reader.isAllSeen(space)) return;
    const job = jobs.submit({
      ...{ kind: 'embed' as const, title: '' },
      onProgress: this.#listeners.tell,
      run: async (signal, onProgress) => {
        const unseen = await library.reader.unseen(space);
        await this.#embedAll(unseen, models, { signal, onProgress });
      },
    });
    // How it ends is told of the job. Ended by the artist or by a failure, it waits for the next start.
    job.result.catch(() => undefined);
    this.#begun = { space, job };
  }

  /** Waits until everything is seen, or will not be. */
  async settled(onProgress?: OnProgress): Promise<void> {
    const ended = async () => this.#begun?.job.result.catch(() => undefined);
    await this.#listeners.during(ended, onProgress);
  }

  async #embedAll(
    ids: readonly string[],
    models: Models,
    { signal, onProgress }: { signal: AbortSignal; onProgress: OnProgress },
  ): Promise<void> {
    const progress = trackProgress('describe', ids.length, onProgress);
    for (const chunk of chunksOf(ids, CHUNK)) {
      throwIfCancelled(signal);
      const call = { signal, priority: 'background' as const };
      await Promise.all(chunk.map((id) => this.#embed(id, models, call)));
      progress.advance(chunk.length);
    }
    progress.finish();
  }

  /** A picture that is gone or damaged keeps no other from being seen. */
  async #embed(...asked: Parameters<PortraitPictures['embedding']>): Promise<void> {
    try {
      await this.#parts.pictures.embedding(...asked);
    } catch (thrown) {
      if (!(thrown instanceof StudioError && ABOUT_A_PICTURE.includes(thrown.code))) throw thrown;
    }
  }
}

const ABOUT_A_PICTURE: readonly string[] = [
  ...['not-found', 'access-denied', 'library-corrupt'],
  ...['picture-unreadable', 'picture-too-large'],
];
