import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { styleGan2Network } from '../../../test/support/stylegan2-network.ts';
import { emitStyleGan2 } from '../checkpoints/stylegan2/emit-stylegan2.ts';
import { gaussian } from '../latent/gaussian.ts';
import { feedsOf } from './feeds.ts';
import { picturesOf } from './pictures.ts';
import { maxDifference } from './pixels.ts';
import type { Drawing, Tensors } from './protocol.ts';
import { float32Tensor } from './rows.ts';
import { Sessions } from './sessions.ts';
import { UnchangedLayers } from './unchanged-layers.ts';

const at = mkdtempSync(path.join(tmpdir(), 'unchanged-layers-'));
const network = styleGan2Network({ resolution: 16, channels: [7, 5, 3] });
const { generator, widths } = await emitStyleGan2(network, at);
const { layers } = generator;

/** A portrait of a slider at `amount` that moves the layers from `first` on. */
function portrait(amount: number, first: number, options: Partial<Drawing> = {}): Drawing {
  const w = gaussian(1, layers * widths.w).map((value, i) =>
    i < first * widths.w ? value : value + amount,
  );
  return {
    graph: path.join(at, generator.synthesis),
    ...{ device: 'cpu', w, count: 1, layers, follows: true, pixelRange: [-1, 1] },
    noise: { rows: gaussian(2, generator.noiseNumbers!), width: generator.noiseNumbers! },
    ...options,
  };
}

/** Sessions that compute nothing and note what is asked of them. */
function notingSessions() {
  const asked: string[] = [];
  const note = (what: string, graph: string) => asked.push(`${what} ${path.basename(graph)}`);
  const image: Tensors = { image: float32Tensor(Float32Array.of(1), [1]) };
  const sessions = {
    loadModel: (name: string) => Promise.resolve(void note('load', name)),
    run: (name: string) => Promise.resolve((note('run', name), {})),
    runOver: (name: string) => Promise.resolve((note('run', name), image)),
    release: (name: string) => Promise.resolve(void note('release', name)),
  };
  return { asked, sessions };
}

const partsBefore = (layer: number) => [
  `synthesis.onnx#before-${layer}`,
  `synthesis.onnx#from-${layer}`,
];

/** Draws portraits one after the other, then cuts their graph as at rest; which of them were drawn in part. */
async function drag(unchanged: UnchangedLayers, drawings: readonly Drawing[]): Promise<boolean[]> {
  const inPart: boolean[] = [];
  for (const drawing of drawings) inPart.push((await unchanged.draw(drawing)) !== null);
  await unchanged.prepare(drawings[0]!.graph);
  return inPart;
}

it('computes the coarser layers once, after three portraits that differ in the same ones', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  const [head, tail] = partsBefore(4);
  const amounts = [0.1, 0.2, 0.3];
  const whole = await drag(
    unchanged,
    amounts.map((amount) => portrait(amount, 4)),
  );
  expect([whole, asked]).toEqual([
    [false, false, false],
    [`load ${head}`, `load ${tail}`],
  ]);

  asked.length = 0;
  const inPart = await drag(
    unchanged,
    amounts.map((amount) => portrait(-amount, 4)),
  );
  expect(inPart).toEqual([true, true, true]);
  expect(asked).toEqual([`run ${head}`, `run ${tail}`, `run ${tail}`, `run ${tail}`]);

  asked.length = 0;
  const coarse = await drag(
    unchanged,
    amounts.map((amount) => portrait(amount, 1)),
  );
  expect([coarse, asked]).toEqual([[false, false, false], []]);
  await unchanged.release(portrait(0, 0).graph);
  expect(asked).toEqual([`release ${head}`, `release ${tail}`]);
});

it('computes them again for another portrait', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  const drawings = () => [0.1, 0.2, 0.3].map((amount) => portrait(amount, 4));
  await drag(unchanged, drawings());
  asked.length = 0;
  const others = drawings();
  for (const other of others) other.w[0] = 7;
  await drag(unchanged, others);
  const [head, tail] = partsBefore(4);
  expect(asked).toEqual([`run ${head}`, `run ${tail}`, `run ${tail}`]);
});

it('keeps one cut, before the layers that are moved now', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  for (const first of [4, 2]) {
    await drag(
      unchanged,
      [0.1, 0.2, 0.3].map((amount) => portrait(amount, first)),
    );
  }
  const [before, now] = [partsBefore(4), partsBefore(2)];
  expect(asked).toEqual([
    ...before.map((part) => `load ${part}`),
    ...before.map((part) => `release ${part}`),
    ...now.map((part) => `load ${part}`),
  ]);
});

it('frees parts that are ready when their graph is no longer wanted', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  const drawings = [0.1, 0.2, 0.3].map((amount) => portrait(amount, 4));
  for (const drawing of drawings) await unchanged.draw(drawing);
  const preparing = unchanged.prepare(drawings[0]!.graph);
  await unchanged.release(drawings[0]!.graph);
  await preparing;
  expect(asked.slice(2)).toEqual(partsBefore(4).map((part) => `release ${part}`));
});

it.each<[string, Partial<Drawing>]>([
  ['what nothing is likely to follow', { follows: false }],
  ['another device', { device: 'webgpu' }],
  ['a graph that cannot be cut', { graph: `${TINY_PACK}/generator/synthesis.onnx` }],
])('leaves %s to the whole graph', async (_, options) => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  const drawings = [0.1, 0.2, 0.3].map((amount) => portrait(amount, 4, options));
  for (let i = 0; i < 2; i++) {
    expect(await drag(unchanged, drawings)).toEqual([false, false, false]);
  }
  expect(asked).toEqual([]);
});

it('takes another noise for another portrait', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  const width = generator.noiseNumbers!;
  const drawings = [1, 2, 3, 4].map((seed) =>
    portrait(seed, 4, { noise: { rows: gaussian(seed, width), width } }),
  );
  await drag(unchanged, drawings);
  expect(asked).toEqual([]);
});

it('leaves a graph whose parts cannot be loaded to the whole', async () => {
  const { sessions } = notingSessions();
  const unchanged = new UnchangedLayers({
    ...sessions,
    loadModel: () => Promise.reject(new Error('refused')),
  });
  const drawings = [0.1, 0.2, 0.3].map((amount) => portrait(amount, 4));
  for (let i = 0; i < 2; i++) {
    expect(await drag(unchanged, drawings)).toEqual([false, false, false]);
  }
});

it('draws in two parts what the whole graph draws', async () => {
  const sessions = new Sessions(1);
  const unchanged = new UnchangedLayers(sessions);
  const drawings = [0.1, 0.2, 0.3].map((amount) => portrait(amount, 4));
  await drag(unchanged, drawings);
  for (const drawing of [0.4, 0.5].map((amount) => portrait(amount, 4))) {
    const inPart = picturesOf(drawing, (await unchanged.draw(drawing)) ?? undefined);
    const { image } = await sessions.run(drawing.graph, 'cpu', feedsOf(drawing));
    const whole = picturesOf(drawing, image);
    expect(maxDifference(inPart.pixels, whole.pixels)).toBeLessThanOrEqual(1);
  }
  const { graph } = drawings[0]!;
  await unchanged.release(graph);
  await sessions.release(graph);
});
