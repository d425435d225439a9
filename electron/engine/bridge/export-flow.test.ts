import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { float32Tensor } from '../inference/rows.ts';
import { gaussian } from '../latent/gaussian.ts';
import { addScaled, norm } from '../latent/vectors.ts';
import { exportFlow, type Learnt } from './export-flow.ts';
import { fitFirstLayers } from './first-layers.ts';
import { type FlowDefinition, type FlowSizes, parametersOf } from './flow-shape.ts';
import { factorise } from './matrices.ts';
import { startFlow } from './start-flow.ts';

const inference = startInference(undefined, afterAll);
const folder = () => mkdtempSync(path.join(tmpdir(), 'export-flow-'));

const sizesOf = (kind: FlowSizes['kind'], w: number, clip: number): FlowSizes => ({
  ...{ kind, w, clip, steps: 4, hidden: 24, condition: 8, reading: 16, cap: 1.5 },
  noiseLevels: kind === 'conditional',
});

/** Rows whose numbers vary the less the further right they stand, the last ones hardly at all. */
function rowsLike(count: number, width: number, seed: number): Float32Array {
  return gaussian(seed, count * width).map((value, i) => {
    const column = i % width;
    return 0.5 + value / (column < 0.6 * width ? 1 + column : 200 + column);
  });
}

/** A flow whose every parameter does something, after first layers of pairs that vary little in most directions. */
async function anyFlow(sizes: FlowSizes, count: number): Promise<[FlowDefinition, Learnt]> {
  const { w, clip } = sizes;
  const [allW, allE] = [rowsLike(count, w, 1), rowsLike(count, clip, 2)];
  const read = () => Promise.resolve({ w: allW, e: allE });
  const indexes = Array.from({ length: Math.min(count, 256) }, (_, i) => i);
  const { coupled: above, ...layers } = await fitFirstLayers(
    { count, widthW: w, widthE: clip, read },
    indexes,
  );
  const coupled = sizes.kind === 'bijective' ? w : above;
  const shape = { ...sizes, coupled };
  const { mixing, parameters } = await startFlow(shape, 3);
  const learnt = parametersOf(shape).map(({ name, dims }, i) => {
    const noise = gaussian(50 + i, parameters[i]!.length);
    const size = (name.includes('.mix.') ? 0.02 : 0.3) / Math.sqrt(dims[1] ?? 1);
    const isOut = (at: number) => {
      const [row, column] = [Math.floor(at / coupled), at % coupled];
      return name.endsWith('.lower') ? row <= column : name.endsWith('.upper') && row >= column;
    };
    return [name, parameters[i]!.map((v, at) => (isOut(at) ? 0 : v + size * noise[at]!))] as const;
  });
  return [{ shape, mixing, ...layers }, new Map(learnt)];
}

async function graphsOf(flow: FlowDefinition, learnt: Learnt) {
  const at = folder();
  await exportFlow(flow, learnt, at);
  const { kind, w, clip } = flow.shape;
  const run = async (name: string, rows: Record<string, Float32Array>, widths: number[]) => {
    const feeds = Object.entries(rows).map(([key, data], i) => {
      return [key, float32Tensor(data, [data.length / widths[i]!, widths[i]!])] as const;
    });
    return inference.run(path.join(at, `${name}.onnx`), Object.fromEntries(feeds));
  };
  const conditional = kind === 'conditional';
  return {
    decode: (z: Float32Array, e: Float32Array, s: Float32Array) =>
      conditional ? run('decode', { z, e, s }, [w, clip, 1]) : run('decode', { e }, [clip]),
    encode: (from: Float32Array, e: Float32Array, s: Float32Array) =>
      conditional
        ? run('encode', { w: from, e, s }, [w, clip, 1])
        : run('encode', { w: from }, [w]),
  };
}

describe.each(['conditional', 'bijective'] as const)('a %s flow', (kind) => {
  it('is undone by its encoder, which tells the log-determinant', { timeout: 60_000 }, async () => {
    const shape = sizesOf(kind, 10, kind === 'bijective' ? 10 : 7);
    const [flow, learnt] = await anyFlow(shape, 256);
    expect(flow.shape.coupled).toBe(kind === 'bijective' ? 10 : 6);
    const { decode, encode } = await graphsOf(flow, learnt);
    const [e, s] = [rowsLike(1, shape.clip, 7), Float32Array.of(0.5)];
    const { w } = await decode(gaussian(6, 10), e, s);
    const at = w!.data as Float32Array;
    const { z, e: again, log_det } = await encode(at, e, s);
    const [found, expected] = kind === 'bijective' ? [again, e] : [z, gaussian(6, 10)];
    expected.forEach((value, i) =>
      expect(Math.abs(Number(found!.data[i]) - value)).toBeLessThan(1e-4),
    );
    const output = kind === 'bijective' ? 'e' : 'z';
    const nudged = async (i: number, by: number) =>
      (await encode(at.with(i, at[i]! + by), e, s))[output]!.data as Float32Array;
    const jacobian = new Float64Array(100);
    for (let i = 0; i < 10; i++) {
      const step = 2e-3;
      const [ahead, behind] = [await nudged(i, step), await nudged(i, -step)];
      ahead.forEach((value, j) => (jacobian[i * 10 + j] = (value - behind[j]!) / (2 * step)));
    }
    const { packed } = await factorise(jacobian, 10);
    const numeric = packed.reduce(
      (sum, v, i) => sum + (i % 11 === 0 ? Math.log(Math.abs(v)) : 0),
      0,
    );
    expect(Math.abs(numeric - Number(log_det!.data[0]))).toBeLessThan(2e-2);
  });
});

it.each([
  [128, 768],
  [256, 512],
])(
  'w of %i numbers and embeddings of %i come back within 1e-4',
  { timeout: 60_000 },
  async (width, clip) => {
    const flow = await anyFlow(sizesOf('conditional', width, clip), 64);
    const { decode, encode } = await graphsOf(...flow);
    const [noise, e, s] = [gaussian(6, 3 * width), rowsLike(3, clip, 7), new Float32Array(3)];
    const { w } = await decode(noise, e, s);
    const { z } = await encode(w!.data as Float32Array, e, s);
    const away = addScaled(z!.data as Float32Array, noise, -1);
    expect(norm(away) / norm(noise)).toBeLessThan(1e-4);
  },
);
