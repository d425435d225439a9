import { throwIfCancelled } from '../../contract/errors.ts';
import { type ByteSource, cutOff, rangeOf, requireRange } from './byte-source.ts';

const WINDOW_BYTES = 16_384;
/** Reading an instruction never needs more than this at once. */
const LOOKAHEAD_BYTES = 8_192;

/**
 * Walks through a source from its beginning. What lies close ahead is in memory after `fill`, so that small
 * pieces are taken without waiting; large ones are passed over and stay in the source.
 */
export class ByteCursor {
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;
  #position = 0;

  constructor(source: ByteSource, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
  }

  get position(): number {
    return this.#position;
  }

  get needsFill(): boolean {
    const end = this.#windowStart + this.#window.length;
    return end - this.#position < LOOKAHEAD_BYTES && end < this.#source.size;
  }

  async fill(): Promise<void> {
    throwIfCancelled(this.#signal);
    const length = Math.min(WINDOW_BYTES, this.#source.size - this.#position);
    this.#window = Buffer.from((await this.#source.read(this.#position, length)).buffer);
    this.#windowStart = this.#position;
  }

  /** The next bytes, at most those that a filled cursor has in memory; valid until the next `fill`. */
  take(length: number): Buffer {
    const at = this.#position - this.#windowStart;
    if (at + length > this.#window.length) throw cutOff();
    this.#position += length;
    return this.#window.subarray(at, at + length);
  }

  /** A line without its end. */
  takeLine(): string {
    const at = this.#position - this.#windowStart;
    const end = this.#window.indexOf(0x0a, at);
    if (end < 0) throw cutOff();
    const line = this.take(end - at).toString('utf8');
    this.#position += 1;
    return line;
  }

  /** Passes over the next bytes, which stay where they are. */
  pass(length: number): ByteSource {
    requireRange(this.#source.size, this.#position, length);
    const range = rangeOf(this.#source, this.#position, length);
    this.#position += length;
    return range;
  }
}
