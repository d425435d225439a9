import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { type UpscalerShape, writeUpscaler } from '../../../test/support/upscalers.ts';
import { PackInUse } from '../loading/pack-in-use.ts';
import { Upscaler } from '../upscaler/upscaler.ts';
import { Components } from './components.ts';

const inference = startInference({ device: 'cpu' }, afterAll);
const base = mkdtempSync(path.join(tmpdir(), 'clip-flow-upscalers-'));
afterAll(() => rmSync(base, { recursive: true }));
const root = path.join(base, 'components');
const packs = new PackInUse({ inference, roots: [path.join(base, 'packs')], wanted: undefined });
const components = new Components({ root, inference, packs });

async function bring(name: string, shape: UpscalerShape, wishes: { license?: string } = {}) {
  const file = path.join(base, `${name}.onnx`);
  await writeUpscaler(file, shape);
  const made = await components.import(file, wishes);
  if (made.kind !== 'component') throw new Error('a component was expected');
  return { file, ...made };
}

describe('an upscaler in an ONNX file', () => {
  it('is told by what it does, listed with its file and hash, found, checked and removed', async () => {
    const { file, component, notes } = await bring('Sharp ×3', { factor: 3 });
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(component).toMatchObject({
      ...{ id: 'sharp-3', kind: 'upscaler', title: 'Sharp ×3', factor: 3 },
      original: { file: 'Sharp ×3.onnx', sha256 },
      license: expect.stringContaining('unknown'),
    });
    expect(notes).toEqual([expect.stringContaining('yours to answer for')]);
    const [listing] = await components.list();
    expect(listing?.component).toEqual(component);
    expect((await components.findUpscaler())?.folder).toBe(component.folder);
    expect((await components.findUpscaler('sharp-3'))?.manifest.upscaler.factor).toBe(3);
    await expect(components.findGenerator('sharp-3')).rejects.toThrow(/no generator "sharp-3"/);
    expect(await components.verify(component.folder, {})).toEqual(component);
    await components.remove(component.folder);
    expect(await components.findUpscaler()).toBeNull();
    const gone = components.findUpscaler('sharp-3');
    await expect(gone).rejects.toMatchObject({ code: 'component-not-found' });
    expect(readdirSync(root)).toEqual([]);
  });

  it.each<[string, UpscalerShape]>([
    ['numbers to 1', { factor: 2 }],
    ['half precision', { factor: 2, isHalf: true }],
    ['whole numbers to 255', { factor: 2, white: 255 }],
    ['one size', { factor: 4, tile: { width: 24, height: 48 } }],
  ])('of %s gives the picture that it was given, larger', async (name, shape) => {
    const { component } = await bring(name, shape, { license: 'CC0-1.0' });
    expect(component).toMatchObject({ factor: shape.factor, license: 'CC0-1.0' });
    const found = await components.findUpscaler(component.id);
    const picture = { width: 9, height: 9, data: new Uint8Array(243).fill(200) };
    const { data } = await new Upscaler(found!, inference).enlarge(picture);
    // What the network bends of it.
    for (const value of data) expect(Math.abs(value - 200)).toBeLessThan(6);
    await components.remove(component.folder);
  });

  it.each<[string, UpscalerShape, RegExp]>([
    ['a denoiser', { factor: 1 }, /gives \[1, 3, 64, 64\].*2 to 8 times as large/],
    ['one of grey', { factor: 2, colours: 1 }, /takes \[1, 1, h, w\], not one picture of three/],
    ['one of tiny tiles', { factor: 2, tile: { width: 8, height: 8 } }, /8 × 8 pixels only/],
    ['something else', { factor: 2, isNegative: true }, /not the same picture, larger/],
    ['no numbers', { factor: 2, nanAt: Infinity }, /not the same picture, larger/],
  ])('that is %s is refused in words, and nothing is left of it', async (name, shape, why) => {
    const refused = bring(name, shape);
    await expect(refused).rejects.toMatchObject({
      ...{ code: 'checkpoint-unsupported', message: expect.stringMatching(why) },
    });
    expect(readdirSync(root)).toEqual([]);
  });
});

it('a network without the file that its numbers are in is told so', async () => {
  const file = path.join(base, 'apart.onnx');
  await writeUpscaler(file, { factor: 4 });
  rmSync(`${file}.data`);
  await expect(components.import(file, {})).rejects.toMatchObject({
    ...{
      code: 'checkpoint-invalid',
      message: expect.stringContaining('in the file apart.onnx.data'),
    },
  });
});

it('a generator alone is still refused as one', async () => {
  const file = path.join(TINY_PACK, 'generator', 'mapping.onnx');
  await expect(components.import(file, {})).rejects.toMatchObject({
    code: 'checkpoint-unsupported',
  });
});
