import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { networkOf, stored } from '../../../../test/support/parity-network.ts';
import { styleGan2Meta, styleGan2Network } from '../../../../test/support/stylegan2-network.ts';
import type { ErrorCode } from '../../../contract/errors.ts';
import type { NetworkModule } from '../network.ts';
import { describeStyleGan2, isStyleGan2 } from './description.ts';
import { emitStyleGan2 } from './emit-stylegan2.ts';

const options = { resolution: 16, channels: [7, 5, 3] };
type Meta = ReturnType<typeof styleGan2Meta>;

function spoilt(spoil: (meta: Meta) => void): NetworkModule {
  const meta = styleGan2Meta(options);
  spoil(meta);
  return networkOf(meta);
}

/** Reads that give a number that is none, in the tensor of this name. */
function withNaN(network: NetworkModule, name: string): NetworkModule {
  const parts = name.split('.');
  const own = parts.pop() ?? '';
  const module = parts.reduce((parent, part) => parent.children.get(part)!, network);
  const tensor = module.tensors.get(own)!;
  const read = async () => (await tensor.read()).fill(NaN, -1);
  const spoiltTensor = { ...stored(tensor.shape, () => new Float32Array()), read };
  (module.tensors as Map<string, typeof tensor>).set(own, spoiltTensor);
  return network;
}

describe('describeStyleGan2', () => {
  it('says what a network is', () => {
    const network = styleGan2Network({ ...options, classes: 4, z: 9, w: 11 });
    expect(isStyleGan2(network)).toBe(true);
    expect(describeStyleGan2(network)).toMatchObject({
      mapping: { zWidth: 9, wWidth: 11, classes: 4 },
      ...{ layers: 6, resolution: 16, architecture: 'skip' },
    });
  });

  it.each<[string, ErrorCode, RegExp, (meta: Meta) => void]>([
    [
      'an architecture',
      'checkpoint-unsupported',
      /b8.architecture" is "odd"/,
      (meta) => (meta.attributes['synthesis.b8.architecture'] = 'odd'),
    ],
    [
      'an activation',
      'checkpoint-unsupported',
      /b4.conv1.activation" is "gelu"/,
      (meta) => (meta.attributes['synthesis.b4.conv1.activation'] = 'gelu'),
    ],
    [
      'grey pictures',
      'checkpoint-unsupported',
      /img_channels" is 1/,
      (meta) => (meta.attributes['img_channels'] = 1),
    ],
    [
      'a layer that is not there',
      'checkpoint-unsupported',
      /no "mapping.fc2"/,
      (meta) => (meta.attributes['mapping.num_layers'] = 3),
    ],
    [
      'enlarging by a single tap',
      'checkpoint-unsupported',
      /b8.conv0.weight" enlarges by single pixels/,
      (meta) => {
        meta.tensors['synthesis.b8.conv0.weight'] = [5, 7, 1, 1];
        meta.attributes['synthesis.b8.conv0.padding'] = 0;
      },
    ],
    [
      'a size that is no power of two',
      'checkpoint-unsupported',
      /24 pixels/,
      (meta) => (meta.attributes['img_resolution'] = 24),
    ],
    [
      'a size beyond bounds',
      'checkpoint-unsupported',
      /img_resolution" is 1048576/,
      (meta) => (meta.attributes['img_resolution'] = 2 ** 20),
    ],
    [
      'tensors that do not fit',
      'checkpoint-invalid',
      /"synthesis.b8.conv0.weight" is \[5, 9, 3, 3\] and should be \[any, 7, any, any\]/,
      (meta) => (meta.tensors['synthesis.b8.conv0.weight'] = [5, 9, 3, 3]),
    ],
  ])('refuses %s', (_, code, message, spoil) => {
    expect(() => describeStyleGan2(spoilt(spoil))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('emitStyleGan2', () => {
  const folder = () => mkdtempSync(path.join(tmpdir(), 'stylegan2-'));

  it.each(['synthesis.b8.conv0.weight', 'synthesis.b4.conv1.noise_strength', 'mapping.w_avg'])(
    'refuses numbers that are none in %s',
    async (name) => {
      const network = withNaN(styleGan2Network(options), name);
      await expect(emitStyleGan2(network, folder())).rejects.toMatchObject({
        code: 'checkpoint-invalid',
        message: expect.stringContaining(`numbers in "${name}" that are infinite`),
      });
    },
  );

  it('stops when it is cancelled, and says how far it is', async () => {
    const controller = new AbortController();
    const shares: number[] = [];
    const emitting = emitStyleGan2(styleGan2Network({ ...options, w: 64 }), folder(), {
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind !== 'advanced') return;
        shares.push(event.done / event.total);
        if (shares.length === 2) controller.abort();
      },
    });
    await expect(emitting).rejects.toMatchObject({ code: 'cancelled' });
    expect(shares).toHaveLength(2);
    expect(shares.every((share) => share > 0 && share < 1)).toBe(true);
  });

  it('writes a preview of 256 pixels that shares the weights', async () => {
    const at = folder();
    const channels = [3, 3, 2, 2, 2, 2, 1, 1];
    const { generator } = await emitStyleGan2(styleGan2Network({ resolution: 512, channels }), at);
    expect(generator.preview).toEqual({
      ...{ graph: 'preview.onnx', resolution: 256 },
      noiseNumbers: 16 + 2 * (64 + 256 + 1_024 + 4_096 + 16_384 + 65_536),
    });
    expect(readdirSync(at)).not.toContain('preview.onnx.data');
  });
});
