import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { toStyle } from '../latent/w-plus.ts';
import { gaussian } from '../latent/gaussian.ts';
import { addScaled, lerp, scale } from '../latent/vectors.ts';
import type { Course } from './path.ts';
import { paintAll } from '../draw/draw.ts';
import { loadModels } from '../models/models.ts';
import { difference, measurePace } from './perceptual.ts';

const FRAMES = 60;
const models = await loadModels(TINY_PACK, startInference({ device: 'cpu' }, afterAll));
const [a, b] = [1, 2].map((seed) => scale(gaussian(seed, 512), 2)) as [Float32Array, Float32Array];

/** A way that stands still, then does all there is to do within a thousandth, and stands still again. */
const sudden: Course = (position) => ({
  ...{ z: null, e: null, truncation: 1 },
  w: lerp(a, b, 1 / (1 + Math.exp(-(position - 0.3137) / 1e-4))),
});

async function steps(positions: readonly number[]): Promise<number[]> {
  const latents = positions.map((position) => sudden(position) as { w: Float32Array });
  const frames = await paintAll(latents, models, {});
  return frames.slice(1).map((frame, i) => difference(frame.data, frames[i]!.data));
}

const unevenness = (lengths: readonly number[]) =>
  Math.max(...lengths) / (lengths.reduce((sum, length) => sum + length) / lengths.length);

describe('the pace of a path', () => {
  it('makes steps even where all change is sudden', async () => {
    const pace = await measurePace(sudden, models);
    const progress = Array.from({ length: FRAMES }, (_, frame) => frame / (FRAMES - 1));
    expect(unevenness(await steps(progress))).toBeGreaterThan(20);
    const even = progress.map((share) => pace.positionAt(share));
    expect(unevenness(await steps(even))).toBeLessThan(3);
    expect([even[0], even.at(-1)]).toEqual([0, 1]);
    expect(even.every((position, i) => i === 0 || position >= even[i - 1]!)).toBe(true);
    const [near] = await paintAll([pace.near(0.5)], models, {});
    const [exact] = await paintAll([sudden(pace.positionAt(0.5)) as never], models, {});
    expect(difference(near!.data, exact!.data)).toBeLessThan(3);
  });

  it('is found on the way to an edited portrait, whose w⁺ is another in each layer', async () => {
    const { layers } = models.generator;
    const [plain, edited] = [toStyle(a, layers), addScaled(toStyle(a, layers), toStyle(b, layers))];
    const course: Course = (t) => ({
      ...{ z: null, e: null, truncation: 1 },
      w: t === 0 ? a : lerp(plain, edited, t),
    });
    const pace = await measurePace(course, models);
    const [begin, middle] = [pace.near(0).w, pace.near(0.001).w];
    expect([begin, middle.length]).toEqual([plain, plain.length]);
    expect(middle.every(Number.isFinite)).toBe(true);
  });

  it('leaves a way on which nothing changes as it is', async () => {
    const pace = await measurePace(() => ({ z: null, e: null, w: a, truncation: 1 }), models);
    expect(pace.positionAt(0.25)).toBeCloseTo(0.25);
  });
});
