/**
 * What a StyleGAN3 generator is made of (Karras et al. 2021, "Alias-Free Generative Adversarial Networks"), told by
 * the attributes and tensors of its modules and checked to fit together.
 */
import { z } from 'zod';
import { type FullyConnected, readFullyConnected } from '../fully-connected.ts';
import { type Mapping, readMapping } from '../mapping.ts';
import { ModuleReader } from '../module-reader.ts';
import type { NamedTensor } from '../named-tensor.ts';
import type { NetworkModule } from '../network.ts';
import { type AxisGeometry, outputLength } from './resampling.ts';

/** Largest width of anything, in channels or pixels. */
const MOST = 8_192;
const count = z.int().positive().max(MOST);
/** Columns, rows. */
const sizeSchema = z.tuple([count, count]);
const gain = z.number();

const synthesisSchema = z.object({
  w_dim: count,
  num_ws: count,
  img_resolution: count,
  img_channels: z.literal(3),
  output_scale: gain,
  layer_names: z.array(z.string()).min(1).max(64),
});
const inputSchema = z.object({
  channels: count,
  size: sizeSchema,
  sampling_rate: z.number().positive(),
  bandwidth: z.number().nonnegative(),
});
const factor = z.int().positive().max(64);
const taps = z.int().positive().max(1_024);
const padding = z.int().min(-MOST).max(MOST);
const layerSchema = z.object({
  is_torgb: z.boolean(),
  in_channels: count,
  out_channels: count,
  in_size: sizeSchema,
  out_size: sizeSchema,
  conv_kernel: z.int().positive().max(15),
  conv_clamp: z.number().positive().nullable(),
  up_factor: factor,
  up_taps: taps,
  down_factor: factor,
  down_taps: taps,
  /** Left, right, top, bottom. */
  padding: z.tuple([padding, padding, padding, padding]),
});

export type SynthesisInput = z.infer<typeof inputSchema> & {
  readonly affine: FullyConnected;
  readonly weight: NamedTensor;
  readonly frequencies: NamedTensor;
  readonly phases: NamedTensor;
  readonly transform: NamedTensor;
};
export type SynthesisLayer = z.infer<typeof layerSchema> & {
  readonly name: string;
  readonly affine: FullyConnected;
  readonly weight: NamedTensor;
  readonly bias: NamedTensor;
  readonly magnitude: NamedTensor;
  /** Of one dimension, which serves both axes, or two; none where nothing is filtered. */
  readonly upFilter: NamedTensor | undefined;
  readonly downFilter: NamedTensor | undefined;
};
export type Synthesis = z.infer<typeof synthesisSchema> & {
  readonly input: SynthesisInput;
  readonly layers: readonly SynthesisLayer[];
};
export interface StyleGan3 {
  readonly mapping: Mapping;
  readonly meanW: NamedTensor;
  readonly synthesis: Synthesis;
}

/** Whether a network is built as StyleGAN3 is: its synthesis begins with Fourier features and lists its layers. */
export function isStyleGan3(network: NetworkModule): boolean {
  const synthesis = network.children.get('synthesis');
  const isListed = Array.isArray(synthesis?.attributes.get('layer_names'));
  return isListed && synthesis?.children.get('input')?.tensors.has('freqs') === true;
}

/**
 * @throws StudioError `checkpoint-unsupported` naming what is not known or does not fit
 */
export function readStyleGan3(network: NetworkModule): StyleGan3 {
  const root = new ModuleReader(network, 'StyleGAN3');
  const module = root.child('mapping');
  const wWidth = module.count('w_dim', 1, MOST);
  const mapping = readMapping(module, {
    zWidth: module.count('z_dim', 1, MOST),
    ...{ wWidth, classes: module.count('c_dim', 0, MOST) },
  });
  const synthesis = readSynthesis(root.child('synthesis'));
  root.require(wWidth === synthesis.w_dim, 'its mapping and synthesis have different widths of w');
  return { mapping, meanW: module.tensor('w_avg', [wWidth]), synthesis };
}

function readSynthesis(module: ModuleReader): Synthesis {
  const attributes = module.attributes(synthesisSchema);
  const { w_dim, num_ws, img_resolution, layer_names } = attributes;
  module.require(num_ws === layer_names.length + 1, 'its num_ws is not one for each layer');
  const input = readInput(module.child('input'), w_dim);
  let before: Picture = { channels: input.channels, size: input.size };
  const layers = layer_names.map((name) => {
    const layer = readLayer(module.child(name), name, w_dim);
    module.require(
      layer.in_channels === before.channels && isSame(layer.in_size, before.size),
      `its "${module.nameOf(name)}" takes something else than what is before it gives`,
    );
    before = { channels: layer.out_channels, size: layer.out_size };
    return layer;
  });
  module.require(
    before.channels === 3 && isSame(before.size, [img_resolution, img_resolution]),
    `it does not end with a picture of ${img_resolution} pixels`,
  );
  return { ...attributes, input, layers };
}

interface Picture {
  channels: number;
  size: readonly [number, number];
}

function isSame(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function readInput(module: ModuleReader, wWidth: number): SynthesisInput {
  const attributes = module.attributes(inputSchema);
  const { channels, sampling_rate, bandwidth } = attributes;
  module.require(sampling_rate / 2 > bandwidth, 'its bandwidth is beyond its sampling rate');
  return {
    ...attributes,
    affine: readFullyConnected(module.child('affine'), wWidth, 4),
    weight: module.tensor('weight', [channels, channels]),
    frequencies: module.tensor('freqs', [channels, 2]),
    phases: module.tensor('phases', [channels]),
    transform: module.tensor('transform', [3, 3]),
  };
}

function readLayer(module: ModuleReader, name: string, wWidth: number): SynthesisLayer {
  const attributes = module.attributes(layerSchema);
  const { in_channels, out_channels, conv_kernel } = attributes;
  const shape = [out_channels, in_channels, conv_kernel, conv_kernel];
  const layer = {
    ...attributes,
    name,
    affine: readFullyConnected(module.child('affine'), wWidth, in_channels),
    weight: module.tensor('weight', shape),
    bias: module.tensor('bias', [out_channels]),
    magnitude: module.tensor('magnitude_ema', []),
    upFilter: filterOf(module, 'up_filter', attributes.up_taps),
    downFilter: filterOf(module, 'down_filter', attributes.down_taps),
  };
  const [width, height] = axesOf(layer).map(outputLength);
  module.require(
    width === layer.out_size[0] && height === layer.out_size[1],
    `its "${module.path}" gives ${width} × ${height} pixels, not ${layer.out_size.join(' × ')}`,
  );
  return layer;
}

function filterOf(module: ModuleReader, name: string, length: number): NamedTensor | undefined {
  if (!module.hasTensor(name)) {
    module.require(length === 1, `it has no "${module.nameOf(name)}"`);
    return undefined;
  }
  const filter = module.anyTensor(name);
  const { shape } = filter;
  module.require(
    (shape.length === 1 || shape.length === 2) && shape.every((side) => side === length),
    `its "${filter.name}" is [${shape.join(', ')}], not of ${length} taps`,
  );
  return filter;
}

/** How the columns and the rows of a layer are resampled, after its convolution, which adds `conv_kernel − 1`. */
export function axesOf(layer: z.infer<typeof layerSchema>): [AxisGeometry, AxisGeometry] {
  const [left, right, top, bottom] = layer.padding;
  const [width, height] = layer.in_size;
  const filters = {
    ...{ upFactor: layer.up_factor, upTaps: layer.up_taps },
    ...{ downFactor: layer.down_factor, downTaps: layer.down_taps },
  };
  return [
    { ...filters, length: width + layer.conv_kernel - 1, padding: [left, right] },
    { ...filters, length: height + layer.conv_kernel - 1, padding: [top, bottom] },
  ];
}
