import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stored } from '../../../../test/support/parity-network.ts';
import { styleGan3Network } from '../../../../test/support/stylegan3-network.ts';
import type { NetworkModule } from '../network.ts';
import { emitStyleGan3 } from './emit.ts';

const small = () => styleGan3Network({ resolution: 16, configuration: 'T', layers: 6 });
const folder = () => mkdtempSync(path.join(tmpdir(), 'stylegan3-'));

function moduleAt(network: NetworkModule, name: string): NetworkModule {
  return name.split('.').reduce((parent, part) => parent.children.get(part)!, network);
}

function withAttribute(module: string, name: string, value: number | string): NetworkModule {
  const network = small();
  (moduleAt(network, module).attributes as Map<string, unknown>).set(name, value);
  return network;
}

function withTensor(module: string, name: string, numbers: (were: Float32Array) => Float32Array) {
  const network = small();
  const { tensors } = moduleAt(network, module);
  const tensor = tensors.get(name)!;
  const read = async () => numbers(await tensor.read());
  const spoilt = { ...stored(tensor.shape, () => new Float32Array()), read };
  (tensors as Map<string, typeof tensor>).set(name, spoilt);
  return network;
}

function without(module: string, name: string): NetworkModule {
  const network = small();
  const { tensors, children } = moduleAt(network, module);
  for (const parts of [tensors, children]) (parts as Map<string, unknown>).delete(name);
  return network;
}

describe('emitStyleGan3', () => {
  it.each<[string, RegExp, () => NetworkModule]>([
    [
      'an activation',
      /"mapping.fc0.activation" is "gelu"/,
      () => withAttribute('mapping.fc0', 'activation', 'gelu'),
    ],
    [
      'grey pictures',
      /"synthesis.img_channels"/,
      () => withAttribute('synthesis', 'img_channels', 1),
    ],
    [
      'a mapping of more layers than it says',
      /more layers than it says/,
      () => withAttribute('mapping', 'num_layers', 1),
    ],
    [
      'a layer that is not there',
      /no "mapping.fc2"/,
      () => withAttribute('mapping', 'num_layers', 3),
    ],
    [
      'a bandwidth beyond the sampling rate',
      /bandwidth/,
      () => withAttribute('synthesis.input', 'bandwidth', 1e3),
    ],
    ['no frequencies', /no "synthesis.input.freqs"/, () => without('synthesis.input', 'freqs')],
  ])('refuses %s before anything is written', async (_, message, network) => {
    const at = folder();
    await expect(emitStyleGan3(network(), at)).rejects.toMatchObject({
      code: 'checkpoint-unsupported',
      message: expect.stringMatching(message),
    });
    expect(readdirSync(at)).toEqual([]);
  });

  it.each([
    ['mapping', 'w_avg'],
    ['mapping.fc1', 'weight'],
    ['synthesis.input', 'phases'],
  ])('refuses numbers that are none in %s.%s', async (module, name) => {
    const network = withTensor(module, name, (were) => were.fill(NaN, -1));
    await expect(emitStyleGan3(network, folder())).rejects.toMatchObject({
      code: 'checkpoint-invalid',
      message: expect.stringContaining(`"${module}.${name}"`),
    });
  });

  it('tells how many bytes of weights are written', async () => {
    const at = folder();
    const done: number[] = [];
    await emitStyleGan3(small(), at, {
      onProgress: (event) => {
        if (event.kind === 'advanced') done.push(event.done / event.total);
      },
    });
    expect(done.every((share, i) => share > (done[i - 1] ?? 0))).toBe(true);
    // What is too small for the file of weights is not counted.
    expect(done.at(-1)).toBeGreaterThan(0.9);
    expect(existsSync(path.join(at, 'mean-w.f32'))).toBe(true);
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const emitting = emitStyleGan3(small(), folder(), {
      signal: controller.signal,
      onProgress: (event) => event.kind === 'advanced' && controller.abort(),
    });
    await expect(emitting).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('stops before it writes when it was cancelled before', async () => {
    const at = folder();
    const emitting = emitStyleGan3(small(), at, { signal: AbortSignal.abort() });
    await expect(emitting).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(at)).toEqual([]);
  });
});
