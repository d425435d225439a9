import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { Latents } from '../../contract/latents.ts';
import { faultOf } from './json-column.ts';

/**
 * A vector as SQLite keeps it: numbers that are all finite. Zeros only where something can be made of them.
 */
function vectorSchema({ mayBeZero }: { mayBeZero: boolean }) {
  return z
    .instanceof(Buffer)
    .refine(({ length }) => length > 0 && length % Float32Array.BYTES_PER_ELEMENT === 0, {
      message: 'is cut off',
    })
    .transform(toFloats)
    .refine((vector) => isSound(vector, mayBeZero), { message: 'holds no usable numbers' });
}

const latentsRowSchema = z.object({
  z: vectorSchema({ mayBeZero: true }).nullable(),
  condition: vectorSchema({ mayBeZero: false }).nullable(),
  w: vectorSchema({ mayBeZero: false }),
});

/** Of a picture that was brought in: no row of latents stands beside its own. */
const withoutLatentsSchema = z.object({
  source: z.string().refine(isOfImport),
  ...{ z: z.null(), condition: z.null(), w: z.null() },
});

const embeddingRowSchema = z.object({ vector: vectorSchema({ mayBeZero: false }) });

/**
 * @param row with the column `source`
 * @returns null of a picture that was brought in
 * @throws StudioError `library-corrupt`
 */
export function toLatents(row: unknown, id: string): Latents | null {
  if (withoutLatentsSchema.safeParse(row).success) return null;
  return usable(latentsRowSchema.safeParse(row), id);
}

/** @throws StudioError `library-corrupt` */
export function toEmbedding(row: unknown, id: string): Float32Array {
  return usable(embeddingRowSchema.safeParse(row), id).vector;
}

/** What is wrong with the numbers of a portrait, null for nothing. The row has the columns of both tables. */
export function faultOfVectors(row: unknown): string | null {
  const latents = withoutLatentsSchema.safeParse(row).success
    ? withoutLatentsSchema
    : latentsRowSchema;
  const parsed = latents.extend(embeddingRowSchema.shape).safeParse(row);
  return parsed.success ? null : faultOf(parsed.error);
}

const kindSchema = z.object({ kind: z.literal('import') });

function isOfImport(source: string): boolean {
  try {
    return kindSchema.safeParse(JSON.parse(source)).success;
  } catch {
    return false;
  }
}

function usable<T>(parsed: z.ZodSafeParseResult<T>, id: string): T {
  if (parsed.success) return parsed.data;
  const fault = faultOf(parsed.error);
  throw new StudioError(
    'library-corrupt',
    `The numbers that the library keeps of portrait ${id} cannot be used (${fault}). Nothing was ` +
      'changed, and its picture can still be seen and exported; start from another portrait.',
    { details: { id, fault } },
  );
}

/** Whether every number is finite and, unless they may all be zero, one is not. */
export function isSound(vector: Float32Array, mayBeZero: boolean): boolean {
  let isZero = true;
  // By index: this is asked of every embedding of a library, and a function for each number takes many times as long.
  for (let index = 0; index < vector.length; index += 1) {
    const value = vector[index] as number;
    if (!Number.isFinite(value)) return false;
    if (value !== 0) isZero = false;
  }
  return mayBeZero || !isZero;
}

export function areSound({ z: noise, condition, w }: Latents): boolean {
  // At temperature 0 the noise is nothing but zeros.
  return (
    isSound(w, false) &&
    (noise === null || isSound(noise, true)) &&
    (condition === null || isSound(condition, false))
  );
}

/** The bytes of a vector as SQLite stores it: float32, little-endian. */
export function toBlob(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** The numbers of a stored vector, without a copy where they lie well in memory; null for what is cut off. */
export function toVector(blob: Buffer): Float32Array | null {
  if (blob.length === 0 || blob.length % Float32Array.BYTES_PER_ELEMENT !== 0) return null;
  if (blob.byteOffset % Float32Array.BYTES_PER_ELEMENT !== 0) return toFloats(blob);
  return new Float32Array(
    blob.buffer,
    blob.byteOffset,
    blob.length / Float32Array.BYTES_PER_ELEMENT,
  );
}

function toFloats(blob: Buffer): Float32Array<ArrayBuffer> {
  // Copied, since a Buffer may start where a Float32Array cannot.
  return new Float32Array(new Uint8Array(blob).buffer);
}
