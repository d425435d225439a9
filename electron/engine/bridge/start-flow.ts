/** What a flow is before its first step. */
import { gaussian } from '../latent/gaussian.ts';
import type { FlowShape, Mixing } from './flow-shape.ts';
import { type Parameter, parametersOf, sizeOf } from './flow-shape.ts';
import { factorise, randomOrthogonal } from './matrices.ts';
import { shuffled } from './order.ts';

/** Seeds of weights, beyond those of rotations and orders. */
const FIRST_WEIGHTS = 1_000;

export interface FlowStart {
  readonly mixing: Mixing[];
  /** In the order of `parametersOf`. */
  readonly parameters: Float32Array[];
}

/**
 * Rotations in LU form, and coupling networks whose last layer is zero, so that each step is a rotation to begin with
 * (Glow, §3.2 and §3.3). All steps turn alike and differ in how they order the numbers, for a random rotation takes
 * long to make. The same numbers for one seed.
 */
export async function startFlow(shape: FlowShape, seed: number): Promise<FlowStart> {
  const { permutation, sign, learnt } = await rotation(shape.coupled, seed);
  const mixing = Array.from({ length: shape.steps }, (_, i) => {
    const order = shuffled(permutation.length, seed + i + 1);
    return { permutation: order.map((row) => permutation[row] ?? 0), sign };
  });
  const parameters = parametersOf(shape).map((parameter, i) => {
    const mix = /\.mix\.(\w+)$/.exec(parameter.name)?.[1] ?? '';
    return learnt.get(mix) ?? startOf(parameter, seed + FIRST_WEIGHTS + i);
  });
  return { mixing, parameters };
}

async function rotation(n: number, seed: number) {
  const random = Float64Array.from(gaussian(seed, n * n));
  const { rows, packed } = await factorise(await randomOrthogonal(random, n), n);
  const diagonal = Float64Array.from({ length: n }, (_, i) => packed[i * n + i] ?? 0);
  const part = (isIn: (row: number, column: number) => boolean) =>
    Float32Array.from(packed, (value, i) => (isIn(Math.floor(i / n), i % n) ? value : 0));
  // Row rows[i] of the matrix is row i of L·U.
  const permutation = rows.map(() => 0);
  rows.forEach((row, i) => (permutation[row] = i));
  const learnt = new Map([
    ['lower', part((row, column) => row > column)],
    ['upper', part((row, column) => row < column)],
    ['log_s', Float32Array.from(diagonal, (value) => Math.log(Math.abs(value)))],
  ]);
  return { permutation, sign: Array.from(diagonal, (value) => (value < 0 ? -1 : 1)), learnt };
}

/** Weights with the variance that keeps that of what goes through (LeCun et al. 1998, §4.6); biases are zero. */
function startOf(parameter: Parameter, seed: number): Float32Array {
  const { name, dims } = parameter;
  const size = sizeOf(parameter);
  if (!name.endsWith('.weight') || name.includes('.couple.last.')) return new Float32Array(size);
  const scale = 1 / Math.sqrt(dims[1] ?? 1);
  return gaussian(seed, size).map((value) => value * scale);
}
