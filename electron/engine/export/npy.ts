import { type FileHandle, open } from 'node:fs/promises';
import { endianness } from 'node:os';

/** NumPy's format 1.0 (numpy.lib.format): signature, version, length of the header, header, numbers. */
const SIGNATURE = '\x93NUMPY\x01\x00';
/** Room for the longest shape; the numbers begin at a multiple of 64. */
const HEADER_BYTES = 128;

/** Writes rows of float32 numbers, little-endian, as an array that NumPy reads, a row at a time in memory. */
export class NpyWriter {
  readonly #file: FileHandle;
  /** Of one row. */
  readonly #shape: readonly number[];
  #rows = 0;

  private constructor(file: FileHandle, shape: readonly number[]) {
    this.#file = file;
    this.#shape = shape;
  }

  /** Begins a new file for rows of this shape. */
  static async create(path: string, shape: readonly number[]): Promise<NpyWriter> {
    return new NpyWriter(await open(path, 'wx'), shape);
  }

  async add(row: Float32Array): Promise<void> {
    const bytes = littleEndian(row);
    await this.#file.write(bytes, 0, bytes.length, HEADER_BYTES + this.#rows * bytes.length);
    this.#rows += 1;
  }

  /** Writes the header, without which it is no array, and closes the file. */
  async finish(): Promise<void> {
    const header = headerOf([this.#rows, ...this.#shape]);
    await this.#file.write(header, 0, header.length, 0);
    await this.close();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** The header of a row-major float32 array. */
function headerOf(shape: readonly number[]): Buffer {
  const told = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const length = HEADER_BYTES - SIGNATURE.length - 2;
  const header = Buffer.from(`${SIGNATURE}\0\0${told.padEnd(length - 1)}\n`, 'latin1');
  header.writeUInt16LE(length, SIGNATURE.length);
  return header;
}

function littleEndian(row: Float32Array): Buffer {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
