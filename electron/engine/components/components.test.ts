import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOnnxGenerator } from '../../../test/support/generators.ts';
import { networkOf } from '../../../test/support/parity-network.ts';
import { writeCheckpointPickle } from '../../../test/support/pickle.ts';
import { styleGan2Meta } from '../../../test/support/stylegan2-network.ts';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { Clip } from '../clip/clip.ts';
import { Generator } from '../generator/generator.ts';
import { cosine, mean } from '../latent/vectors.ts';
import { PackInUse } from '../loading/pack-in-use.ts';
import { Components } from './components.ts';
import { idFrom } from './publish.ts';

const inference = startInference({ device: 'cpu' }, afterAll);
let source: string;
let root: string;
let components: Components;

const base = mkdtempSync(path.join(tmpdir(), 'clip-flow-components-'));
afterAll(() => rmSync(base, { recursive: true }));

beforeAll(async () => {
  source = path.join(base, 'Façades, 2024');
  root = path.join(base, 'components');
  mkdirSync(source);
  await writeOnnxGenerator(source);
  const packs = new PackInUse({
    ...{ inference, roots: [path.join(base, 'packs'), path.dirname(TINY_PACK)], wanted: undefined },
  });
  components = new Components({ root, inference, packs });
});

async function importGenerator() {
  const made = await components.import(source, { license: 'CC0-1.0', class: 1 });
  if (made.kind !== 'component') throw new Error('a component was expected');
  return made.component;
}

describe('a generator in ONNX files', () => {
  it('gets the ports of a pack, and what its pixels mean is told by its pictures', async () => {
    const component = await importGenerator();
    expect(component).toMatchObject({
      ...{ id: 'facades-2024', kind: 'generator', title: 'Façades, 2024', license: 'CC0-1.0' },
      ...{ width: 6, resolution: 4, classes: { count: 3, default: 1 } },
    });
    const { manifest } = await components.findGenerator('facades-2024');
    expect(manifest.generator).toMatchObject({
      ...{ layers: 4, pixelRange: [0, 255], noise: 'const', noiseNumbers: 32 },
    });
    await components.verify(component.folder, {});
  });

  it('draws as the original does, under each class and noise', async () => {
    const { folder } = await importGenerator();
    const generator = await Generator.load(
      await components.findGenerator(path.basename(folder)),
      inference,
    );
    const z = [generator.z(7)];
    const [w] = await generator.map(z);
    const raw = await inference.run(path.join(source, 'map.onnx'), {
      latent: { type: 'float32', dims: [1, 8], data: generator.z(7) },
      psi: { type: 'float32', dims: [], data: Float32Array.of(1) },
      c: { type: 'float32', dims: [1, 3], data: Float32Array.of(0, 1, 0) },
    });
    expect([...w!]).toEqual([...raw['styles']!.data.slice(0, 6)]);
    expect(await generator.map(z, { class: 2 })).not.toEqual([w]);
    const own = await generator.synthesise([w!]);
    const one = await generator.synthesise([w!], { noiseSeed: 1 });
    expect(one).not.toEqual(own);
    expect(await generator.synthesise([w!], { noiseSeed: 2 })).not.toEqual(one);
    expect(await generator.synthesise([w!], { noiseSeed: 1 })).toEqual(one);
    expect(await generator.synthesise([w!])).toEqual(own);
  });

  it('is refused without its mapping network, and nothing is left of it', async () => {
    const before = readdirSync(root);
    const alone = components.import(path.join(source, 'draw.onnx'), {});
    await expect(alone).rejects.toMatchObject({ code: 'checkpoint-unsupported' });
    expect(readdirSync(root)).toEqual(before);
  });
});

describe('a generator of a checkpoint', () => {
  it('gets a mean of w of its own where training kept none', async () => {
    const meta = styleGan2Meta({ resolution: 8, channels: [4, 3], classes: 3 });
    delete meta.tensors['mapping.w_avg'];
    const file = path.join(base, 'no-mean.pkl');
    await writeCheckpointPickle(file, networkOf(meta));
    await components.import(file, { id: 'no-mean', class: 2 });
    const component = await components.findGenerator('no-mean');
    const generator = await Generator.load(component, inference);
    const seeds = Array.from({ length: 256 }, (_, i) => generator.z(i));
    const sampled = mean(await generator.map(seeds, { class: 2 }));
    const kept = await component.readNumbers(component.manifest.generator.meanW, sampled.length);
    expect(cosine(sampled, kept)).toBeGreaterThan(0.98);
  });
});

describe('components', () => {
  it('are listed, found, given another class and removed', async () => {
    const { folder } = await importGenerator();
    const id = path.basename(folder);
    const [listing] = (await components.list()).filter((one) => one.folder === folder);
    expect(await components.locate(listing!.handle)).toBe(folder);
    expect(await components.chooseClass(folder, 2)).toMatchObject({ classes: { default: 2 } });
    await expect(components.chooseClass(folder, 3)).rejects.toThrow(/classes 0 to 2/);
    await components.verify(folder, {});
    await components.remove(folder);
    await expect(components.locate(id)).rejects.toMatchObject({ code: 'component-not-found' });
  });

  it('of an id that is taken are refused', async () => {
    await components.import(source, { id: 'houses' });
    const again = components.import(source, { id: 'houses' });
    await expect(again).rejects.toMatchObject({ code: 'component-exists' });
  });

  it('that were changed are told apart', async () => {
    const { folder } = await importGenerator();
    appendFileSync(path.join(folder, 'mean_w.f32'), 'x');
    await expect(components.verify(folder, {})).rejects.toMatchObject({
      code: 'pack-file-corrupt',
    });
    const file = path.join(folder, 'component.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"generator"', '"other"'));
    const [broken] = (await components.list()).filter((one) => one.folder === folder);
    expect(broken?.error?.code).toBe('pack-not-a-pack');
  });

  it('are also the parts of packs', async () => {
    const clip = await components.findClip('tiny-pack');
    const generator = await components.findGenerator('tiny-pack');
    expect(Object.keys(clip.manifest.files)).toContain('clip/text_model.onnx');
    expect(Object.keys(clip.manifest.files)).not.toContain('generator/synthesis.onnx');
    expect(Object.keys(generator.manifest.files)).toContain('generator/mean_w.f32');
    const { raw } = await (await Clip.load(clip, inference)).embedPrompt('a face', 'none');
    expect(raw).toHaveLength(clip.manifest.widths.clip);
  });
});

it('ids are made of titles', () => {
  expect(['Ärzte  & Co.', '日本', 'a--b', 'x'.repeat(99)].map(idFrom)).toEqual([
    'arzte-co',
    'model',
    'a-b',
    'x'.repeat(60),
  ]);
});
