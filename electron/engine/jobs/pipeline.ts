/** Keeps the inference process busy: it never waits until what it drew is described or written. */
import { throwIfCancelled } from '../../contract/errors.ts';

interface Stages<Chunk, Drawn extends object> {
  draw(chunk: Chunk): Promise<Drawn>;
  finish(drawn: Drawn): Promise<void>;
}

/**
 * Draws chunk after chunk and finishes each, in order; the next is being drawn before one is finished. So
 * few chunks are on their way, whatever their number. When drawing fails or is cancelled, what has
 * begun to be finished is finished first.
 *
 * @param atOnce how many chunks are being drawn at a time
 * @throws StudioError `cancelled`, and whatever `draw` or `finish` throws
 */
export async function runPipeline<Chunk, Drawn extends object>(
  chunks: Iterable<Chunk>,
  { draw, finish }: Stages<Chunk, Drawn>,
  signal?: AbortSignal,
  atOnce = 1,
): Promise<void> {
  let finishing = Promise.resolve();
  const finishInTurn = async (drawn: Drawn) => {
    await finishing;
    finishing = deferRejection(finish(drawn));
  };
  const ahead: Promise<Drawn>[] = [];
  try {
    for (const chunk of chunks) {
      const drawn = ahead.length < atOnce ? undefined : await ahead.shift();
      throwIfCancelled(signal);
      ahead.push(deferRejection(draw(chunk)));
      if (drawn) await finishInTurn(drawn);
    }
    for (const drawn of ahead) await finishInTurn(await drawn);
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
