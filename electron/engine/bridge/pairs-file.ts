import { type FileHandle, open, truncate } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { widthSchema } from '../../contract/pack.ts';
import { seedSchema, truncationSchema } from '../../contract/settings.ts';
import { spacesSchema } from '../../contract/spaces.ts';
import { claimFolder } from '../storage/claim-folder.ts';
import { syncFile } from '../storage/durable.ts';
import { readError, writeError } from '../storage/errors.ts';
import { PRIVATE_FILE } from '../storage/make-folder.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular, regularSize } from '../storage/regular-file.ts';
import type { PairRows, PairSource } from './pair-source.ts';

const MANIFEST = 'pairs.json';
const NUMBERS = 'pairs.f32';
const MAX_MANIFEST_BYTES = 10_000;
const NUMBER_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** How the w of each pair comes from its seed. */
export const pairSettingsSchema = z.object({
  /** Of the first pair; each further one has the next. */
  seed: seedSchema,
  /** Truncation is uniform between the two. */
  truncation: z
    .tuple([truncationSchema, truncationSchema])
    .refine(([low, high]) => low <= high, 'must be the lower one first'),
  /** The part of the pairs whose picture is drawn of two w, by style mixing. */
  mixed: z.number().min(0).max(1),
});
export type PairSettings = z.infer<typeof pairSettingsSchema>;

/** `pairs.json`: what the numbers beside it mean, and how they are drawn. */
const pairsManifestSchema = z.object({
  formatVersion: z.literal(1),
  widths: z.object({ w: widthSchema, clip: widthSchema }),
  spaces: spacesSchema.pick({ embedding: true, latent: true }),
  settings: pairSettingsSchema,
});
export type PairsManifest = z.infer<typeof pairsManifestSchema>;

/** A pair: w [w] and the unit vector e [clip]. */
export interface Pair {
  readonly w: Float32Array;
  readonly e: Float32Array;
}

/**
 * Pairs in a folder, one after the other in one file that only grows: w, then e, as little-endian float32
 * numbers. A pair that was not written to its end is not there.
 */
export class PairsFile implements PairSource {
  readonly manifest: PairsManifest;
  readonly #file: string;
  #count: number;
  #handle: FileHandle | undefined;

  private constructor(folder: string, manifest: PairsManifest, bytes: number) {
    this.manifest = manifest;
    this.#file = path.join(folder, NUMBERS);
    this.#count = Math.floor(bytes / this.#pairBytes);
  }

  /**
   * Opens pairs for reading.
   *
   * @throws StudioError where there are none, or the folder may not be read
   */
  static async open(folder: string): Promise<PairsFile> {
    const file = path.join(folder, MANIFEST);
    try {
      const text = (await readRegular(file, MAX_MANIFEST_BYTES)).toString('utf8');
      const manifest = pairsManifestSchema.parse(JSON.parse(text));
      const bytes = (await regularSize(path.join(folder, NUMBERS))) ?? 0;
      return new PairsFile(folder, manifest, bytes);
    } catch (thrown) {
      if (thrown instanceof z.ZodError || thrown instanceof SyntaxError) {
        throw new StudioError(
          'file-exists',
          `${file} does not describe pairs that this studio draws. It was left as it is; choose another folder.`,
          { cause: thrown },
        );
      }
      throw readError(thrown, file);
    }
  }

  /**
   * Opens pairs of just this manifest for adding to them, or begins them, and keeps others from doing so
   * meanwhile.
   *
   * @throws StudioError `file-exists` for pairs of other models or settings, `file-busy` while others add to
   *   them, and those of writing
   */
  static async forWriting<T>(
    folder: string,
    manifest: PairsManifest,
    work: (pairs: PairsFile) => Promise<T>,
  ): Promise<T> {
    return claimFolder(folder, busy(folder), async () => {
      const file = path.join(folder, MANIFEST);
      if ((await regularSize(file)) === undefined) await keepFile(file, JSON.stringify(manifest));
      const pairs = await PairsFile.open(folder);
      if (!isDeepStrictEqual(pairs.manifest, manifest)) throw otherPairs(folder);
      try {
        return await work(pairs);
      } finally {
        await pairs.close();
      }
    });
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#count * this.#pairBytes;
  }

  get widthW(): number {
    return this.manifest.widths.w;
  }

  get widthE(): number {
    return this.manifest.widths.clip;
  }

  async read(indexes: readonly number[]): Promise<PairRows> {
    const { widthW, widthE } = this;
    const w = new Float32Array(indexes.length * widthW);
    const e = new Float32Array(indexes.length * widthE);
    this.#handle ??= await open(this.#file, 'r');
    for (const [row, index] of indexes.entries()) {
      const pair = new Float32Array(widthW + widthE);
      const bytes = new Uint8Array(pair.buffer);
      const { bytesRead } = await this.#handle.read(bytes, { position: index * bytes.length });
      if (bytesRead < bytes.length) throw new RangeError(`There is no pair ${index}.`);
      w.set(pair.subarray(0, widthW), row * widthW);
      e.set(pair.subarray(widthW), row * widthE);
    }
    return { w, e };
  }

  /** Leaves off all but the first pairs. */
  async cutTo(count: number): Promise<void> {
    if (this.#count > 0) await truncate(this.#file, count * this.#pairBytes);
    this.#count = count;
  }

  /** Adds pairs behind the others. They are on the disk when it returns. */
  async append(pairs: readonly Pair[]): Promise<void> {
    const numbers = Float32Array.from(pairs.flatMap(({ w, e }) => [...w, ...e]));
    try {
      const handle = await open(this.#file, 'a', PRIVATE_FILE);
      try {
        await handle.appendFile(new Uint8Array(numbers.buffer));
      } finally {
        await handle.close();
      }
      await syncFile(this.#file);
    } catch (thrown) {
      throw writeError(thrown, this.#file);
    }
    this.#count += pairs.length;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  get #pairBytes(): number {
    return (this.widthW + this.widthE) * NUMBER_BYTES;
  }
}

function busy(folder: string): string {
  return `Another studio is drawing pairs into ${folder}. Nothing was changed. Wait for it, or choose another folder.`;
}

function otherPairs(folder: string): StudioError {
  return new StudioError(
    'file-exists',
    `${folder} holds pairs of other models, or drawn with other settings. They were left as they are; choose another folder.`,
  );
}
