import { afterAll, describe, expect, it, vi } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK, TINY_PACK_BIJECTIVE } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import { addScaled, dot, norm, normalise, scale } from '../latent/vectors.ts';
import { openPack } from '../packs/pack.ts';
import { Generator } from '../generator/generator.ts';
import { createFlow, type Flow } from './flow.ts';

const DIM = 512;
const inference = startInference(undefined, afterAll);
const e = normalise(gaussian(1, DIM));
const other = normalise(gaussian(2, DIM));
const draws = [11, 12, 13].map((seed) => ({ z: scale(gaussian(seed, DIM), 0.8), e }));

describe.each([TINY_PACK, TINY_PACK_BIJECTIVE])('the flow of %s', async (folder) => {
  const pack = await openPack(folder, inference);
  const { space } = await Generator.load(pack, inference);
  const flow = createFlow(pack, inference, space);

  it('computes on one thread, both ways, from its loading on', async () => {
    const loaded = vi.spyOn(inference, 'describe');
    const pack = await openPack(folder, inference);
    const { decode, encode } = pack.manifest.flow;
    const graphs = [decode, encode].map((graph) => pack.file(graph));
    const threads = loaded.mock.calls
      .filter(([graph]) => graphs.includes(graph))
      .map(([, options]) => options?.threads);
    expect(threads).toEqual([1, 1]);
    vi.restoreAllMocks();
  });

  it('encode undoes decode', async () => {
    const latents = await flow.decode(draws);
    const encoded = await flow.encode(latents.map((w) => ({ w, e })));
    encoded.forEach(({ z }, i) => {
      expect(norm(addScaled(z, draws[i]!.z, -1)) / norm(z)).toBeLessThan(1e-4);
    });
  });

  it('decodes one prompt to different portraits, and one noise differently for another prompt', async () => {
    const [first, second] = await flow.decode(draws);
    const [elsewhere] = await flow.decode([{ z: draws[0]!.z, e: other }]);
    expect(norm(addScaled(first!, second!, -1))).toBeGreaterThan(0.1);
    expect(norm(addScaled(first!, elsewhere!, -1))).toBeGreaterThan(0.1);
  });

  it('finds a portrait likelier under its own prompt than a random w', async () => {
    const [w] = await flow.decode(draws);
    const [own, random] = await flow.encode([
      { w: w!, e },
      { w: gaussian(5, DIM).map((value) => value * 3), e },
    ]);
    expect(own!.logLikelihood).toBeGreaterThan(random!.logLikelihood);
  });

  it('gives the log-determinant of a numeric Jacobian', async () => {
    const [w] = await flow.decode(draws);
    const [{ z, logLikelihood }] = (await flow.encode([{ w: w!, e }])) as [
      Awaited<ReturnType<Flow['encode']>>[0],
    ];
    const logNormal = -0.5 * (dot(z, z) + DIM * Math.log(2 * Math.PI));
    const numeric = await numericLogDet(flow, w!);
    expect(Math.abs(logLikelihood - logNormal - numeric)).toBeLessThan(0.5);
  });
});

/** log|det ∂z/∂w| by central differences and Gaussian elimination. */
async function numericLogDet(flow: Flow, w: Float32Array): Promise<number> {
  const step = 0.01;
  const nudged = (sign: number) =>
    Array.from({ length: DIM }, (_, i) => {
      const moved = w.slice();
      moved[i]! += sign * step;
      return { w: moved, e };
    });
  const [ahead, behind] = await Promise.all([flow.encode(nudged(1)), flow.encode(nudged(-1))]);
  const columns = ahead.map(({ z }, i) =>
    Float64Array.from(z, (value, row) => (value - behind[i]!.z[row]!) / (2 * step)),
  );
  return logAbsDet(columns);
}

/** By elimination with partial pivoting; destroys its argument. A transposed matrix has the same determinant. */
function logAbsDet(rows: Float64Array[]): number {
  let sum = 0;
  for (let pivot = 0; pivot < rows.length; pivot++) {
    let best = pivot;
    for (let row = pivot; row < rows.length; row++) {
      if (Math.abs(rows[row]![pivot]!) > Math.abs(rows[best]![pivot]!)) best = row;
    }
    [rows[pivot], rows[best]] = [rows[best]!, rows[pivot]!];
    const top = rows[pivot]!;
    sum += Math.log(Math.abs(top[pivot]!));
    for (let row = pivot + 1; row < rows.length; row++) {
      const current = rows[row]!;
      const factor = current[pivot]! / top[pivot]!;
      if (factor === 0) continue;
      for (let i = pivot; i < rows.length; i++) current[i]! -= factor * top[i]!;
    }
  }
  return sum;
}
