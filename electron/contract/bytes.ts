import { z } from 'zod';

/** Binary data; crosses every transport as it is. */
export const bytesSchema = z.custom<Uint8Array<ArrayBuffer>>(
  (value) => value instanceof Uint8Array,
  { message: 'must be binary data' },
);

/** Binary data that is taken in, and how much of it at most. */
export function bytesUpTo(most: number) {
  return bytesSchema.refine((bytes) => bytes.byteLength <= most, {
    message: `must have at most ${most / 1e6} MB`,
  });
}
