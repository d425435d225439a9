import { z } from 'zod';
import { MAX_LAYERS, MAX_WIDTH } from './pack.ts';

/**
 * Float32 numbers; as text the base64 of their little-endian bytes. What is asked of the numbers is
 * asked of the inner schema: checks on a codec make it encode twice.
 */
const float32Codec = (numbers: z.ZodType<Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>>) =>
  z.codec(z.base64(), numbers, {
    decode: (text, context) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      if (bytes.length % 4 === 0) return new Float32Array(bytes.buffer);
      context.issues.push({ code: 'custom', input: text, message: 'is cut off' });
      return z.NEVER;
    },
    encode: (floats) => {
      let characters = '';
      for (const byte of new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength)) {
        characters += String.fromCharCode(byte);
      }
      return btoa(characters);
    },
  });

const float32Schema = z.instanceof(Float32Array<ArrayBuffer>);

/** Not so many that a forged one fills the memory. Which widths fit together, the pack that drew it knows. */
const vectorSchema = (most: number) =>
  float32Codec(
    float32Schema.refine(({ length }) => length > 0 && length <= most, {
      message: `must hold 1 to ${most} numbers`,
    }),
  );

/** One vector of CLIP's, the flow's or the generator's space. */
export const embeddingSchema = vectorSchema(MAX_WIDTH);

/** The numbers a portrait was drawn from. */
export const latentsSchema = z.object({
  /** The flow's noise, [w] or [clip]; null where the flow took no part. */
  z: embeddingSchema.nullable(),
  /** The embedding the flow was given, [clip]; null where the flow took no part. */
  condition: embeddingSchema.nullable(),
  /**
   * What the generator was given: w, the same for every layer, or w⁺ [layers × w] row by row.
   * The length tells which.
   */
  w: vectorSchema(MAX_LAYERS * MAX_WIDTH),
});
export type Latents = z.infer<typeof latentsSchema>;
