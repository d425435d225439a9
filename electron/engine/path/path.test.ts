import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { openTestSession } from '../../../test/support/session.ts';
import { gaussian } from '../latent/gaussian.ts';
import { normalise } from '../latent/vectors.ts';
import { Path } from './path.ts';

const inference = startInference({ device: 'cpu' }, afterAll);
const session = await openTestSession(TINY_PACK, inference);
const { pack } = session.models;
const run = vi.spyOn(inference, 'run');
afterEach(() => run.mockClear());

/** How often the flow was run since the last test. */
const decodings = () =>
  run.mock.calls.filter(([graph]) => graph === pack.file(pack.manifest.flow.decode)).length;

async function newPath(): Promise<Path> {
  const end = (seed: number) => {
    const { clip, w } = pack.widths;
    const e = normalise(gaussian(seed, clip));
    return { z: gaussian(seed + 2, w), e, w: gaussian(seed, w), truncation: 1, residual: null };
  };
  return Path.between(end(1), end(2), 'clip', session);
}

it('runs the flow once for a position that is previewed, drawn in full and kept', async () => {
  const path = await newPath();
  const [small, full] = await Promise.all([path.at(0.3), path.at(0.3)]);
  expect(full).toBe(small);
  expect(await path.at(0.3)).toBe(small);
  expect(decodings()).toBe(1);
  expect((await path.at(0.4)).w).not.toEqual(small.w);
  expect(decodings()).toBe(2);
});

it('runs the flow once for all positions that a moving thumb passes', async () => {
  const path = await newPath();
  for (const position of [0.1, 0.2, 0.3, 0.9]) await path.near(position);
  expect(decodings()).toBe(1);
});

it('goes on for others who wait when one is cancelled', async () => {
  const path = await newPath();
  const abort = new AbortController();
  const [mine, other] = [path.at(0.3, { signal: abort.signal }), path.at(0.3)];
  abort.abort();
  await expect(mine).rejects.toMatchObject({ code: 'cancelled' });
  expect((await other).w.every(Number.isFinite)).toBe(true);
});
