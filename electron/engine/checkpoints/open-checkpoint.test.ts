import { createHash } from 'node:crypto';
import { appendFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import {
  type CheckpointOptions,
  tensorOf,
  torchSave,
  writeCheckpointPickle,
  writePickle,
} from '../../../test/support/pickle.ts';
import {
  PythonCall,
  PythonDict,
  PythonName,
  type Picklable,
} from '../../../test/support/pickle.ts';
import type { Checkpoint, NetworkModule, PlainValue, StoredTensor } from './network.ts';
import { officialSource } from './official.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { readFinite } from './read-finite.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../../test/fixtures/checkpoints');

/** Number i of the tensors in the fixtures. */
const quarters = (count: number) => Array.from({ length: count }, (_, i) => i / 4 - 1);

async function opened(file: string): Promise<Checkpoint> {
  const checkpoint = await openCheckpoint(file);
  onTestFinished(() => checkpoint.close());
  return checkpoint;
}

function child(module: NetworkModule | undefined, name: string): NetworkModule {
  const found = module?.children.get(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

async function numbers(module: NetworkModule, name: string): Promise<number[]> {
  return [...((await module.tensors.get(name)?.read()) ?? [])];
}

describe.each([
  'protocol-2.pkl',
  'protocol-3.pkl',
  'protocol-4.pkl',
  'protocol-5.pkl',
  'zipped-storages.pkl',
])('%s, as PyTorch wrote it', (name) => {
  it('tells modules, their attributes and their source', async () => {
    const { networks } = await opened(path.join(FIXTURES, name));
    expect([...networks.keys()]).toEqual(['G_ema']);
    const generator = networks.get('G_ema');
    const source = '# the source of the modules, long enough to stay in the file\n'.repeat(80);
    expect(generator).toMatchObject({
      className: 'Generator',
      sourceHash: createHash('sha256').update(source).digest('hex'),
    });
    expect([...(generator?.children.keys() ?? [])]).toEqual(['first', 'kinds', 'linear']);
    expect(child(generator, 'linear')).toMatchObject({
      className: 'Linear',
      sourceHash: undefined,
    });
    expect(Object.fromEntries(child(generator, 'first').attributes)).toEqual({
      training: false,
      init_args: [4],
      init_kwargs: { gain: 0.5 },
      width: 4,
      gain: 0.5,
      size: [36, 36],
      grid: [
        [0, 1, 2],
        [3, 4, 5],
      ],
      activation: 'lrelu',
      clamp: null,
      names: ['a'],
      big: 2 ** 40,
      bias: null,
    });
  });

  it('gives the numbers of tensors, of whatever kind and strides', async () => {
    const { networks } = await opened(path.join(FIXTURES, name));
    const kinds = child(networks.get('G_ema'), 'kinds');
    for (const kind of ['float16', 'bfloat16', 'float32', 'float64']) {
      expect(await numbers(kinds, `of_${kind}`), kind).toEqual(quarters(6));
    }
    for (const kind of ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16']) {
      expect(await numbers(kinds, `of_${kind}`), kind).toEqual([0, 1, 2, 3, 4, 5]);
    }
    expect(await numbers(kinds, 'boolean')).toEqual([1, 0]);
    expect(await numbers(kinds, 'scalar')).toEqual([2.5]);
    expect(await numbers(kinds, 'empty')).toEqual([]);
    expect(await numbers(kinds, 'transposed')).toEqual([-1, -0.5, 0, -0.75, -0.25, 0.25]);
    expect(await numbers(kinds, 'every_second')).toEqual([-0.75, -0.25, 0.25, 0.75]);
    expect(await numbers(kinds, 'channels_last')).toEqual(quarters(12));
    expect(kinds.tensors.get('channels_last')?.shape).toEqual([1, 2, 2, 3]);
    const first = child(networks.get('G_ema'), 'first');
    expect(await numbers(first, 'weight')).toEqual(quarters(12));
    expect(await numbers(first, 'large')).toEqual(quarters(1200));
  });
});

const tensor = (values: readonly number[], shape: readonly number[] = [values.length]) =>
  ({ shape, read: async () => Float32Array.from(values) }) satisfies StoredTensor;

function module(
  className: string,
  parts: {
    attributes?: Record<string, PlainValue>;
    tensors?: Record<string, StoredTensor>;
    children?: Record<string, NetworkModule>;
  } = {},
): NetworkModule {
  return {
    className,
    sourceHash: undefined,
    attributes: new Map(Object.entries(parts.attributes ?? {})),
    tensors: new Map(Object.entries(parts.tensors ?? {})),
    children: new Map(Object.entries(parts.children ?? {})),
  };
}

const SAMPLE = module('Generator', {
  attributes: { z_dim: 8, gain: 0.25, size: [36, 36], init_kwargs: { w_dim: 8 }, big: 2 ** 33 },
  tensors: { w_avg: tensor(quarters(2000), [20, 100]) },
  children: { fc: module('FullyConnectedLayer', { tensors: { bias: tensor([1, 2.5, -3]) } }) },
});

async function written(options?: CheckpointOptions, network = SAMPLE): Promise<string> {
  const file = path.join(await temporaryFolder(), 'network.pkl');
  await writeCheckpointPickle(file, network, options);
  return file;
}

describe('a checkpoint', () => {
  it.each<CheckpointOptions>([
    { protocol: 2 },
    { protocol: 3, storage: 'zip' },
    { protocol: 4, numpy: 'numpy.core' },
    { protocol: 2, numpy: 'numpy._core', storage: 'zip' },
    { names: ['G', 'D', 'G_ema'], source: '#'.repeat(100_000) },
  ])('is read as it was written: %o', async (options) => {
    const { networks } = await opened(await written(options));
    expect([...networks.keys()]).toEqual(options.names ?? ['G_ema']);
    for (const network of networks.values()) {
      expect(network.className).toBe('Generator');
      expect(network.attributes).toEqual(new Map([['training', false], ...SAMPLE.attributes]));
      expect(await numbers(network, 'w_avg')).toEqual(quarters(2000));
      expect(await numbers(child(network, 'fc'), 'bias')).toEqual([1, 2.5, -3]);
    }
  });

  it('keeps what it does not know of as nothing at all', async () => {
    const linear = new PythonName('timm.models.layers', 'Linear');
    const file = path.join(await temporaryFolder(), 'network.pkl');
    const state = new Map<Picklable, Picklable>([
      ['_modules', new Map()],
      ['loss', new PythonDict(new PythonName('collections', 'OrderedDict'), new Map())],
      ['layer', new PythonCall(linear, [], { isNew: true })],
      ['kind', new PythonName('torch', 'float16')],
      ['list', [1, new PythonName('training.loss', 'Loss')]],
      ['__proto__', new Map<Picklable, Picklable>([['z_dim', 4]])],
      ['nested', new Map<Picklable, Picklable>([['__proto__', 'a text']])],
    ]);
    const known = new PythonCall(linear, [], { isNew: true, state });
    await writePickle(file, new Map<Picklable, Picklable>([['D', known]]));
    const { networks } = await opened(file);
    const attributes = networks.get('D')?.attributes;
    expect([...(attributes?.keys() ?? [])]).toEqual(['loss', 'list', 'nested']);
    expect(attributes?.get('list')).toEqual([1]);
    expect(Object.entries(attributes?.get('nested') ?? {})).toEqual([['__proto__', 'a text']]);
    expect(({} as Record<string, unknown>)['z_dim']).toBeUndefined();
  });

  it('lets two tensors share their numbers', async () => {
    const file = path.join(await temporaryFolder(), 'network.pkl');
    const saved = await torchSave(Float32Array.from(quarters(6)));
    const buffers = new Map<Picklable, Picklable>([
      ['head', tensorOf(saved, { offset: 0, shape: [2], strides: [1] })],
      ['columns', tensorOf(saved, { offset: 0, shape: [3, 2], strides: [1, 3] })],
    ]);
    const state = new Map<Picklable, Picklable>([
      ['_modules', new Map()],
      ['_buffers', buffers],
    ]);
    const network = new PythonCall(new PythonName('torch.nn', 'Module'), [], {
      isNew: true,
      state,
    });
    await writePickle(file, new Map<Picklable, Picklable>([['G', network]]));
    const { networks } = await opened(file);
    const found = networks.get('G');
    expect(found && (await numbers(found, 'head'))).toEqual([-1, -0.75]);
    expect(found && (await numbers(found, 'columns'))).toEqual([-1, -0.25, -0.75, 0, -0.5, 0.25]);
  });

  it('notices that its file was changed', async () => {
    const file = await written();
    const { networks } = await opened(file);
    await appendFile(file, 'more');
    await expect(networks.get('G_ema')?.tensors.get('w_avg')?.read()).rejects.toMatchObject({
      code: 'checkpoint-invalid',
    });
    const other = await written();
    const checkpoint = await opened(other);
    await utimes(other, 1, 1);
    await expect(
      checkpoint.networks.get('G_ema')?.tensors.get('w_avg')?.read(),
    ).rejects.toMatchObject({ code: 'checkpoint-invalid' });
  });

  it('is left when it is cancelled', async () => {
    await expect(
      openCheckpoint(await written(), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('names what is not finite', async () => {
    const network = module('Generator', { tensors: { w_avg: tensor([1, Number.NaN]) } });
    const { networks } = await opened(await written({}, network));
    const stored = networks.get('G_ema')?.tensors.get('w_avg');
    await expect(stored && readFinite(stored, 'mapping.w_avg')).rejects.toMatchObject({
      code: 'checkpoint-invalid',
      message: expect.stringContaining('mapping.w_avg') as string,
    });
    expect(await readFinite(tensor([1, 2]), 'w_avg')).toEqual(Float32Array.of(1, 2));
  });
});

describe('officialSource', () => {
  const official = '06082fb3e8929e477f58fb8bc78e7ecb9a9209eb01444272d1d153c85a6a89f7';
  const from = (sourceHash: string | undefined, children: NetworkModule[] = []): NetworkModule => ({
    ...module('Generator'),
    sourceHash,
    children: new Map(children.map((one, i) => [`${i}`, one])),
  });

  it('knows official networks from changed ones', () => {
    expect(officialSource(from(official, [from(official)]))).toEqual({
      repository: 'stylegan3',
      file: 'training/networks_stylegan3.py',
    });
    expect(officialSource(from(official, [from('0'.repeat(64))]))).toBeUndefined();
    expect(officialSource(from(undefined))).toBeUndefined();
    expect(officialSource(from('0'.repeat(64)))).toBeUndefined();
  });
});
