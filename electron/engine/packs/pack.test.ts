import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../contract/progress.ts';
import { startInference } from '../../../test/support/inference.ts';
import {
  copyTinyPack,
  editManifest,
  TINY_PACK,
  TINY_PACK_BIJECTIVE,
} from '../../../test/support/packs.ts';
import { loadModels } from '../models/models.ts';
import { openPack, Pack } from './pack.ts';
import { findPack, listPacks } from './registry.ts';

const inference = startInference(undefined, afterAll);
const open = (folder: string) => openPack(folder, inference);

/** Puts another content in a file of the pack and its hash in the manifest: a well-formed wrong pack. */
function replaceFile(folder: string, name: string, content: Uint8Array): void {
  writeFileSync(path.join(folder, name), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  editManifest(folder, ({ files }) => (files[name] = { sha256, bytes: content.length }));
}

const tinyFile = (name: string) => readFileSync(path.join(TINY_PACK, name));

describe('openPack', () => {
  it.each([TINY_PACK, TINY_PACK_BIJECTIVE])('opens %s', async (folder) => {
    expect((await open(folder)).manifest.id).toBe(path.basename(folder));
  });

  it('reports bytes verified and graphs loaded', async () => {
    const events: ProgressEvent[] = [];
    await openPack(TINY_PACK, inference, { onProgress: (event) => events.push(event) });
    for (const task of ['verify-pack', 'load-models']) {
      const advanced = events.filter((event) => event.kind === 'advanced' && event.task === task);
      expect(advanced.at(-1)).toMatchObject({ remainingMs: 0 });
      expect(events).toContainEqual(expect.objectContaining({ kind: 'finished', task }));
    }
  });

  it('stops when cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(openPack(TINY_PACK, inference, { signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('loading refuses', () => {
  const spoilt: [what: string, code: string, spoil: (folder: string) => void][] = [
    ['a folder without pack.json', 'pack-not-a-pack', (f) => rmSync(path.join(f, 'pack.json'))],
    [
      'a pack.json that is not JSON',
      'pack-not-a-pack',
      (f) => writeFileSync(path.join(f, 'pack.json'), '{'),
    ],
    [
      'a manifest that lacks a part',
      'pack-not-a-pack',
      (f) => editManifest(f, (manifest) => Reflect.deleteProperty(manifest, 'flow')),
    ],
    [
      'a file without a hash',
      'pack-not-a-pack',
      (f) => editManifest(f, ({ files }) => delete files['flow/decode.onnx']),
    ],
    [
      'a newer format',
      'pack-newer-format',
      (f) => editManifest(f, (manifest) => Object.assign(manifest, { formatVersion: 2 })),
    ],
    [
      'a path out of the folder',
      'pack-path-escapes',
      (f) => editManifest(f, ({ generator }) => (generator.meanW = '../../mean_w.f32')),
    ],
    [
      'an absolute path',
      'pack-path-escapes',
      (f) => editManifest(f, ({ files }) => (files['/etc/passwd'] = files['flow/decode.onnx']!)),
    ],
    [
      'a link out of the folder',
      'pack-path-escapes',
      (f) => {
        rmSync(path.join(f, 'flow/decode.onnx'));
        symlinkSync(path.join(TINY_PACK, 'flow/decode.onnx'), path.join(f, 'flow/decode.onnx'));
      },
    ],
    ['a missing file', 'pack-file-missing', (f) => rmSync(path.join(f, 'clip/tokenizer.json'))],
    [
      'one flipped bit',
      'pack-file-corrupt',
      (f) => {
        const content = tinyFile('generator/synthesis.onnx');
        content[100]! ^= 1;
        writeFileSync(path.join(f, 'generator/synthesis.onnx'), content);
      },
    ],
    [
      'a file cut short',
      'pack-file-corrupt',
      (f) =>
        writeFileSync(path.join(f, 'flow/encode.onnx'), tinyFile('flow/encode.onnx').subarray(1)),
    ],
    [
      'a graph with other inputs',
      'pack-wrong-shape',
      (f) => replaceFile(f, 'flow/decode.onnx', tinyFile('generator/mapping.onnx')),
    ],
    [
      'a picture of another size',
      'pack-wrong-shape',
      (f) => editManifest(f, ({ generator }) => (generator.resolution = 32)),
    ],
    [
      'another number of layers',
      'pack-wrong-shape',
      (f) => editManifest(f, ({ generator }) => (generator.layers = 5)),
    ],
    [
      'a graph that is not ONNX',
      'inference-failed',
      (f) => replaceFile(f, 'flow/decode.onnx', Buffer.from('not a graph')),
    ],
    [
      'a constant picture',
      'pack-constant-output',
      // Everything is darker than black.
      (f) => editManifest(f, ({ generator }) => (generator.pixelRange = [10, 20])),
    ],
    [
      'a vector of another length',
      'pack-file-invalid',
      (f) => replaceFile(f, 'generator/mean_w.f32', tinyFile('generator/mean_w.f32').subarray(4)),
    ],
    [
      'a table of another size than its attributes need',
      'pack-file-invalid',
      (f) => editManifest(f, ({ changes }) => (changes!.cooccurrence = 'generator/mean_w.f32')),
    ],
  ];

  it.each(spoilt)('%s', async (_, code, spoil) => {
    const folder = copyTinyPack();
    spoil(folder);
    await expect(loadModels(folder, inference)).rejects.toMatchObject({ code });
  });
});

describe('Pack', () => {
  it('reads little-endian vectors', async () => {
    const pack = new Pack(TINY_PACK, (await open(TINY_PACK)).manifest);
    const vector = await pack.readNumbers('generator/mean_w.f32', 512);
    expect(vector[3]).toBe(tinyFile('generator/mean_w.f32').readFloatLE(12));
  });
});

describe('the registry', () => {
  const root = path.dirname(TINY_PACK);

  it('lists packs with their files without loading them', async () => {
    const listings = await listPacks([root, '/nowhere']);
    expect(listings.map(({ manifest }) => manifest?.id)).toEqual([
      'tiny-pack',
      'tiny-pack-bijective',
    ]);
    for (const { files, problem } of listings) {
      expect(problem).toBeNull();
      expect(files.every(({ present }) => present)).toBe(true);
    }
  });

  it('shows a pack that is not complete, or not readable, with its problem', async () => {
    const folder = copyTinyPack();
    rmSync(path.join(folder, 'flow/decode.onnx'));
    const [incomplete] = await listPacks([path.dirname(folder)]);
    expect(incomplete).toMatchObject({ problem: { code: 'pack-file-missing' } });
    editManifest(folder, (manifest) => Object.assign(manifest, { formatVersion: 9 }));
    const [newer] = await listPacks([path.dirname(folder)]);
    expect(newer).toMatchObject({ manifest: null, problem: { code: 'pack-newer-format' } });
  });

  it('finds a pack by its id', async () => {
    expect(await findPack([root], 'tiny-pack')).toBe(TINY_PACK);
    await expect(findPack([root], 'huge-pack')).rejects.toMatchObject({
      code: 'pack-not-found',
      message: expect.stringContaining('tiny-pack'),
    });
  });
});
