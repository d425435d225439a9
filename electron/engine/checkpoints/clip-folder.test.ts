import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startCpuTime } from '../../../test/support/cpu-time.ts';
import {
  CLIP_TOKENS,
  END,
  SIZE,
  TABLE,
  WIDTH,
  writeHfClip,
} from '../../../test/support/hf-clip.ts';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { writeZip } from '../../../test/support/zip.ts';
import { clipSchema } from '../../contract/pack.ts';
import { Clip } from '../clip/clip.ts';
import { cosine, normalise } from '../latent/vectors.ts';
import type { Pack } from '../packs/pack.ts';
import { type ClipImportOptions, importClip, type ImportedClip } from './clip-folder.ts';

const inference = startInference(undefined, afterAll);

async function imported(source: string, options?: ClipImportOptions) {
  const draft = await temporaryFolder();
  return { draft, ...(await importClip(source, draft, options)) };
}

/** The encoders of what was imported, as a pack would hold them. */
function load({ draft, clip, widths }: ImportedClip & { draft: string }): Promise<Clip> {
  const pack = { manifest: { id: 'tiny', clip, widths }, widths };
  const file = (name: string) => path.join(draft, name);
  return Clip.load({ ...pack, file } as unknown as Pack, inference);
}

/** Unit-length sum of the rows of tokens. */
function sumOf(ids: readonly number[]): Float32Array {
  const sum = new Float32Array(WIDTH);
  for (const id of ids) for (let i = 0; i < WIDTH; i++) sum[i]! += TABLE[id * WIDTH + i]!;
  return normalise(sum);
}

const picture = {
  width: 23,
  height: 19,
  data: Uint8Array.from({ length: 23 * 19 * 3 }, (_, i) => (i * 31) % 256),
};
const idsOf = (words: string) => words.split(' ').map((word) => CLIP_TOKENS.indexOf(word));

describe('a CLIP', () => {
  it('is taken in with all that a manifest says of it', async () => {
    const { draft, clip, files, ...rest } = await imported(await writeHfClip('clip'));
    expect(clipSchema.parse(clip)).toEqual(clip);
    expect(clip.text).toMatchObject({ contextLength: 77, padding: { kind: 'none' } });
    expect(clip.image).toMatchObject({ size: SIZE, fit: 'crop', interpolation: 'bicubic' });
    expect(rest).toMatchObject({ title: 'somebody/tiny-clip', license: 'mit' });
    expect(rest.widths).toEqual({ clip: WIDTH });
    const written = await readdir(draft, { recursive: true, withFileTypes: true });
    expect(Object.keys(files).sort()).toEqual(
      written
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(draft, path.join(entry.parentPath, entry.name)))
        .sort(),
    );
  });

  it('says what its exporter’s graphs say', async () => {
    const clip = await load(await imported(await writeHfClip('clip')));
    const { raw } = await clip.embedPrompt('A red cat', 'none');
    expect(cosine(raw, sumOf([1, ...idsOf('a red cat'), END]))).toBeCloseTo(1, 6);
    const [embedding] = await clip.embedPictures([picture]);
    expect(embedding).toHaveLength(WIDTH);
  });

  it.each<[string, Parameters<typeof writeHfClip>[1], ClipImportOptions]>([
    ['of half precision', { variants: { _fp16: 'float16' } }, {}],
    [
      'of the variant that is asked for',
      { variants: { '': 'float32', _fp16: 'float16' } },
      { variant: 'fp16' },
    ],
    ['with both encoders in one graph', { isJoint: true }, {}],
  ])('%s gives the same', async (_, written, options) => {
    const plain = await load(await imported(await writeHfClip('clip')));
    const other = await load(await imported(await writeHfClip('clip', written), options));
    const [text, image] = await Promise.all(
      [plain, other].map((clip) => clip.embedPrompt('a photo of a dog', 'none')),
    );
    expect(cosine(text!.raw, image!.raw)).toBeGreaterThan(0.9999);
    const [[first], [second]] = (await Promise.all(
      [plain, other].map((clip) => clip.embedPictures([picture])),
    )) as [Float32Array[], Float32Array[]];
    expect(cosine(first!, second!)).toBeGreaterThan(0.9999);
  });

  it('takes float32 where there are several', async () => {
    const folder = await writeHfClip('clip', { variants: { _fp16: 'float16', '': 'float32' } });
    expect((await imported(folder)).clip.text.graph).toBe('text/text_model.onnx');
    await expect(imported(folder, { variant: 'q4' })).rejects.toMatchObject({
      code: 'checkpoint-invalid',
      message: expect.stringContaining('"q4"'),
    });
  });

  it('is taken out of an archive, in a folder of it', async () => {
    const folder = await writeHfClip('clip');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const zip = await writeZip(
      files.map(({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        return { name: `clip/${path.relative(folder, file)}`, data: readFileSync(file) };
      }),
    );
    const [fromFolder, fromZip] = [await imported(folder), await imported(zip)];
    expect(fromZip.files).toEqual(fromFolder.files);
    expect(fromZip.clip).toEqual(fromFolder.clip);
  });

  it('is taken out of the cache of a model hub, which is made of links', async () => {
    const folder = await writeHfClip('clip');
    const cache = await temporaryFolder();
    await mkdir(`${cache}/snapshots`);
    await rename(folder, `${cache}/snapshots/one`);
    await mkdir(`${cache}/blobs`);
    await rename(`${cache}/snapshots/one/tokenizer.json`, `${cache}/blobs/abc`);
    await symlink('../../blobs/abc', `${cache}/snapshots/one/tokenizer.json`);
    await imported(`${cache}/snapshots/one`);
  });
});

it('a SigLIP is filled up to 64 tokens that all count, in small letters, and squeezes pictures', async () => {
  const result = await imported(await writeHfClip('siglip', { hasMask: true }));
  expect(result.clip.text).toMatchObject({
    contextLength: 64,
    padding: { kind: 'context', id: 1, attended: true },
  });
  expect(result.clip.image.fit).toBe('stretch');
  const clip = await load(result);
  const { raw } = await clip.embedPrompt('A Photo, of a cat!', 'none');
  const words = [3, 4, 5, 3, 6];
  const padding = Array.from({ length: 64 - words.length }, () => 1);
  expect(cosine(raw, sumOf([...words, ...padding]))).toBeCloseTo(1, 6);
  expect(await clip.embedPictures([picture])).toHaveLength(1);
});

describe('refuses in less than a second', () => {
  const edit = async (folder: string, name: string, change: (document: object) => object) => {
    const file = path.join(folder, name);
    await writeFile(
      file,
      JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')) as object)),
    );
  };
  it.each<[string, string, (folder: string) => unknown]>([
    ['no tokenizer', 'checkpoint-invalid', (at) => rm(`${at}/tokenizer.json`)],
    ['no vision tower', 'checkpoint-invalid', (at) => rm(`${at}/onnx/vision_model.onnx`)],
    [
      'a pipe for a graph',
      'checkpoint-invalid',
      async (at) => {
        await rm(`${at}/onnx/vision_model.onnx`);
        execFileSync('mkfifo', [`${at}/onnx/vision_model.onnx`]);
      },
    ],
    [
      'a link to elsewhere',
      'pack-path-escapes',
      async (at) => {
        await rm(`${at}/config.json`);
        await symlink('/etc/passwd', `${at}/config.json`);
      },
    ],
    ['ten gigabytes', 'checkpoint-invalid', (at) => truncate(`${at}/onnx/text_model.onnx`, 1e10)],
    ['half a graph', 'pack-file-invalid', (at) => truncate(`${at}/onnx/text_model.onnx`, 500)],
    [
      'no numbers beside a graph',
      'checkpoint-invalid',
      (at) => rm(`${at}/onnx/vision_model.onnx.data`),
    ],
    ['huge settings', 'checkpoint-invalid', (at) => truncate(`${at}/config.json`, 1e9)],
    [
      'deep settings',
      'checkpoint-invalid',
      (at) => writeFile(`${at}/config.json`, '['.repeat(500_000)),
    ],
    [
      'a deep tokenizer',
      'checkpoint-invalid',
      (at) => writeFile(`${at}/tokenizer.json`, `{"model":${'['.repeat(500_000)}`),
    ],
    [
      'a tokenizer that never ends',
      'pack-file-invalid',
      (at) =>
        edit(at, 'tokenizer.json', (all) => ({
          ...all,
          pre_tokenizer: { type: 'FixedLength', length: 0 },
        })),
    ],
    [
      'another filter',
      'checkpoint-unsupported',
      (at) => edit(at, 'preprocessor_config.json', (all) => ({ ...all, resample: 1 })),
    ],
    [
      'pictures that are not square',
      'checkpoint-unsupported',
      (at) =>
        edit(at, 'preprocessor_config.json', (all) => ({
          ...all,
          crop_size: { height: 8, width: 16 },
        })),
    ],
    [
      'no projection',
      'checkpoint-unsupported',
      async (at) => {
        const other = await writeHfClip('siglip');
        await rename(`${other}/onnx/text_model.onnx`, `${at}/onnx/text_model.onnx`);
      },
    ],
  ])('%s', async (_, code, spoil) => {
    const folder = await writeHfClip('clip');
    await spoil(folder);
    const cpuTime = startCpuTime();
    await expect(imported(folder)).rejects.toMatchObject({ code });
    expect(cpuTime()).toBeLessThan(1_000);
  });

  it('an archive that leads out, or says it holds ten gigabytes', async () => {
    const data = Buffer.from('{}');
    const escaping = await writeZip([{ name: '../../tokenizer.json', data }]);
    await expect(imported(escaping)).rejects.toMatchObject({ code: 'pack-path-escapes' });
    const bomb = await writeZip([
      { name: 'tokenizer.json', data, says: { unpacked: 2 ** 32 - 2 } },
    ]);
    await expect(imported(bomb)).rejects.toMatchObject({ code: 'pack-not-a-pack' });
  });
});
