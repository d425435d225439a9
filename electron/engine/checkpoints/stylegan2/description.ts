/**
 * What a StyleGAN2 consists of, as checkpoints of its official implementations hold it (Karras et al. 2020,
 * "Analyzing and improving the image quality of StyleGAN"), recognised by structure and attributes.
 */
import { MAX_LAYERS, MAX_WIDTH } from '../../../contract/pack.ts';
import type { NetworkModule } from '../network.ts';
import { ACTIVATIONS, type Activation } from '../activation.ts';
import { type FullyConnected, readFullyConnected } from '../fully-connected.ts';
import { type Mapping, readMapping } from '../mapping.ts';
import { ModuleReader } from '../module-reader.ts';
import type { NamedTensor } from '../named-tensor.ts';

/** How pictures come out of the blocks (Karras et al. 2020, fig. 7). */
export const ARCHITECTURES = ['skip', 'orig', 'resnet'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

const FIRST_RESOLUTION = 4;
const MAX_RESOLUTION = 4_096;
const MAX_CLASSES = 10_000;

/** A convolution of weight [out, in, k, k] that each portrait's styles [in] scale. */
interface StyledLayer {
  readonly weight: NamedTensor;
  readonly bias: NamedTensor;
  /** w → styles. */
  readonly affine: FullyConnected;
  /** Index of the w that it takes. */
  readonly layer: number;
  /** Largest magnitude of what it gives. */
  readonly clamp: number | undefined;
}

export interface SynthesisLayer extends StyledLayer {
  readonly resolution: number;
  readonly padding: number;
  /** Of a layer that makes the side twice as long. */
  readonly filter: NamedTensor | undefined;
  readonly noise: { readonly numbers: NamedTensor; readonly strength: NamedTensor } | undefined;
  readonly activation: Activation;
  readonly gain: number;
}

export interface ToRgbLayer extends StyledLayer {
  readonly weightGain: number;
}

/** The way round the convolutions of a residual block: a 1×1 convolution, then twice the side. */
export interface SkipLayer {
  readonly weight: NamedTensor;
  readonly weightGain: number;
  readonly filter: NamedTensor;
}

export interface SynthesisBlock {
  readonly resolution: number;
  /** What the first block begins with, [channels, 4, 4]. */
  readonly start: NamedTensor | undefined;
  readonly convolutions: readonly SynthesisLayer[];
  readonly skip: SkipLayer | undefined;
  readonly toRgb: ToRgbLayer | undefined;
  /** Of the picture so far, when it becomes twice as large. */
  readonly filter: NamedTensor;
}

export interface StyleGan2 {
  readonly mapping: Mapping;
  /** How many w the synthesis network takes. */
  readonly layers: number;
  readonly resolution: number;
  readonly architecture: Architecture;
  /** None where training kept no mean of w (`w_avg_beta` None). */
  readonly meanW: NamedTensor | undefined;
  readonly blocks: readonly SynthesisBlock[];
}

/** Whether a network is built as a StyleGAN2, though perhaps not one that can be drawn with. */
export function isStyleGan2(network: NetworkModule): boolean {
  const synthesis = network.children.get('synthesis');
  return network.children.has('mapping') && (synthesis?.children.has('b4') ?? false);
}

/**
 * @throws StudioError `checkpoint-unsupported`, with what is not known; `checkpoint-invalid` for tensors that
 *   do not fit together
 */
export function describeStyleGan2(network: NetworkModule): StyleGan2 {
  const root = new ModuleReader(network, 'StyleGAN2');
  const zWidth = root.count('z_dim', 1, MAX_WIDTH);
  const wWidth = root.count('w_dim', 1, MAX_WIDTH);
  const classes = root.count('c_dim', 0, MAX_CLASSES);
  const resolution = root.count('img_resolution', FIRST_RESOLUTION, MAX_RESOLUTION);
  root.require(Number.isInteger(Math.log2(resolution)), `it draws ${resolution} pixels`);
  root.count('img_channels', 3, 3);
  const synthesis = root.child('synthesis');
  const { architecture, blocks } = describeBlocks(synthesis, resolution, wWidth);
  const layers = layersOf(blocks);
  root.count('num_ws', layers, Math.min(layers, MAX_LAYERS));
  const mapping = root.child('mapping');
  return {
    ...{ layers, resolution, architecture, blocks },
    mapping: readMapping(mapping, { zWidth, wWidth, classes }),
    meanW: mapping.hasTensor('w_avg') ? mapping.tensor('w_avg', [wWidth]) : undefined,
  };
}

function describeBlocks(
  synthesis: ModuleReader,
  resolution: number,
  wWidth: number,
): Pick<StyleGan2, 'architecture' | 'blocks'> {
  const architecture = synthesis.child(`b${resolution}`).oneOf('architecture', ARCHITECTURES);
  const blocks: SynthesisBlock[] = [];
  const place = { layer: 0, channels: 0, wWidth };
  for (let side = FIRST_RESOLUTION; side <= resolution; side *= 2) {
    const module = synthesis.child(`b${side}`);
    module.oneOf('architecture', [architecture]);
    const block = describeBlock(module, place, { side, architecture, isLast: side === resolution });
    blocks.push(block);
    place.layer += block.convolutions.length;
    place.channels = channelsOf(block.convolutions);
  }
  return { architecture, blocks };
}

/** Where in the network a module stands: the index of its first w, and the channels that come to it. */
interface Place {
  readonly layer: number;
  readonly channels: number;
  readonly wWidth: number;
}

function describeBlock(
  module: ModuleReader,
  place: Place,
  { side, architecture, isLast }: { side: number; architecture: Architecture; isLast: boolean },
): SynthesisBlock {
  const isFirst = side === FIRST_RESOLUTION;
  const start = isFirst ? module.tensor('const', [null, side, side]) : undefined;
  const convolutions: SynthesisLayer[] = [];
  let at = start ? { ...place, channels: start.shape[0] ?? 0 } : place;
  for (const name of isFirst ? ['conv1'] : ['conv0', 'conv1']) {
    const layer = synthesisLayer(module.child(name), at, side, name === 'conv0' ? 2 : 1);
    convolutions.push(layer);
    at = { ...at, layer: at.layer + 1, channels: channelsOf(convolutions) };
  }
  const hasSkip = architecture === 'resnet' && !isFirst;
  return {
    ...{ resolution: side, start, convolutions },
    skip: hasSkip ? skipLayer(module.child('skip'), place.channels, at.channels) : undefined,
    toRgb: isLast || architecture === 'skip' ? toRgbLayer(module.child('torgb'), at) : undefined,
    filter: filterOf(module),
  };
}

function synthesisLayer(
  module: ModuleReader,
  { layer, channels, wWidth }: Place,
  resolution: number,
  up: 1 | 2,
): SynthesisLayer {
  const weight = kernel(module, null, channels);
  const around = ((weight.shape[2] ?? 0) - 1) / 2;
  module.count('up', up, up);
  if (up === 2 && around < 1)
    throw module.unsupported(`"${weight.name}" enlarges by single pixels`);
  return {
    ...{ weight, layer, resolution },
    bias: module.tensor('bias', [weight.shape[0] ?? 0]),
    affine: readFullyConnected(module.child('affine'), wWidth, channels),
    padding: module.count('padding', around, around),
    filter: up === 2 ? filterOf(module) : undefined,
    noise: module.flag('use_noise')
      ? {
          numbers: module.tensor('noise_const', [resolution, resolution]),
          strength: module.tensor('noise_strength', []),
        }
      : undefined,
    activation: module.oneOf('activation', ACTIVATIONS),
    gain: module.number('act_gain'),
    clamp: module.optionalNumber('conv_clamp'),
  };
}

function toRgbLayer(module: ModuleReader, { layer, channels, wWidth }: Place): ToRgbLayer {
  return {
    layer,
    weight: module.tensor('weight', [3, channels, 1, 1]),
    bias: module.tensor('bias', [3]),
    affine: readFullyConnected(module.child('affine'), wWidth, channels),
    weightGain: module.number('weight_gain'),
    clamp: module.optionalNumber('conv_clamp'),
  };
}

function skipLayer(module: ModuleReader, inputs: number, outputs: number): SkipLayer {
  module.count('up', 2, 2);
  module.oneOf('activation', ['linear']);
  return {
    weight: module.tensor('weight', [outputs, inputs, 1, 1]),
    weightGain: module.number('weight_gain'),
    filter: filterOf(module),
  };
}

/** A weight [out, in, k, k] of odd k. */
function kernel(module: ModuleReader, outputs: number | null, inputs: number): NamedTensor {
  const weight = module.tensor('weight', [outputs, inputs, null, null]);
  const [, , height = 0, width = 0] = weight.shape;
  if (height !== width || height % 2 === 0) {
    throw module.unsupported(`"${weight.name}" is a kernel of ${height} × ${width}`);
  }
  return weight;
}

/** One row of taps, or a matrix of them. */
function filterOf(module: ModuleReader): NamedTensor {
  const filter = module.anyTensor('resample_filter');
  const isFilter = filter.shape.length === 1 || filter.shape.length === 2;
  if (isFilter && filter.shape.every((taps) => taps >= 1 && taps <= MAX_TAPS)) return filter;
  throw module.unsupported(`"${filter.name}" is a filter of shape [${filter.shape.join(', ')}]`);
}

const MAX_TAPS = 64;

function channelsOf(convolutions: readonly SynthesisLayer[]): number {
  return convolutions.at(-1)?.weight.shape[0] ?? 0;
}

function layersOf(blocks: readonly SynthesisBlock[]): number {
  return blocks.reduce((sum, { convolutions }) => sum + convolutions.length, 1);
}
