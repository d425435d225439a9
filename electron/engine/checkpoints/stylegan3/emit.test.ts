import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parityNetwork } from '../../../../test/support/parity-network.ts';
import {
  referenceMapping,
  referenceSynthesis,
} from '../../../../test/support/stylegan3-reference.ts';
import {
  type StyleGan3Options,
  styleGan3Network,
} from '../../../../test/support/stylegan3-network.ts';
import { Inference } from '../../inference/inference.ts';
import { emitStyleGan3 } from './emit.ts';

const inference = new Inference({ device: 'cpu' });
afterAll(() => inference.close());

const TOLERANCE = 1e-4;

function folder(): string {
  return mkdtempSync(path.join(tmpdir(), 'stylegan3-'));
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, each, i) => Math.max(most, Math.abs(each - (b[i] ?? NaN))), 0);
}

describe.each(['sg3-t-32', 'sg3-r-32'])('%s as the official code draws it', async (name) => {
  const { meta, network, z, read } = parityNetwork(name);
  const at = folder();
  const { generator } = await emitStyleGan3(network, at);
  const rows = read('w.f32');
  const meanW = await network.children.get('mapping')!.tensors.get('w_avg')!.read();

  test('mapping', async () => {
    const data = Float32Array.from(z.flatMap((row) => [...row]));
    const { w } = await inference.run(path.join(at, generator.mapping), {
      z: { type: 'float32', dims: [3, meta.z_dim], data },
    });
    expect(largestDifference(w!.data as Float32Array, rows)).toBeLessThan(TOLERANCE);
  });

  test.each(meta.cases)('$file', async ({ file, n, psi }) => {
    const wPlus: number[] = [];
    for (let row = 0; row < n; row++) {
      for (let layer = 0; layer < meta.num_ws; layer++) {
        const of = psi === undefined ? layer % 3 : row;
        const w = rows.subarray(of * meta.w_dim, (of + 1) * meta.w_dim);
        w.forEach((each, i) => wPlus.push(meanW[i]! + (psi ?? 1) * (each - meanW[i]!)));
      }
    }
    const { image } = await inference.run(path.join(at, generator.synthesis), {
      w: { type: 'float32', dims: [n, meta.num_ws, meta.w_dim], data: Float32Array.from(wPlus) },
    });
    expect(largestDifference(image!.data as Float32Array, read(file))).toBeLessThan(TOLERANCE);
  });
});

describe.each<StyleGan3Options & { name: string }>([
  { name: 'small', resolution: 16, configuration: 'T', layers: 6, channelMax: 5, clamp: 0.3 },
  { name: 'classes', resolution: 16, configuration: 'R', layers: 6, classes: 4, clamp: null },
  { name: 'tiles', resolution: 64, configuration: 'T', layers: 4, channelMax: 3, w: 9, z: 7 },
  { name: 'not upsampled', resolution: 16, configuration: 'R', layers: 6, upsampling: 1 },
  { name: 'radial tiles', resolution: 64, configuration: 'R', layers: 4, channelMax: 2 },
])('$name: as computed number by number', async ({ name: _, ...options }) => {
  const network = styleGan3Network(options);
  const at = folder();
  const { generator, widths } = await emitStyleGan3(network, at);
  const noise = (count: number, seed: number) =>
    Float32Array.from({ length: count }, (_, i) => 2 * Math.sin(i * i + seed));

  test('mapping', async () => {
    const z = noise(2 * widths.z, 1);
    const { count = 0 } = generator.classes ?? {};
    const oneHot = Float32Array.from({ length: 2 * count }, (_, i) => Number(i % count === 1));
    const { w } = await inference.run(path.join(at, generator.mapping), {
      z: { type: 'float32', dims: [2, widths.z], data: z },
      ...(count > 0 && { class: { type: 'float32', dims: [2, count], data: oneHot } }),
    });
    const rows = [z.subarray(0, widths.z), z.subarray(widths.z)].map((row) =>
      referenceMapping(network, row, count > 0 ? 1 : undefined),
    );
    const expected = (await Promise.all(rows)).flatMap((row) => [...row]);
    expect(largestDifference(w!.data as Float32Array, expected)).toBeLessThan(TOLERANCE);
  });

  test('synthesis', async () => {
    const numbers = generator.layers * widths.w;
    const data = noise(2 * numbers, 2);
    const { image } = await inference.run(path.join(at, generator.synthesis), {
      w: { type: 'float32', dims: [2, generator.layers, widths.w], data },
    });
    const wPlus = Array.from({ length: generator.layers }, (_, i) =>
      Float64Array.from(data.subarray(numbers + i * widths.w, numbers + (i + 1) * widths.w)),
    );
    const expected = await referenceSynthesis(network, wPlus);
    const second = (image!.data as Float32Array).subarray(expected.length);
    const brightest = Math.max(...expected.map(Math.abs));
    expect(largestDifference(second, expected) / brightest).toBeLessThan(TOLERANCE);
  });
});
