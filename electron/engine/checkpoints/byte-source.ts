import { invalidCheckpoint } from './refusal.ts';

/** Bytes that are read by ranges. */
export interface ByteSource {
  readonly size: number;
  /**
   * Exactly `length` bytes from `at` on, in a buffer of their own.
   *
   * @throws StudioError `checkpoint-invalid` where the source is shorter
   */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A range of another source. */
export function rangeOf(source: ByteSource, start: number, size: number): ByteSource {
  requireRange(source.size, start, size);
  return {
    size,
    read: (at, length) => {
      requireRange(size, at, length);
      return source.read(start + at, length);
    },
  };
}

export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (at, length) => {
      requireRange(bytes.length, at, length);
      return Uint8Array.from(bytes.subarray(at, at + length));
    },
  };
}

export function requireRange(size: number, at: number, length: number): void {
  const whole = Number.isSafeInteger(at) && Number.isSafeInteger(length) && at >= 0 && length >= 0;
  if (!whole || at + length > size) throw cutOff();
}

export function cutOff(): Error {
  return invalidCheckpoint('is cut off, or says that it holds more than it does');
}
