/** Arithmetic on latents and embeddings. Vectors of one call have equal length; results are new. */

export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

export function norm(a: Float32Array): number {
  return Math.sqrt(dot(a, a));
}

export function scale(a: Float32Array, factor: number): Float32Array {
  return a.map((value) => value * factor);
}

/** a + factor·b */
export function addScaled(a: Float32Array, b: Float32Array, factor = 1): Float32Array {
  return a.map((value, i) => value + factor * (b[i] ?? 0));
}

/** The unit vector in a's direction; a zero vector stays as it is. */
export function normalise(a: Float32Array): Float32Array {
  const length = norm(a);
  return length > 0 ? scale(a, 1 / length) : a.slice();
}

/** Cosine of the angle between two vectors, in [−1, 1]; 0 when one of them is zero. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const lengths = norm(a) * norm(b);
  return lengths > 0 ? Math.min(1, Math.max(-1, dot(a, b) / lengths)) : 0;
}

/** The mean of one or more vectors. */
export function mean(vectors: readonly Float32Array[]): Float32Array {
  const sum = vectors.reduce((total, vector) => addScaled(total, vector));
  return scale(sum, 1 / vectors.length);
}

/** Straight line: a at t = 0, b at t = 1. */
export function lerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return a.map((value, i) => value + t * ((b[i] ?? 0) - value));
}

/** Below this sine of the angle an arc and a straight line are the same to float32. */
const NEARLY_PARALLEL = 1e-5;

/**
 * Great arc (Shoemake, "Animating rotation with quaternion curves", 1985, §3.3): the direction turns
 * at constant speed and the length changes linearly, so that unit vectors stay unit and Gaussian
 * noise keeps the length it is likely to have. Opposite vectors have no one arc between them: they
 * take the straight line.
 */
export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const angle = Math.acos(cosine(a, b));
  const sine = Math.sin(angle);
  if (sine < NEARLY_PARALLEL) return lerp(a, b, t);
  const direction = addScaled(
    scale(normalise(a), Math.sin((1 - t) * angle) / sine),
    normalise(b),
    Math.sin(t * angle) / sine,
  );
  return scale(direction, norm(a) + t * (norm(b) - norm(a)));
}

/** Vectors of one width, one after the other. */
export function stack(rows: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const width = rows[0]?.length ?? 0;
  const stacked = new Float32Array(rows.length * width);
  rows.forEach((row, i) => stacked.set(row, i * width));
  return stacked;
}

/** The inverse of `stack`, as views on the same memory. */
export function unstack(data: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: data.length / width }, (_, i) =>
    data.subarray(i * width, (i + 1) * width),
  );
}

/** Shorter than this part of its length, what is left of a vector is rounding. */
const NOTHING_LEFT = 1e-4;

/** A vector less a part of what it has along others: `strength` 1 leaves it at right angles to them all. */
export function orthogonalise(
  vector: Float32Array,
  others: readonly Float32Array[],
  strength = 1,
): Float32Array {
  const axes: Float32Array[] = [];
  for (const other of others) {
    const rest = axes.reduce((left, axis) => addScaled(left, axis, -dot(left, axis)), other);
    if (norm(rest) > NOTHING_LEFT * norm(other)) axes.push(normalise(rest));
  }
  return axes.reduce((left, axis) => addScaled(left, axis, -strength * dot(vector, axis)), vector);
}
