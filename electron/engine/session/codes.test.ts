import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { openTestSession } from '../../../test/support/session.ts';
import { pathSpaceSchema } from '../../contract/generation.ts';
import { gaussian } from '../latent/gaussian.ts';
import { addScaled, normalise, norm, scale } from '../latent/vectors.ts';
import type { LibraryReader } from '../library/reader.ts';
import { Path } from '../path/path.ts';
import { loadModels } from '../loading/load-models.ts';
import type { Models } from '../models/models.ts';

const inference = startInference({ device: 'cpu' }, afterAll);
const exact = await loadModels(TINY_PACK, inference);

/** A pack whose encoder was learned, so that what it finds decodes to something near. */
const flow = Object.create(exact.flow, {
  encode: {
    value: async (...asked: Parameters<Models['flow']['encode']>) => {
      const found = await exact.flow.encode(...asked);
      return found.map(({ z, ...rest }) => ({ ...rest, z: scale(z, 0.7) }));
    },
  },
}) as Models['flow'];

/** Of a library of portraits between others, which no noise was drawn for. */
const reader = {
  get: () => ({ settings: { truncation: 0.8 }, spaces: exact.pack.spaces }),
  latents: (of: string) => ({ z: null, condition: null, w: gaussian(Number(of), 512) }),
  embedding: (of: string) => normalise(gaussian(Number(of) + 50, 512)),
} as unknown as LibraryReader;
const session = await openTestSession({ ...exact, flow }, inference, reader);
const { codes } = session;

const distance = (a: Float32Array, b: Float32Array) => norm(addScaled(a, b, -1)) / norm(b);

describe('a portrait that the flow did not draw', () => {
  it('is itself under the noise that is found for it', async () => {
    const found = await codes.ofPortrait('1');
    const { w, ...undecoded } = found;
    const [drawn] = await codes.decode([undecoded]);
    expect(distance(drawn!.w, w)).toBeLessThan(1e-5);
    expect(distance(drawn!.w, gaussian(1, 512))).toBeLessThan(1e-5);
  });

  it.each(pathSpaceSchema.options)('is where paths through %s begin and end', async (space) => {
    const [from, to] = [await codes.ofPortrait('1'), await codes.ofPortrait('2')];
    const path = await Path.between(from, to, space, session);
    const [begin, end] = [await path.at(1e-6), await path.at(1 - 1e-6)];
    expect(distance(begin.w, from.w)).toBeLessThan(1e-3);
    expect(distance(end.w, to.w)).toBeLessThan(1e-3);
  });
});
