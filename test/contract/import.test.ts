/** Models of others through the command line, from their files to what they draw and read. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { componentManifestSchema, type ComponentOf } from '../../electron/contract/component.ts';
import { importedModelSchema } from '../../electron/contract/component.ts';
import type { NetworkModule } from '../../electron/engine/checkpoints/network.ts';
import { Clip } from '../../electron/engine/clip/clip.ts';
import { Component } from '../../electron/engine/components/component.ts';
import { lerp, stack, unstack } from '../../electron/engine/latent/vectors.ts';
import { LatentSpace } from '../../electron/engine/latent/w-plus.ts';
import { runCommand } from '../support/command-line.ts';
import { writeOnnxGenerator } from '../support/generators.ts';
import { WIDTH, writeHfClip } from '../support/hf-clip.ts';
import { startInference } from '../support/inference.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { formulaNumbers, parityNetwork } from '../support/parity-network.ts';
import { type CheckpointOptions, writeCheckpointPickle } from '../support/pickle.ts';
import { styleGan2Network } from '../support/stylegan2-network.ts';
import { referenceMapping, referenceSynthesis } from '../support/stylegan2-reference.ts';
import { writeZip } from '../support/zip.ts';

// Inference processes are started.
vi.setConfig({ testTimeout: 120_000 });

const TOLERANCE = 1e-4;
let components = '';

beforeEach(async () => {
  const folder = await temporaryFolder();
  components = path.join(folder, 'components');
  vi.stubEnv('CLIP_FLOW_LIBRARY', path.join(folder, 'library'));
  vi.stubEnv('CLIP_FLOW_COMPONENTS', components);
  vi.stubEnv('CLIP_FLOW_PACK', path.resolve(TINY_PACK));
  vi.stubEnv('CLIP_FLOW_DEVICE', 'cpu');
});
afterEach(() => vi.unstubAllEnvs());

/** Imports by the command line, and opens what came of it. */
async function imported<K extends 'clip' | 'generator'>(
  kind: K,
  source: string,
  ...args: string[]
): Promise<Component<K>> {
  const { code, document } = await runCommand('models', 'import', source, ...args);
  expect(document).not.toHaveProperty('error');
  expect(code).toBe(0);
  const made = importedModelSchema.parse({ kind: 'component', ...document });
  if (made.kind !== 'component') throw new Error('a component was expected');
  const { folder } = made.component;
  const text = await readFile(path.join(folder, 'component.json'), 'utf8');
  const manifest = componentManifestSchema.parse(JSON.parse(text));
  expect(manifest.kind).toBe(kind);
  return new Component<K>(folder, manifest as ComponentOf<K>);
}

async function pickleOf(network: NetworkModule, options?: CheckpointOptions): Promise<string> {
  const file = path.join(await temporaryFolder(), 'network-snapshot-000000.pkl');
  await writeCheckpointPickle(file, network, options);
  return file;
}

const float32 = (dims: number[], data: Float32Array) => ({ type: 'float32' as const, dims, data });

/** What the graphs of a generator give, its own noise added. */
function graphsOf({ manifest, ...component }: Component<'generator'>) {
  const inference = startInference();
  const { widths, generator } = manifest;
  const file = (name: string) => path.join(component.folder, name);
  return {
    map: async (z: readonly Float32Array[], oneHot?: Float32Array) => {
      const { w } = await inference.run(file(generator.mapping), {
        z: float32([z.length, widths.z], stack(z)),
        ...(oneHot && { class: float32([1, oneHot.length], oneHot) }),
      });
      return unstack(w!.data as Float32Array, widths.w);
    },
    draw: async (latents: readonly Float32Array[]) => {
      const { image } = await inference.run(file(generator.synthesis), {
        w: float32([latents.length, generator.layers, widths.w], stack(latents)),
        ...(generator.noiseNumbers && {
          noise: float32([0, generator.noiseNumbers], new Float32Array()),
        }),
      });
      return image!.data as Float32Array;
    },
  };
}

describe.each<[string, CheckpointOptions]>([
  ['sg2-skip-64', { names: ['G', 'G_ema'] }],
  ['sg2-orig-32', { protocol: 2, storage: 'zip' }],
  ['sg3-t-32', { protocol: 3, numpy: 'numpy.core' }],
  ['sg3-r-32', { numpy: 'numpy._core' }],
])('the checkpoint %s', (name, options) => {
  it('becomes a generator that draws as the official code does', async () => {
    const { meta, network, z, read } = parityNetwork(name);
    const component = await imported('generator', await pickleOf(network, options));
    const { map, draw } = graphsOf(component);
    const rows = await map(z);
    expect(difference(stack(rows), read('w.f32'))).toBeLessThan(TOLERANCE);
    const space = new LatentSpace({ width: meta.w_dim, layers: meta.num_ws });
    const meanW = await component.readNumbers(component.manifest.generator.meanW, meta.w_dim);
    for (const { file, n, psi } of meta.cases) {
      const latents =
        psi === undefined
          ? [stack(Array.from({ length: meta.num_ws }, (_, layer) => rows[layer % 3]!))]
          : rows.slice(0, n).map((w) => space.toWPlus(lerp(meanW, w, psi)));
      expect(difference(await draw(latents), read(file)), file).toBeLessThan(TOLERANCE);
    }
  });
});

it('a residual checkpoint with classes draws each class by the formulas, and its licence is told', async () => {
  const network = styleGan2Network({
    ...{ resolution: 16, channels: [7, 5, 3], architecture: 'resnet', clamp: 0.9, classes: 4 },
  });
  const file = await pickleOf(network);
  const component = await imported('generator', file, '--class', '2', '--title', 'Four kinds');
  expect(component.manifest).toMatchObject({
    ...{ id: 'four-kinds', license: 'unknown: ask who trained it' },
    generator: { classes: { count: 4, default: 2 }, resolution: 16 },
  });
  const { widths, generator } = component.manifest;
  const { map, draw } = graphsOf(component);
  const z = formulaNumbers('z', widths.z, { scale: 1.7, offset: 0 });
  const [w] = await map([z], Float32Array.of(0, 0, 1, 0));
  expect(difference(w!, await referenceMapping(network, [...z], 2))).toBeLessThan(TOLERANCE);
  const drawn = await draw([stack(Array.from({ length: generator.layers }, () => w!))]);
  const planes = await referenceSynthesis(
    network,
    Array.from({ length: generator.layers }, () => [...w!]),
  );
  expect(difference(drawn, planes.flat(2))).toBeLessThan(TOLERANCE);

  const { document } = await runCommand('models', 'class', 'four-kinds', '3');
  expect(document).toMatchObject({ component: { classes: { default: 3 } } });
  expect((await runCommand('models', 'verify', 'four-kinds')).code).toBe(0);
  expect((await runCommand('models', 'remove', 'four-kinds')).code).toBe(0);
  expect(await readdir(components)).toEqual([]);
});

describe('a CLIP in the Hugging Face layout', () => {
  it.each(['clip', 'siglip'] as const)(
    'reads as the folder does, packed too: %s',
    async (family) => {
      const folder = await writeHfClip(family);
      const component = await imported('clip', folder);
      expect(component.manifest).toMatchObject({ license: 'mit', widths: { clip: WIDTH } });
      const packed = await imported('clip', await zipOf(folder), '--id', 'packed');
      expect(packed.manifest.files).toEqual(component.manifest.files);
      const clip = await Clip.load(packed, startInference());
      expect((await clip.embedPrompt('a red cat', 'none')).raw).toHaveLength(WIDTH);
    },
  );

  it('is run to see whether its settings say truly how wide it is', async () => {
    const isOpen = true;
    const told = { isOpen, config: { projection_dim: WIDTH } };
    const { manifest } = await imported('clip', await writeHfClip('clip', told));
    expect(manifest.widths.clip).toBe(WIDTH);
    const wrong = await writeHfClip('clip', { isOpen, config: { projection_dim: 2 * WIDTH } });
    const { code, document } = await runCommand('models', 'import', wrong);
    expect([code, document]).toMatchObject([1, { error: { code: 'pack-wrong-shape' } }]);
    expect(await readdir(components)).toHaveLength(1);
  });

  it('may be taken in another precision', async () => {
    const folder = await writeHfClip('clip', { variants: { '': 'float32', _fp16: 'float16' } });
    const { manifest } = await imported('clip', folder, '--variant', 'fp16');
    expect(manifest.clip.text.graph).toBe('text/text_model_fp16.onnx');
  });
});

describe('a generator in ONNX files', () => {
  it.each(['', 'a folder/'])(
    'is the same from a folder and from an archive: "%s"',
    async (inside) => {
      const folder = path.join(await temporaryFolder(), 'faces');
      await mkdir(folder);
      await writeOnnxGenerator(folder);
      const component = await imported('generator', folder, '--license', 'CC0-1.0');
      expect(component.manifest).toMatchObject({ id: 'faces', license: 'CC0-1.0' });
      const packed = await imported('generator', await zipOf(folder, inside), '--id', 'packed');
      expect(packed.manifest.files).toEqual(component.manifest.files);
    },
  );
});

/** A ZIP archive of all files in a folder. */
async function zipOf(folder: string, inside = ''): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return writeZip(
    await Promise.all(
      files.map(async (file) => ({
        name: inside + path.relative(folder, file),
        data: await readFile(file),
      })),
    ),
  );
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, each, i) => Math.max(most, Math.abs(each - (b[i] ?? NaN))), 0);
}
