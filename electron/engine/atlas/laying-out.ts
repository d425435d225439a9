import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import { Breather } from '../jobs/breather.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { AtlasRows, NumberedEmbedding } from '../library/atlas-rows.ts';
import type { Library } from '../library/library.ts';
import { fromBytes, toBytes } from './layout-bytes.ts';
import { LayoutThread } from './layout-thread.ts';
import { type Layout, MAX_LANDMARKS, placesOf } from './layout.ts';

/** Portraits that are placed at once when they are met: as many as an artist draws, not as many as one brings in. */
const MOST_IN_PASSING = 64;
/** As how many portraits the layout itself counts in the progress. */
const LAYOUT_COUNTS = 4_000;

const CANNOT_WRITE: readonly string[] = [
  'disk-full',
  'library-busy',
  'library-read-only',
] satisfies StudioError['code'][];

export interface LayingOutOptions {
  readonly anew: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Gives portraits their places. */
export class LayingOut {
  readonly #library: Library;
  readonly #rows: AtlasRows;
  readonly #jobs: JobQueue;
  /** What was last computed with, and by what bytes it is known. */
  #known: { readonly space: string; readonly stamp: string; readonly layout: Layout } | undefined;

  constructor(library: Library, jobs: JobQueue) {
    this.#library = library;
    this.#rows = library.atlasRows;
    this.#jobs = jobs;
  }

  /** @returns how many were placed */
  async all(space: string, { anew, signal, onProgress }: LayingOutOptions): Promise<number> {
    this.#library.writer.requireWritable();
    const job = this.#jobs.submit({
      ...{ kind: 'atlas' as const, title: '', signal, onProgress },
      run: (ended, tell) => this.#placeAll(space, anew, ended, tell),
    });
    return job.result;
  }

  /** Places the few portraits that have come since the last time; where there are many, none. */
  async inPassing(space: string): Promise<void> {
    if (this.#library.refusal) return;
    const unplaced = this.#rows.unplaced(space);
    if (unplaced === 0 || unplaced > MOST_IN_PASSING) return;
    const layout = this.#layoutOf(space);
    if (!layout) return;
    try {
      await this.#placeFew(space, layout);
    } catch (thrown) {
      // Whoever only looks is not refused for it: they stay without a place, which is told.
      if (!(thrown instanceof StudioError && CANNOT_WRITE.includes(thrown.code))) throw thrown;
    }
  }

  async #placeFew(space: string, layout: Layout): Promise<void> {
    const breather = new Breather();
    for await (const batch of this.#rows.embeddingsToPlace(space)) {
      for (const embedding of batch) {
        await this.#keep([embedding], placesOf(layout, [embedding.vector], [embedding.number]));
        await breather.pause();
      }
    }
  }

  async #placeAll(
    space: string,
    anew: boolean,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<number> {
    const known = anew ? null : this.#layoutOf(space);
    const portraits = this.#rows.unplaced(space) + (anew ? this.#rows.count(space) : 0);
    if (portraits === 0) return 0;
    const progress = trackProgress('lay-out', portraits + (known ? 0 : LAYOUT_COUNTS), onProgress);
    using thread = new LayoutThread(signal);
    if (known) await thread.take(known);
    else {
      const sample = await this.#rows.sample(space, MAX_LANDMARKS);
      if (sample.length === 0) return 0;
      let told = 0;
      const layout = await thread.layOut(sample, (done) => {
        progress.advance((done - told) * LAYOUT_COUNTS);
        told = done;
      });
      throwIfCancelled(signal);
      this.#rows.keepLayout(space, toBytes(layout));
    }
    let placed = 0;
    for await (const batch of this.#rows.embeddingsToPlace(space)) {
      throwIfCancelled(signal);
      const numbers = batch.map(({ number }) => number);
      await this.#keep(
        batch,
        await thread.place(
          batch.map(({ vector }) => vector),
          numbers,
        ),
      );
      placed += batch.length;
      progress.advance(batch.length);
    }
    progress.finish();
    return placed;
  }

  #layoutOf(space: string): Layout | null {
    const stamp = this.#rows.layoutStamp(space);
    if (stamp === null) return null;
    if (this.#known?.space === space && this.#known.stamp === stamp) return this.#known.layout;
    const bytes = this.#rows.layout(space);
    const layout = bytes && fromBytes(bytes);
    if (layout) this.#known = { space, stamp, layout };
    return layout;
  }

  #keep(embeddings: readonly NumberedEmbedding[], places: readonly Float32Array[]): Promise<void> {
    return this.#rows.keepPlaces(
      embeddings.map(({ number }, index) => ({
        number,
        x: places[index]?.[0] ?? 0.5,
        y: places[index]?.[1] ?? 0.5,
      })),
    );
  }
}
