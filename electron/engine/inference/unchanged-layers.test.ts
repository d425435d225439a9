import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { styleGan2Network } from '../../../test/support/stylegan2-network.ts';
import { emitStyleGan2 } from '../checkpoints/stylegan2/emit-stylegan2.ts';
import { gaussian } from '../latent/gaussian.ts';
import { maxDifference } from './pixels.ts';
import type { Drawing, Tensors } from './protocol.ts';
import { float32Tensor } from './rows.ts';
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

it('computes the coarser layers once, from the third portrait on that differs in the same ones', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  expect(await unchanged.draw(portrait(0.1, 4))).toBeNull();
  expect(await unchanged.draw(portrait(0.2, 4))).toBeNull();
  expect(asked).toEqual([]);
  expect(await unchanged.draw(portrait(0.3, 4))).not.toBeNull();
  expect(await unchanged.draw(portrait(0.4, 4))).not.toBeNull();
  const [head, tail] = ['synthesis.onnx#before-4', 'synthesis.onnx#from-4'];
  expect(asked).toEqual([
    `load ${head}`,
    `load ${tail}`,
    `run ${head}`,
    `run ${tail}`,
    `run ${tail}`,
  ]);

  asked.length = 0;
  expect(await unchanged.draw(portrait(0.4, 1))).toBeNull();
  expect(await unchanged.draw(portrait(0.5, 1))).toBeNull();
  expect(await unchanged.draw(portrait(0.6, 1))).toBeNull();
  expect(asked).toEqual([]);
  await unchanged.release(portrait(0, 0).graph);
  expect(asked).toEqual([`release ${head}`, `release ${tail}`]);
});

it('computes them again for another portrait', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  for (const amount of [0.1, 0.2, 0.3]) await unchanged.draw(portrait(amount, 4));
  asked.length = 0;
  const others = [0.1, 0.2, 0.3].map((amount) => portrait(amount, 4));
  for (const other of others) other.w[0] = 7;
  for (const other of others) await unchanged.draw(other);
  const [head, tail] = ['synthesis.onnx#before-4', 'synthesis.onnx#from-4'];
  expect(asked).toEqual([`run ${head}`, `run ${tail}`, `run ${tail}`]);
});

it('keeps one cut, where the layers change that are moved now', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  for (const amount of [0.1, 0.2, 0.3]) await unchanged.draw(portrait(amount, 4));
  asked.length = 0;
  for (const amount of [0.3, 0.4]) await unchanged.draw(portrait(amount, 2));
  const [head, tail] = ['synthesis.onnx#before-2', 'synthesis.onnx#from-2'];
  expect(asked).toEqual([
    ...['release synthesis.onnx#before-4', 'release synthesis.onnx#from-4'],
    ...[`load ${head}`, `load ${tail}`, `run ${head}`, `run ${tail}`],
  ]);
});

it.each<[string, Partial<Drawing>]>([
  ['what nothing is likely to follow', { follows: false }],
  ['another device', { device: 'webgpu' }],
  ['a graph that cannot be cut', { graph: `${TINY_PACK}/generator/synthesis.onnx` }],
])('leaves %s to the whole graph', async (_, options) => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  for (const amount of [0.1, 0.2, 0.3, 0.4]) {
    expect(await unchanged.draw(portrait(amount, 4, options))).toBeNull();
  }
  expect(asked).toEqual([]);
});

it('takes another noise for another portrait', async () => {
  const { asked, sessions } = notingSessions();
  const unchanged = new UnchangedLayers(sessions);
  const width = generator.noiseNumbers!;
  for (const seed of [1, 2, 3, 4]) {
    const noise = { rows: gaussian(seed, width), width };
    expect(await unchanged.draw(portrait(seed, 4, { noise }))).toBeNull();
  }
  expect(asked).toEqual([]);
});

it('leaves a graph whose parts cannot be loaded to the whole', async () => {
  const { sessions } = notingSessions();
  const unchanged = new UnchangedLayers({
    ...sessions,
    loadModel: () => Promise.reject(new Error('refused')),
  });
  for (const amount of [0.1, 0.2, 0.3, 0.4]) {
    expect(await unchanged.draw(portrait(amount, 4))).toBeNull();
  }
});

it('draws in the inference process what the whole graph draws', async () => {
  const inference = startInference();
  for (const amount of [0.1, 0.2, 0.3, 0.4, 0.5]) {
    const { device: _, ...asked } = portrait(amount, 4);
    const followed = await inference.render(asked);
    const whole = await inference.render({ ...asked, follows: false });
    expect(maxDifference(followed.pixels, whole.pixels)).toBeLessThanOrEqual(1);
  }
});
