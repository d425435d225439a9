/** The learning curve of the project's own flow in PyTorch, and the numbers that it starts with. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { FlowDefinition } from '../../electron/engine/bridge/flow-shape.ts';

const numbers = z.array(z.number());

const curveSchema = z.object({
  sizes: z.record(z.string(), z.number()),
  parameters: z.array(z.object({ name: z.string(), shape: numbers, scale: z.number() })),
  perm: z.array(numbers),
  sign: z.array(numbers),
  losses: numbers,
  norms: numbers,
  gradientNormsOfFirstStep: z.record(z.string(), z.number()),
  afterwards: z.record(z.string(), z.tuple([z.number(), z.number()])),
  encoded: z.object({ z: numbers, logDet: numbers, roundTrip: z.number() }),
});

const FILE = path.resolve(import.meta.dirname, '../fixtures/parity/flow-training.json');
export const curve = curveSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')));

/** Numbers by formula; README beside the fixtures has it. */
export function number(name: string, index: number): number {
  let hash = 2166136261;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16777619);
  let x = (hash + Math.imul(index, 2654435761)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x846ca68b) >>> 0;
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** A parameter's start: lower and upper are the strict triangles. */
export function startOf({ name, shape, scale }: (typeof curve.parameters)[number]): Float32Array {
  const [rows = 1, columns = 1] = shape;
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const isOut =
      (name.endsWith('.lower') && row <= column) || (name.endsWith('.upper') && row >= column);
    return isOut ? 0 : scale * number(name, i);
  });
}

const { D = 0, E = 0, hidden = 0, condition = 0, reading = 0, steps = 0, cap = 0 } = curve.sizes;

export const curveFlow: FlowDefinition = {
  shape: {
    ...{ kind: 'conditional', w: D, coupled: D, clip: E, steps, hidden, condition, reading, cap },
    noiseLevels: false,
  },
  mixing: curve.perm.map((permutation, i) => ({ permutation, sign: curve.sign[i] ?? [] })),
  whitening: {
    mean: new Float64Array(D),
    components: Float64Array.from({ length: D * D }, (_, i) => (i % (D + 1) === 0 ? 1 : 0)),
    deviations: new Float64Array(D).fill(1),
  },
  standardisation: {
    mean: new Float64Array(E),
    scale: new Float64Array(E).fill(Math.sqrt(E)),
  },
};

const { rows = 0, batch = 0 } = curve.sizes;
const w = Float32Array.from({ length: rows * D }, (_, i) => 1.7 * number('w', i));
const e = unitRows(
  Float32Array.from({ length: rows * E }, (_, i) => number('e', i)),
  E,
);

/** The first `count` rows. */
export function firstRows(count: number): { w: Float32Array; e: Float32Array } {
  return { w: w.slice(0, count * D), e: e.slice(0, count * E) };
}

/** The rows of step `index`. */
export function batchOf(index: number): { w: Float32Array; e: Float32Array } {
  const chosen = Array.from({ length: batch }, (_, i) =>
    Math.floor((rows / 2) * (number('order', index * batch + i) + 1)),
  );
  const take = (from: Float32Array, width: number) =>
    Float32Array.from(chosen.flatMap((row) => [...from.subarray(row * width, (row + 1) * width)]));
  return { w: take(w, D), e: take(e, E) };
}

function unitRows(values: Float32Array, width: number): Float32Array {
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const length = Math.hypot(...row);
    row.forEach((value, i) => (row[i] = value / length));
  }
  return values;
}
