import { decode, encode } from '@msgpack/msgpack';
import { z } from 'zod';
import { stack, unstack } from '../latent/vectors.ts';
import { bytesOfNumbers } from '../onnx/tensor.ts';
import type { Layout } from './layout.ts';

/** Another way of computing places is another version: what was laid out before is then laid out anew. */
const VERSION = 1;

const floatsSchema = z
  .instanceof(Uint8Array)
  .refine((bytes) => bytes.length % 4 === 0)
  // Copied, since bytes may start where floats cannot.
  .transform((bytes) => new Float32Array(new Uint8Array(bytes).buffer));

const layoutSchema = z
  .object({
    version: z.literal(VERSION),
    mean: floatsSchema,
    components: floatsSchema,
    landmarks: floatsSchema,
    places: floatsSchema,
  })
  .transform(({ mean, components, landmarks, places }): Layout => {
    const count = places.length / 2;
    return {
      mean,
      components: unstack(components, mean.length),
      landmarks: Array.from({ length: count }, (_, row) =>
        landmarks.subarray(
          (row * landmarks.length) / count,
          ((row + 1) * landmarks.length) / count,
        ),
      ),
      places: unstack(places, 2),
    };
  });

export function toBytes({ mean, components, landmarks, places }: Layout): Uint8Array {
  return encode({
    version: VERSION,
    mean: bytesOfNumbers(mean),
    components: bytesOfNumbers(stack(components)),
    landmarks: bytesOfNumbers(stack(landmarks)),
    places: bytesOfNumbers(stack(places)),
  });
}

/** Null for what is of another version, or damaged: it is then computed again. */
export function fromBytes(bytes: Uint8Array): Layout | null {
  try {
    return layoutSchema.parse(decode(bytes));
  } catch {
    return null;
  }
}
