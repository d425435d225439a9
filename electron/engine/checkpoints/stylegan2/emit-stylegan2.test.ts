import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../../test/support/inference.ts';
import { parityNetwork } from '../../../../test/support/parity-network.ts';
import { lerp, stack } from '../../latent/vectors.ts';
import { LatentSpace } from '../../latent/w-plus.ts';
import { emitStyleGan2 } from './emit-stylegan2.ts';

const inference = startInference(undefined, afterAll);
const folder = () => mkdtempSync(path.join(tmpdir(), 'stylegan2-'));
const float32 = (dims: number[], data: Float32Array) => ({ type: 'float32' as const, dims, data });

describe.each(['sg2-skip-64', 'sg2-orig-32'])('%s', async (name) => {
  const parity = parityNetwork(name);
  const { meta } = parity;
  const at = folder();
  const { generator, widths } = await emitStyleGan2(parity.network, at);
  const space = new LatentSpace({ width: meta.w_dim, layers: meta.num_ws });
  const meanBytes = readFileSync(path.join(at, generator.meanW));
  const meanW = new Float32Array(meanBytes.buffer, meanBytes.byteOffset, meta.w_dim);
  const map = async () => {
    const z = float32([parity.z.length, widths.z], stack(parity.z));
    const { w } = await inference.run(path.join(at, generator.mapping), { z });
    return parity.z.map((_, i) =>
      (w!.data as Float32Array).slice(i * widths.w, (i + 1) * widths.w),
    );
  };

  it('maps z to w', async () => {
    expect(largestDifference(stack(await map()), parity.read('w.f32'))).toBeLessThan(1e-4);
  });

  it.each(meta.cases)('draws $file', async ({ file, n, psi }) => {
    const w = await map();
    const mixed = Float32Array.from({ length: meta.num_ws * widths.w }, (_, i) => {
      const layer = Math.floor(i / widths.w);
      return w[layer % 3]![i % widths.w]!;
    });
    const latents =
      psi === undefined
        ? [mixed]
        : w.slice(0, n).map((each) => space.toWPlus(lerp(meanW, each, psi)));
    const { image } = await inference.run(path.join(at, generator.synthesis), {
      w: float32([n, meta.num_ws, widths.w], stack(latents)),
      noise: float32([0, generator.noiseNumbers!], new Float32Array()),
    });
    expect(largestDifference(image!.data as Float32Array, parity.read(file))).toBeLessThan(1e-4);
  });
});

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}
