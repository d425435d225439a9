/**
 * What a StyleGAN3 generator is made of (Karras et al. 2021, "Alias-Free Generative Adversarial Networks"), told by
 * the attributes and tensors of its modules and checked to fit together.
 */
import { z } from 'zod';
import type { NetworkModule, StoredTensor } from '../network.ts';
import { type AxisGeometry, outputLength } from './resampling.ts';
import { childOf, parseAttributes, requireThat, tensorOf } from './module-reader.ts';

/** Largest width of anything, in channels or pixels. */
const MOST = 8_192;
const count = z.int().positive().max(MOST);
/** Columns, rows. */
const sizeSchema = z.tuple([count, count]);
const gain = z.number();

const fullyConnectedSchema = z.object({
  in_features: z.int().positive(),
  out_features: count,
  activation: z.enum(['linear', 'lrelu']),
  weight_gain: gain,
  bias_gain: gain,
});
const mappingSchema = z.object({
  z_dim: count,
  c_dim: z.int().nonnegative().max(MOST),
  w_dim: count,
  num_layers: z.int().positive().max(64),
});
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

export type FullyConnected = z.infer<typeof fullyConnectedSchema> & {
  readonly weight: StoredTensor;
  readonly bias: StoredTensor;
};
export type Mapping = z.infer<typeof mappingSchema> & {
  /** Of the class, where there are classes. */
  readonly embed: FullyConnected | undefined;
  readonly layers: readonly FullyConnected[];
  readonly meanW: StoredTensor;
};
export type SynthesisInput = z.infer<typeof inputSchema> & {
  readonly affine: FullyConnected;
  readonly weight: StoredTensor;
  readonly frequencies: StoredTensor;
  readonly phases: StoredTensor;
  readonly transform: StoredTensor;
};
export type SynthesisLayer = z.infer<typeof layerSchema> & {
  readonly name: string;
  readonly affine: FullyConnected;
  readonly weight: StoredTensor;
  readonly bias: StoredTensor;
  readonly magnitude: StoredTensor;
  /** Of one dimension, which serves both axes, or two; none where nothing is filtered. */
  readonly upFilter: StoredTensor | undefined;
  readonly downFilter: StoredTensor | undefined;
};
export type Synthesis = z.infer<typeof synthesisSchema> & {
  readonly input: SynthesisInput;
  readonly layers: readonly SynthesisLayer[];
};
export interface StyleGan3 {
  readonly mapping: Mapping;
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
  const mapping = readMapping(childOf(network, 'mapping', ''));
  const synthesis = readSynthesis(childOf(network, 'synthesis', ''));
  requireThat(
    mapping.w_dim === synthesis.w_dim,
    'mapping and synthesis have different widths of w',
  );
  return { mapping, synthesis };
}

function readMapping(module: NetworkModule): Mapping {
  const place = 'mapping';
  const attributes = parseAttributes(module, place, mappingSchema);
  const { z_dim, c_dim, w_dim, num_layers } = attributes;
  const embed = c_dim > 0 ? readFullyConnected(module, 'embed', place, [c_dim, w_dim]) : undefined;
  const layers: FullyConnected[] = [];
  for (let i = 0; i < num_layers; i++) {
    const before = layers.at(-1)?.out_features ?? (embed ? z_dim + w_dim : z_dim);
    layers.push(readFullyConnected(module, `fc${i}`, place, [before, undefined]));
  }
  requireThat(layers.at(-1)?.out_features === w_dim, `${place} does not end with w`);
  requireThat(!module.children.has(`fc${num_layers}`), `${place} has more layers than it says`);
  return { ...attributes, embed, layers, meanW: tensorOf(module, 'w_avg', place, [w_dim]) };
}

function readFullyConnected(
  parent: NetworkModule,
  name: string,
  parentPlace: string,
  [inWidth, outWidth]: readonly [number, number | undefined],
): FullyConnected {
  const place = `${parentPlace}.${name}`;
  const module = childOf(parent, name, parentPlace);
  const attributes = parseAttributes(module, place, fullyConnectedSchema);
  const { in_features, out_features } = attributes;
  requireThat(in_features === inWidth, `${place} takes ${in_features} numbers, not ${inWidth}`);
  requireThat(
    outWidth === undefined || out_features === outWidth,
    `${place} gives ${out_features} numbers, not ${outWidth}`,
  );
  const weight = tensorOf(module, 'weight', place, [out_features, in_features]);
  return { ...attributes, weight, bias: tensorOf(module, 'bias', place, [out_features]) };
}

function readSynthesis(module: NetworkModule): Synthesis {
  const place = 'synthesis';
  const attributes = parseAttributes(module, place, synthesisSchema);
  const { w_dim, num_ws, img_resolution, layer_names } = attributes;
  requireThat(num_ws === layer_names.length + 1, `${place}.num_ws is not one for each layer`);
  const input = readInput(childOf(module, 'input', place), w_dim);
  let before: Picture = { channels: input.channels, size: input.size };
  const layers = layer_names.map((name) => {
    const layer = readLayer(childOf(module, name, place), name, w_dim);
    requireThat(
      layer.in_channels === before.channels && isSame(layer.in_size, before.size),
      `${place}.${name} takes something else than what is before it gives`,
    );
    before = { channels: layer.out_channels, size: layer.out_size };
    return layer;
  });
  requireThat(
    before.channels === 3 && isSame(before.size, [img_resolution, img_resolution]),
    `${place} does not end with a picture of ${img_resolution} pixels`,
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

function readInput(module: NetworkModule, wWidth: number): SynthesisInput {
  const place = 'synthesis.input';
  const attributes = parseAttributes(module, place, inputSchema);
  const { channels, sampling_rate, bandwidth } = attributes;
  requireThat(sampling_rate / 2 > bandwidth, `${place} has a bandwidth beyond its sampling rate`);
  return {
    ...attributes,
    affine: readFullyConnected(module, 'affine', place, [wWidth, 4]),
    weight: tensorOf(module, 'weight', place, [channels, channels]),
    frequencies: tensorOf(module, 'freqs', place, [channels, 2]),
    phases: tensorOf(module, 'phases', place, [channels]),
    transform: tensorOf(module, 'transform', place, [3, 3]),
  };
}

function readLayer(module: NetworkModule, name: string, wWidth: number): SynthesisLayer {
  const place = `synthesis.${name}`;
  const attributes = parseAttributes(module, place, layerSchema);
  const { in_channels, out_channels, conv_kernel } = attributes;
  const shape = [out_channels, in_channels, conv_kernel, conv_kernel];
  const layer = {
    ...attributes,
    name,
    affine: readFullyConnected(module, 'affine', place, [wWidth, in_channels]),
    weight: tensorOf(module, 'weight', place, shape),
    bias: tensorOf(module, 'bias', place, [out_channels]),
    magnitude: tensorOf(module, 'magnitude_ema', place, []),
    upFilter: filterOf(module, 'up_filter', place, attributes.up_taps),
    downFilter: filterOf(module, 'down_filter', place, attributes.down_taps),
  };
  const [width, height] = axesOf(layer).map(outputLength);
  requireThat(
    width === layer.out_size[0] && height === layer.out_size[1],
    `${place} gives ${width} × ${height} pixels, not ${layer.out_size.join(' × ')}`,
  );
  return layer;
}

function filterOf(
  module: NetworkModule,
  name: string,
  place: string,
  length: number,
): StoredTensor | undefined {
  const filter = module.tensors.get(name);
  const shape = filter?.shape ?? [1];
  requireThat(
    (shape.length === 1 || shape.length === 2) && shape.every((side) => side === length),
    `${place}.${name} has the shape [${shape.join(', ')}], not ${length} taps`,
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
