import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parityNetwork } from '../../../../test/support/parity-network.ts';
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
    const d = largestDifference(image!.data as Float32Array, read(file));
    console.log(name, file, d);
    expect(d).toBeLessThan(TOLERANCE);
  });
});
