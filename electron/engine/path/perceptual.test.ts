import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import { addScaled, lerp, scale } from '../latent/vectors.ts';
import type { LatentCode } from '../latent/code.ts';
import { openTestSession } from '../../../test/support/session.ts';
import type { Curve } from './curve.ts';
import { difference, measurePerceptually } from './perceptual.ts';

const FRAMES = 60;
const session = await openTestSession(TINY_PACK, startInference({ device: 'cpu' }, afterAll));
const { generator } = session.models;
const [a, b] = [1, 2].map((seed) => scale(gaussian(seed, 512), 2)) as [Float32Array, Float32Array];

/** A curve that stands still, then does all there is to do within a thousandth, and stands still again. */
const sudden = (position: number): LatentCode => ({
  ...{ z: null, e: null, truncation: 1 },
  w: lerp(a, b, 1 / (1 + Math.exp(-(position - 0.3137) / 1e-4))),
});

async function steps(positions: readonly number[]): Promise<number[]> {
  const frames = await generator.synthesise(positions.map((position) => sudden(position).w));
  return frames.slice(1).map((frame, i) => difference(frame.data, frames[i]!.data));
}

const unevenness = (lengths: readonly number[]) =>
  Math.max(...lengths) / (lengths.reduce((sum, length) => sum + length) / lengths.length);

describe('the perceptual parametrisation of a curve', () => {
  it('makes steps even where all change is sudden', async () => {
    const parametrisation = await measurePerceptually(sudden, session);
    const progress = Array.from({ length: FRAMES }, (_, frame) => frame / (FRAMES - 1));
    expect(unevenness(await steps(progress))).toBeGreaterThan(20);
    const even = progress.map((share) => parametrisation.positionAt(share));
    expect(unevenness(await steps(even))).toBeLessThan(3);
    expect([even[0], even.at(-1)]).toEqual([0, 1]);
    expect(even.every((position, i) => i === 0 || position >= even[i - 1]!)).toBe(true);
    const [near] = await generator.synthesise([parametrisation.near(0.5)]);
    const [exact] = await generator.synthesise([sudden(parametrisation.positionAt(0.5)).w]);
    expect(difference(near!.data, exact!.data)).toBeLessThan(3);
  });

  it('is found on the way to an edited portrait, whose w⁺ is another in each layer', async () => {
    const { space } = generator;
    const [plain, edited] = [space.toWPlus(a), addScaled(space.toWPlus(a), space.toWPlus(b))];
    const curve: Curve = (t) => ({
      ...{ z: null, e: null, truncation: 1 },
      w: t === 0 ? a : lerp(plain, edited, t),
    });
    const parametrisation = await measurePerceptually(curve, session);
    const [begin, middle] = [parametrisation.near(0), parametrisation.near(0.001)];
    expect([begin, middle.length]).toEqual([plain, plain.length]);
    expect(middle.every(Number.isFinite)).toBe(true);
  });

  it('leaves a curve on which nothing changes as it is', async () => {
    const still: Curve = () => ({ z: null, e: null, w: a, truncation: 1 });
    const parametrisation = await measurePerceptually(still, session);
    expect(parametrisation.positionAt(0.25)).toBeCloseTo(0.25);
  });
});
