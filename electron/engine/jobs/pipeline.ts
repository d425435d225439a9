/** Keeps the inference process busy: it never waits until what it drew is described or written. */
import { throwIfCancelled } from '../../contract/errors.ts';

interface Stages<Chunk, Drawn extends object> {
  draw(chunk: Chunk): Promise<Drawn>;
  finish(drawn: Drawn): Promise<void>;
}

interface PipelineOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many chunks are being drawn while one is finished. */
  readonly ahead?: number;
}

/**
 * Draws chunk after chunk and finishes each, in order; the next is being drawn before one is finished. At
 * most one chunk more than are drawn ahead is on its way, whatever their number. When drawing fails or is cancelled, what has
 * begun to be finished is finished first.
 *
 * @throws StudioError `cancelled`, and whatever `draw` or `finish` throws
 */
export async function runPipeline<Chunk, Drawn extends object>(
  chunks: Iterable<Chunk>,
  { draw, finish }: Stages<Chunk, Drawn>,
  { signal, ahead = 1 }: PipelineOptions = {},
): Promise<void> {
  let finishing = Promise.resolve();
  const finishInTurn = async (drawn: Drawn) => {
    await finishing;
    finishing = deferRejection(finish(drawn));
  };
  const drawing: Promise<Drawn>[] = [];
  try {
    for (const chunk of chunks) {
      const drawn = drawing.length < ahead ? undefined : await drawing.shift();
      throwIfCancelled(signal);
      drawing.push(deferRejection(draw(chunk)));
      if (drawn) await finishInTurn(drawn);
    }
    for (const drawn of drawing) await finishInTurn(await drawn);
  } finally {
    await finishing;
  }
}

/** A promise that is awaited later; until then its failure must not count as unhandled. */
export function deferRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Pieces of `size` things each, the last perhaps of fewer. */
export function* chunksOf<T>(things: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < things.length; start += size) {
    yield things.slice(start, start + size);
  }
}
