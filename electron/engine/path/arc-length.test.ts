import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK, TINY_PACK_BIJECTIVE } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import { lerp } from '../latent/vectors.ts';
import type { LatentCode } from '../latent/code.ts';
import { openTestSession } from '../../../test/support/session.ts';
import { measureArcLength } from './arc-length.ts';

const inference = startInference({ device: 'cpu' }, afterAll);
const projecting = await openTestSession(TINY_PACK, inference);
/** Of a pack that draws every w as it is. */
const session = await openTestSession(TINY_PACK_BIJECTIVE, inference);
const [a, b] = [gaussian(1, 512), gaussian(2, 512)];
const at = (w: Float32Array): LatentCode => ({ z: null, e: null, w, truncation: 1 });

describe('the arc length of a curve', () => {
  it('is as long as w goes, wherever on the curve that is', async () => {
    // Half of the way within a millionth, the other half evenly.
    const length = await measureArcLength((t) => {
      const sudden = 1 / (1 + Math.exp(-(t - 0.3137) / 1e-6));
      return at(lerp(a, b, (sudden + t) / 2));
    }, session);
    expect(length.positionAt(0.1)).toBeCloseTo(0.2, 2);
    expect(length.positionAt(0.4)).toBeCloseTo(0.3137, 4);
    expect(length.positionAt(0.6)).toBeCloseTo(0.3137, 4);
    expect(length.positionAt(0.9)).toBeCloseTo(0.8, 2);
    expect([length.positionAt(0), length.positionAt(1)]).toEqual([0, 1]);
  });

  it('goes by a number of w, so that a w⁺ that repeats it counts as much', async () => {
    const { space } = session.models.generator;
    const length = await measureArcLength((t) => {
      const w = lerp(a, b, t);
      return at(t < 0.5 ? w : space.toWPlus(w));
    }, session);
    expect(length.positionAt(0.25)).toBeCloseTo(0.25, 3);
    expect(length.positionAt(0.75)).toBeCloseTo(0.75, 3);
  });

  it('is as long as what is drawn goes, where w is projected', async () => {
    // The tiny pack draws no number beyond 8: from the middle on nothing changes.
    const [low, high] = [0, 16].map((number) => new Float32Array(512).fill(number));
    const length = await measureArcLength((t) => at(lerp(low!, high!, t)), projecting);
    expect(length.positionAt(0.5)).toBeCloseTo(0.25, 2);
    expect(length.positionAt(0.9)).toBeCloseTo(0.45, 2);
  });

  it('is the curve itself where nothing changes', async () => {
    const length = await measureArcLength(() => at(a), session);
    expect(length.positionAt(0.3)).toBeCloseTo(0.3);
  });

  it('does not look for ever for the middle of a jump', async () => {
    const length = await measureArcLength((t) => at(t < 0.3 ? a : b), session);
    expect(length.positionAt(0.5)).toBeCloseTo(0.3, 5);
  });
});
