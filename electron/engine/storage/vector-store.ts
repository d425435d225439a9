import path from 'node:path';
import { stack, unstack } from '../latent/vectors.ts';
import { keepFile } from './publish.ts';
import { readRegular } from './regular-file.ts';
import { LruCache } from '../jobs/lru-cache.ts';

/** Sets of vectors in memory: those of a pack or two. */
const KEPT = 8;

/**
 * Vectors that take long to compute, kept as files of little-endian float32 numbers beside the library.
 * Whatever is missing or cut off is computed anew; where nothing can be written it only takes longer.
 */
export class VectorStore {
  readonly #folder: string;
  readonly #found = new LruCache<Float32Array[]>(KEPT);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param name tells the set from all others, by what it was computed from; part of a file name
   * @param shape how many vectors it has, and how many numbers each of them
   */
  get(
    name: string,
    { count, width }: { count: number; width: number },
    compute: () => Promise<readonly Float32Array[]>,
  ): Promise<Float32Array[]> {
    return this.#found.get(name, async () => {
      const file = path.join(this.#folder, `${name}.f32`);
      const kept = await readRegular(file).catch(() => null);
      if (kept?.length === count * width * 4) {
        return unstack(new Float32Array(new Uint8Array(kept).buffer), width);
      }
      const numbers = stack(await compute());
      await keepFile(file, new Uint8Array(numbers.buffer)).catch(() => undefined);
      return unstack(numbers, width);
    });
  }
}
