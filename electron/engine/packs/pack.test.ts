import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { ProgressEvent } from '../../contract/progress.ts';
import { startInference } from '../../../test/support/inference.ts';
import {
  intAttribute,
  mapping,
  mapRawData,
  model,
  node,
  tensor,
} from '../../../test/support/onnx.ts';
import {
  copyTinyPack,
  editManifest,
  SPIN_GRAPH,
  TINY_PACK,
  TINY_PACK_BIJECTIVE,
} from '../../../test/support/packs.ts';
import { forkWithin } from '../inference/fork.ts';
import { loadModels } from '../loading/load-models.ts';
import { openPack, Pack } from './pack.ts';
import { readManifest } from './manifest.ts';
import { findPack, listPacks } from './registry.ts';

const inference = startInference(undefined, afterAll);
const open = async (folder: string) => (await loadModels(folder, inference)).pack;

/** Puts another content in a file of the pack and its hash in the manifest: a well-formed wrong pack. */
function replaceFile(folder: string, name: string, content: Uint8Array): void {
  writeFileSync(path.join(folder, name), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  editManifest(folder, ({ files }) => (files[name] = { sha256, bytes: content.length }));
}

/** A graph whose weights are NaN; a few numbers alone are no weights, but sizes and the like. */
function withNaN(graph: Buffer): Buffer {
  const nan = Buffer.from(Float32Array.of(NaN).buffer);
  return mapRawData(graph, (raw) => (raw.length < 64 ? raw : Buffer.alloc(raw.length, nan)));
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

  it('loads no graph whose file was changed, nor one after it', async () => {
    const folder = copyTinyPack();
    const names = (await readManifest(folder)).flow;
    const content = readFileSync(path.join(folder, names.decode));
    content[100]! ^= 1;
    writeFileSync(path.join(folder, names.decode), content);
    const describing = vi.spyOn(inference, 'describe');
    await expect(openPack(folder, inference)).rejects.toMatchObject({ code: 'pack-file-corrupt' });
    const loaded = describing.mock.calls.map(([graph]) => path.relative(folder, graph));
    describing.mockRestore();
    expect(loaded).toContain('clip/text_model.onnx');
    expect(loaded).not.toContain(names.decode);
    expect(loaded).not.toContain(names.encode);
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
      (f) => editManifest(f, (manifest) => Object.assign(manifest, { formatVersion: 3 })),
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
      'pack-file-invalid',
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
      (f) =>
        editManifest(f, ({ attributes }) => (attributes!.cooccurrence = 'generator/mean_w.f32')),
    ],
  ];

  it.each(spoilt)('%s', async (_, code, spoil) => {
    const folder = copyTinyPack();
    spoil(folder);
    await expect(loadModels(folder, inference)).rejects.toMatchObject({ code });
  });
});

describe('loading refuses a graph', () => {
  const times = (factor: number) =>
    mapping([node('Mul', ['z', 'f'], ['w'])], [tensor('f', [factor])]);
  const projectingBy = (factor: number) =>
    model({
      ...{ nodes: [node('Mul', ['w', 'f'], ['firm'])], initializers: [tensor('f', [factor])] },
      inputs: [{ name: 'w', dims: ['N', 512] }],
      outputs: [{ name: 'firm', dims: ['N', 512] }],
    });
  /** The first numbers of w⁺ are the picture, each times the factor. */
  const drawnBy = (factor: number, side: bigint) =>
    model({
      nodes: [
        node('Reshape', ['w', 'flat'], ['all']),
        node('Slice', ['all', 'from', 'to', 'axis'], ['some']),
        node('Reshape', ['some', 'square'], ['plain']),
        node('Mul', ['plain', 'f'], ['image']),
      ],
      initializers: [
        tensor('flat', [-1n, 4n * 512n]),
        ...[tensor('from', [0n]), tensor('to', [3n * side * side]), tensor('axis', [1n])],
        tensor('square', [-1n, 3n, side, side]),
        tensor('f', [factor]),
      ],
      inputs: [{ name: 'w', dims: ['N', 4, 512] }],
      outputs: [{ name: 'image', dims: ['N', 3, Number(side), Number(side)] }],
    });
  /** Makes a tensor of so many numbers while it runs. */
  const huge = (side: bigint) =>
    mapping(
      [
        node('ConstantOfShape', ['shape'], ['zeros']),
        node('Add', ['zeros', 'first'], ['filled']),
        node('ReduceSum', ['filled'], ['sum'], { attributes: [intAttribute('keepdims', 0)] }),
        node('Mul', ['z', 'sum'], ['w']),
      ],
      [tensor('shape', [side, side]), tensor('first', [1])],
    );

  it.each<[what: string, code: string, name: string, content: Uint8Array]>([
    ['that gives NaN', 'pack-not-finite', 'generator/mapping.onnx', times(NaN)],
    ['that gives infinity', 'pack-not-finite', 'generator/mapping.onnx', times(Infinity)],
    ['that projects to NaN', 'pack-not-finite', 'generator/firming.onnx', projectingBy(NaN)],
    ['that draws NaN', 'pack-not-finite', 'generator/synthesis.onnx', drawnBy(NaN, 16n)],
    ['that previews infinity', 'pack-not-finite', 'generator/preview.onnx', drawnBy(Infinity, 8n)],
    ['that draws blackness', 'pack-constant-output', 'generator/synthesis.onnx', drawnBy(0, 16n)],
    ['that loops', 'pack-file-invalid', 'generator/mapping.onnx', readFileSync(SPIN_GRAPH)],
    [
      'that throws dice',
      'pack-not-repeatable',
      'generator/mapping.onnx',
      mapping([node('RandomNormalLike', ['z'], ['w'])]),
    ],
  ])('%s: %s', async (_, code, name, content) => {
    const folder = copyTinyPack();
    replaceFile(folder, name, content);
    await expect(open(folder)).rejects.toMatchObject({ code });
  });

  it.each([
    'clip/text_model.onnx',
    'clip/vision_model.onnx',
    'clip/prior.onnx',
    'flow/decode.onnx',
    'flow/encode.onnx',
    'directions/changes.onnx',
  ])('of any part that gives NaN: %s', async (name) => {
    const folder = copyTinyPack();
    replaceFile(folder, name, withNaN(tinyFile(name)));
    await expect(open(folder)).rejects.toMatchObject({ code: 'pack-not-finite' });
  });

  it.each(['clip/text_model.onnx', 'clip/vision_model.onnx'])(
    'whose embeddings are zeros: %s',
    async (name) => {
      const folder = copyTinyPack();
      const withZeros = mapRawData(tinyFile(name), (raw) => Buffer.alloc(raw.length));
      replaceFile(folder, name, withZeros);
      await expect(open(folder)).rejects.toMatchObject({
        code: expect.stringMatching(/^pack-(constant-output|not-finite)$/),
      });
    },
  );

  it('that takes more memory than it may have', async () => {
    const folder = copyTinyPack();
    replaceFile(folder, 'generator/mapping.onnx', huge(20_000n));
    const bounded = startInference({ device: 'cpu', spawn: () => forkWithin(600_000_000) });
    await expect(loadModels(folder, bounded)).rejects.toMatchObject({ code: 'pack-over-budget' });
    // What was ended was the process, and the next one draws.
    expect((await loadModels(TINY_PACK, bounded)).pack).toBeInstanceOf(Pack);
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
