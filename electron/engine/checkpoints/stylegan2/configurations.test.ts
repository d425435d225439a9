/** Configurations that the parity fixtures lack, compared with formulas in float64. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../../test/support/inference.ts';
import { formulaNumbers } from '../../../../test/support/parity-network.ts';
import {
  type StyleGan2Options,
  styleGan2Network,
} from '../../../../test/support/stylegan2-network.ts';
import {
  referenceMapping,
  referenceSynthesis,
} from '../../../../test/support/stylegan2-reference.ts';
import { emitStyleGan2 } from './emit-stylegan2.ts';

const inference = startInference(undefined, afterAll);
const folder = () => mkdtempSync(path.join(tmpdir(), 'stylegan2-'));
const numbers = (name: string, count: number) =>
  formulaNumbers(name, count, { scale: 1.7, offset: 0 });
const float32 = (dims: number[], data: Float32Array) => ({ type: 'float32' as const, dims, data });

const small: StyleGan2Options = { resolution: 16, channels: [7, 5, 3] };
const UNEVEN = [
  [0.1, 0.2, 0.05],
  [0.3, 0.02, 0.1],
  [0.03, 0.1, 0.1],
];
const configurations: Record<string, StyleGan2Options> = {
  skip: small,
  'skip, clamp': { ...small, clamp: 0.9 },
  orig: { ...small, architecture: 'orig' },
  'orig, clamp, classes': { ...small, architecture: 'orig', clamp: 0.9, classes: 5 },
  resnet: { ...small, architecture: 'resnet' },
  'resnet, clamp': { ...small, architecture: 'resnet', clamp: 0.4 },
  'resnet, a matrix of 3 × 3 that is no product': {
    ...small,
    architecture: 'resnet',
    filter: UNEVEN,
  },
  'skip, classes, a row of eight': {
    ...{ ...small, classes: 3, z: 9, w: 21, mappingLayers: 3 },
    filter: [0.02, 0.08, 0.17, 0.25, 0.2, 0.15, 0.1, 0.03],
  },
  'skip, a matrix of 2 × 4': {
    ...small,
    filter: [
      [0.1, 0.2, 0.05, 0.1],
      [0.3, 0.02, 0.1, 0.13],
    ],
  },
  'skip, no filter': { ...small, filter: [[1]] },
  'resnet, no filter': { ...small, filter: [[1]], architecture: 'resnet' },
  'resnet, a row of twelve': {
    ...{ ...small, architecture: 'resnet' },
    filter: Array.from({ length: 12 }, (_, i) => (i + 1) / 78),
  },
  'without noise': { ...small, useNoise: false },
  'resnet, swish, clamp': { ...small, architecture: 'resnet', activation: 'swish', clamp: 0.5 },
  ...Object.fromEntries(
    ['linear', 'relu', 'tanh', 'sigmoid', 'elu', 'selu', 'softplus'].map((activation) => [
      activation,
      { resolution: 8, channels: [4, 3], activation } satisfies StyleGan2Options,
    ]),
  ),
};

describe.each(Object.entries(configurations))('%s', (_, options) => {
  it('maps and draws as the formulas do, two portraits at once', async () => {
    const network = styleGan2Network(options);
    const at = folder();
    const { generator, widths, files } = await emitStyleGan2(network, at);
    expect(readdirSync(at).sort()).toEqual([...files].sort());
    const z = numbers('z', 2 * widths.z);
    const count = generator.classes?.count;
    const oneHot =
      count && Float32Array.from({ length: 2 * count }, (__, i) => Number(i % count === 2));
    const mapped = await inference.run(path.join(at, generator.mapping), {
      z: float32([2, widths.z], z),
      ...(count && oneHot && { class: float32([2, count], oneHot) }),
    });
    for (const row of [0, 1]) {
      const expected = await referenceMapping(network, rowOf(z, row, widths.z), 2);
      expectClose(rowOf(mapped.w!.data as Float32Array, row, widths.w), expected);
    }

    const size = generator.layers * widths.w;
    const w = numbers('w', 2 * size);
    const noise = numbers('noise', generator.noiseNumbers ?? 0);
    for (const rows of generator.noise === 'const' ? [0, 1] : [0]) {
      const { image } = await inference.run(path.join(at, generator.synthesis), {
        w: float32([2, generator.layers, widths.w], w),
        ...(generator.noiseNumbers && {
          noise: float32([rows, generator.noiseNumbers], rows > 0 ? noise : new Float32Array()),
        }),
      });
      for (const row of [0, 1]) {
        const wPlus = Array.from({ length: generator.layers }, (__, layer) =>
          rowOf(rowOf(w, row, size), layer, widths.w),
        );
        const planes = await referenceSynthesis(
          network,
          wPlus,
          rows > 0 ? { noise: [...noise] } : {},
        );
        const pixels = rowOf(image!.data as Float32Array, row, 3 * generator.resolution ** 2);
        expectClose(pixels, planes.flat(2));
      }
    }
  });
});

function rowOf(values: Float32Array | readonly number[], row: number, width: number): number[] {
  return [...values.slice(row * width, (row + 1) * width)];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const most = actual.reduce((sum, value, i) => Math.max(sum, Math.abs(value - expected[i]!)), 0);
  expect(most).toBeLessThan(1e-4);
}
