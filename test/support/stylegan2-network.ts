/** StyleGAN2 networks of any configuration, their numbers by the formula of the parity fixtures. */
import type { NetworkModule, PlainValue } from '../../electron/engine/checkpoints/network.ts';
import { networkOf } from './parity-network.ts';

export interface StyleGan2Options {
  resolution: number;
  /** Of each block, coarse to fine. */
  channels: readonly number[];
  architecture?: 'skip' | 'orig' | 'resnet';
  z?: number;
  w?: number;
  classes?: number;
  mappingLayers?: number;
  clamp?: number | null;
  /** Taps of a row, or of the rows of a matrix. */
  filter?: readonly number[] | readonly (readonly number[])[];
  activation?: string;
  useNoise?: boolean;
}

/** Shapes and attributes as official checkpoints have them. */
export function styleGan2Meta(options: StyleGan2Options): Parameters<typeof networkOf>[0] {
  const meta = new Meta();
  addMapping(meta, options);
  addSynthesis(meta, options);
  return meta;
}

export function styleGan2Network(options: StyleGan2Options): NetworkModule {
  return networkOf(styleGan2Meta(options));
}

class Meta {
  readonly tensors: Record<string, number[]> = {};
  readonly kept: Record<string, number[]> = {};
  readonly attributes: Record<string, PlainValue> = {};

  /** @param attributes in the network's own words */
  add(module: string, attributes: Record<string, PlainValue>): void {
    for (const [name, value] of Object.entries(attributes)) {
      this.attributes[module === '' ? name : `${module}.${name}`] = value;
    }
  }

  dense(module: string, [outputs, inputs]: [number, number], activation: string, rate = 1): void {
    this.tensors[`${module}.weight`] = [outputs, inputs];
    this.tensors[`${module}.bias`] = [outputs];
    this.add(module, { activation, weight_gain: rate / Math.sqrt(inputs), bias_gain: rate });
  }

  filter(module: string, filter: NonNullable<StyleGan2Options['filter']>): void {
    const [first] = filter;
    const isRow = typeof first === 'number';
    const taps = filter.flat() as number[];
    this.tensors[`${module}.resample_filter`] = isRow
      ? [taps.length]
      : [filter.length, taps.length / filter.length];
    this.kept[`${module}.resample_filter`] = taps;
  }
}

function addMapping(
  meta: Meta,
  { z = 16, w = 12, classes = 0, mappingLayers = 2, ...rest }: StyleGan2Options,
): void {
  const layers = 2 * rest.channels.length;
  const { resolution } = rest;
  const widths = { z_dim: z, c_dim: classes, w_dim: w, num_ws: layers };
  meta.add('', { ...widths, img_resolution: resolution, img_channels: 3 });
  meta.add('mapping', { ...widths, num_layers: mappingLayers });
  meta.tensors['mapping.w_avg'] = [w];
  if (classes > 0) meta.dense('mapping.embed', [w, classes], 'linear');
  for (let i = 0; i < mappingLayers; i++) {
    const inputs = i > 0 ? w : z + (classes > 0 ? w : 0);
    meta.dense(`mapping.fc${i}`, [w, inputs], 'lrelu', 0.01);
  }
}

/** [1, 3, 3, 1] in both directions, as most networks have it. */
const BINOMIAL = [1, 3, 3, 1].map((a) => [1, 3, 3, 1].map((b) => (a * b) / 64));

function addSynthesis(meta: Meta, options: StyleGan2Options): void {
  const { channels, architecture = 'skip', filter = BINOMIAL } = options;
  for (const [i, outputs] of channels.entries()) {
    const [side, inputs] = [4 * 2 ** i, i > 0 ? channels[i - 1]! : 0];
    const block = `synthesis.b${side}`;
    meta.add(block, { architecture, resolution: side });
    meta.filter(block, filter);
    if (i === 0) meta.tensors[`${block}.const`] = [outputs, side, side];
    else addLayer(meta, `${block}.conv0`, [outputs, inputs], { ...options, side, up: 2 });
    addLayer(meta, `${block}.conv1`, [outputs, outputs], { ...options, side, up: 1 });
    if (architecture === 'resnet' && i > 0)
      addSkip(meta, `${block}.skip`, [outputs, inputs], filter);
    const isLast = i === channels.length - 1;
    if (isLast || architecture === 'skip') addToRgb(meta, `${block}.torgb`, outputs, options);
  }
}

const ROOT_2 = ['relu', 'lrelu', 'swish'];

function addLayer(
  meta: Meta,
  module: string,
  [outputs, inputs]: [number, number],
  options: StyleGan2Options & { side: number; up: number },
): void {
  const { side, up, w = 12, activation = 'lrelu', clamp = null, useNoise = true } = options;
  meta.tensors[`${module}.weight`] = [outputs, inputs, 3, 3];
  meta.tensors[`${module}.bias`] = [outputs];
  meta.filter(module, options.filter ?? BINOMIAL);
  if (useNoise) {
    meta.tensors[`${module}.noise_const`] = [side, side];
    meta.tensors[`${module}.noise_strength`] = [];
  }
  const act_gain = ROOT_2.includes(activation) ? Math.SQRT2 : 1;
  const plain = { resolution: side, up, padding: 1, use_noise: useNoise };
  meta.add(module, { ...plain, activation, act_gain, conv_clamp: clamp });
  meta.dense(`${module}.affine`, [inputs, w], 'linear');
}

function addToRgb(meta: Meta, module: string, inputs: number, options: StyleGan2Options): void {
  meta.tensors[`${module}.weight`] = [3, inputs, 1, 1];
  meta.tensors[`${module}.bias`] = [3];
  meta.add(module, { conv_clamp: options.clamp ?? null, weight_gain: 1 / Math.sqrt(inputs) });
  meta.dense(`${module}.affine`, [inputs, options.w ?? 12], 'linear');
}

function addSkip(
  meta: Meta,
  module: string,
  [outputs, inputs]: [number, number],
  filter: NonNullable<StyleGan2Options['filter']>,
): void {
  meta.tensors[`${module}.weight`] = [outputs, inputs, 1, 1];
  meta.add(module, { up: 2, activation: 'linear', weight_gain: 1 / Math.sqrt(inputs) });
  meta.filter(module, filter);
}
