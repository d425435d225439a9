import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { FileTooLargeError, readRegular } from '../storage/regular-file.ts';

/** Protocol Buffers' own limit. */
export const MAX_GRAPH_BYTES = 2 ** 31 - 1;

/** The folder of a pack or a component, and the files in it by the names that its manifest has for them. */
export class ModelFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = path.resolve(folder);
  }

  /** Absolute path of a file the manifest names. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  /**
   * Reads raw little-endian float32 numbers.
   *
   * @throws StudioError `pack-file-invalid` when there are not so many, or not all are finite
   */
  async readNumbers(name: string, count: number): Promise<Float32Array> {
    const bytes = await readRegular(this.file(name));
    const isWhole = bytes.length === count * Float32Array.BYTES_PER_ELEMENT;
    const values = new Float32Array(isWhole ? count : 0);
    new Uint8Array(values.buffer).set(isWhole ? bytes : []);
    if (!isWhole || !values.every(Number.isFinite)) {
      throw new StudioError(
        'pack-file-invalid',
        `The model's file "${name}" does not hold ${count} finite float32 numbers.`,
      );
    }
    return values;
  }

  /**
   * @param memory to be written over, if there is room
   * @throws StudioError `pack-file-invalid` for one that is larger than the format allows
   */
  readGraph(name: string, memory?: Buffer<ArrayBuffer>): Promise<Buffer<ArrayBuffer>> {
    return this.read(name, MAX_GRAPH_BYTES, 'Keep its numbers in a file beside it.', memory);
  }

  /** @throws StudioError `pack-file-invalid` for a file of more than `most` bytes */
  protected async read(
    name: string,
    most: number,
    advice = '',
    memory?: Buffer<ArrayBuffer>,
  ): Promise<Buffer<ArrayBuffer>> {
    try {
      return await readRegular(this.file(name), most, memory);
    } catch (thrown) {
      if (!(thrown instanceof FileTooLargeError)) throw thrown;
      throw new StudioError(
        'pack-file-invalid',
        `The model's file "${name}" has more than ${most} bytes. ${advice}`.trimEnd(),
        { cause: thrown },
      );
    }
  }
}
