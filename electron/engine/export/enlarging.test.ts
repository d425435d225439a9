import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePicture, samplePortrait } from '../../../test/support/portraits.ts';
import { openTestStudio } from '../../../test/support/studio.ts';
import { writeUpscaler } from '../../../test/support/upscalers.ts';
import { StudioError } from '../../contract/errors.ts';
import { EXPORT_DEFAULTS, type PortraitExport } from '../../contract/export-kinds.ts';
import { LANCZOS } from '../../contract/export.ts';
import { advancesOf } from '../../contract/progress.ts';
import { findText, readTextChunks } from '../images/metadata/png.ts';
import { readRecipe } from '../images/metadata/story.ts';
import type { Inference } from '../inference/inference.ts';
import type { Studio } from '../studio.ts';
import { openEnlarger } from './enlarging.ts';

let studio: Studio;
let base: string;
/** Ids of a portrait of 40 pixels, and of a wide one. */
let ids: string[];

beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'clip-flow-enlarging-'));
  studio = await openTestStudio({}, afterAll);
  const small = samplePicture(1, 40);
  const wide = { width: 50, height: 20, data: samplePicture(2, 50).data.slice(0, 3_000) };
  ids = [];
  for (const [n, picture] of [small, wide].entries()) {
    ids.push((await studio.library.writer.add(samplePortrait(n, { picture }))).id);
  }
});

afterAll(() => rm(base, { recursive: true }));

async function bring(name: string, factor: number): Promise<void> {
  const folder = await mkdtemp(path.join(base, 'brought-'));
  const file = path.join(folder, `${name}.onnx`);
  await writeUpscaler(file, { factor, tile: { width: 32, height: 32 } });
  await studio.components.import(file, {});
}

async function remove(id: string): Promise<void> {
  await studio.components.remove(await studio.components.locate(id));
}

async function handOver(as: PortraitExport, onDone?: (done: number) => void) {
  const folder = path.join(base, `${(await readdir(base)).length}`);
  await mkdir(folder);
  const delivery = await studio.service.exportPortraits(
    {
      ...{ portraits: { by: 'ids', ids }, as, name: 'Larger' },
      destination: { kind: 'folder', folder },
    },
    { onEvent: advancesOf('export', ({ done }) => onDone?.(done)) },
  );
  if (delivery.kind !== 'files') throw new Error('files were expected');
  return delivery;
}

async function sizes(files: readonly string[]): Promise<string[]> {
  const all = await Promise.all(files.map((file) => sharp(file).metadata()));
  return all.map(({ width, height }) => `${width} × ${height}`);
}

const pictures = EXPORT_DEFAULTS.pictures;

describe('pictures that leave larger than they were drawn', () => {
  it('are enlarged by Lanczos where no upscaler is, and say so', async () => {
    const { files, enlarged } = await handOver({ ...pictures, enlarge: 2 });
    const { text, ...told } = enlarged!;
    expect(text).toBe('Enlarged by Lanczos: no upscaler model is here.');
    expect(told).toEqual({ times: 2, upscaler: null, resampled: false });
    expect(await sizes(files)).toEqual(['80 × 80', '100 × 40']);
    const png = await readFile(files[0] ?? '');
    expect(readRecipe(png)?.enlarged).toEqual(told);
    const parameters = findText(readTextChunks(png), 'parameters', 10_000);
    expect(parameters).toContain('Postprocess upscale by: 2, Postprocess upscaler: Lanczos');
  });

  it('are enlarged by the model that is there, named with file and hash, tile by tile', async () => {
    await bring('Finer', 4);
    const done: number[] = [];
    const { files, enlarged } = await handOver({ ...pictures, format: 'jpeg', enlarge: 4 }, (at) =>
      done.push(at),
    );
    const { text, ...told } = enlarged!;
    expect(text).toBe('Enlarged with Finer.');
    expect(told).toMatchObject({
      ...{ times: 4, resampled: false },
      upscaler: { title: 'Finer', factor: 4, file: 'Finer.onnx' },
    });
    expect(await sizes(files)).toEqual(['160 × 160', '200 × 80']);
    expect(readRecipe(await readFile(files[0] ?? ''))?.enlarged).toEqual(told);
    // 2 × 2 tiles and 3 × 1.
    expect(done.length).toBeGreaterThan(6);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    const plain = await handOver({ ...pictures, enlarge: 2, upscaler: LANCZOS });
    expect(plain.enlarged).toMatchObject({ upscaler: null, text: 'Enlarged by Lanczos.' });
    await remove('finer');
  });

  it.each([
    [3, 2, true],
    [3, 4, true],
    [2, 4, false],
  ] as const)('by a model × %i as well as it goes to × %i', async (factor, times, resampled) => {
    await bring(`By ${factor}`, factor);
    const done: number[] = [];
    const as = { ...pictures, metadata: false, enlarge: times, upscaler: `by-${factor}` };
    const { files, enlarged } = await handOver(as, (at) => done.push(at));
    expect(enlarged).toMatchObject({ times, resampled, upscaler: { factor } });
    expect(await sizes(files)).toEqual([
      `${40 * times} × ${40 * times}`,
      `${50 * times} × ${20 * times}`,
    ]);
    expect(readRecipe(await readFile(files[0] ?? ''))).toBeNull();
    expect(done.at(-1)).toBeCloseTo(2);
    // As bright as before.
    const [before, after] = await Promise.all(
      [studio.library.reader.picturePath(ids[0] ?? ''), files[0] ?? ''].map(async (file) => {
        const { channels } = await sharp(file).stats();
        return channels.map(({ mean }) => Math.round(mean / 8));
      }),
    );
    expect(after).toEqual(before);
    await remove(`by-${factor}`);
  });

  it('go into a web gallery, and take a side after all', async () => {
    const gallery = await handOver({ ...EXPORT_DEFAULTS.gallery, enlarge: 2 });
    expect(gallery.enlarged?.times).toBe(2);
    const first = path.join(gallery.files[0] ?? '', 'pictures', '0001.png');
    expect(await sizes([first])).toEqual(['80 × 80']);
    const { files } = await handOver({ ...pictures, enlarge: 4, side: 90 });
    expect(await sizes(files)).toEqual(['90 × 90', '90 × 36']);
  });

  it('are left out and named where they would be too large', async () => {
    const picture = { width: 4_096, height: 1, data: new Uint8Array(4_096 * 3) };
    const { id } = await studio.library.writer.add(samplePortrait(9, { picture }));
    const { files, missed } = await studio.service
      .exportPortraits({
        portraits: { by: 'ids', ids: [id, ids[0] ?? ''] },
        as: { ...pictures, enlarge: 4 },
        ...{ name: 'Large', destination: { kind: 'folder', folder: path.join(base, 'large') } },
      })
      .then((delivery) => (delivery.kind === 'files' ? delivery : Promise.reject(new Error())));
    expect(files).toHaveLength(1);
    expect(missed).toMatchObject([{ id, error: { code: 'picture-too-large' } }]);
  });

  it('are refused with an upscaler that is not there', async () => {
    const asked = handOver({ ...pictures, enlarge: 2, upscaler: 'gone' });
    await expect(asked).rejects.toMatchObject({ code: 'component-not-found' });
  });

  it.each([
    ['out-of-memory', /not enough memory/],
    ['pack-not-finite', /no numbers/],
    ['inference-crashed', /ended the process/],
  ] as const)('are an error in words at %s, and nothing is written', async (code, why) => {
    await bring('Broken', 2);
    const { components, inference } = studio;
    const failing = {
      describe: inference.describe.bind(inference),
      release: inference.release.bind(inference),
      enlarge: () => Promise.reject(new StudioError(code, 'inside')),
    } as unknown as Inference;
    const parts = { components, inference: failing };
    const enlarger = await openEnlarger(2, undefined, parts, undefined);
    const enlarging = enlarger.enlarge(samplePicture(1, 40), {});
    await expect(enlarging).rejects.toMatchObject({
      ...{ code, message: expect.stringMatching(/^The upscaler Broken did not enlarge/) },
    });
    await expect(enlarging).rejects.toThrow(why);
    await remove('broken');
  });
});
