/** StyleGAN3 networks of any size, their attributes by the rules of the paper, their weights by a formula. */
import type { NetworkModule } from '../../electron/engine/checkpoints/network.ts';
import { networkOf } from './parity-network.ts';

export interface StyleGan3Options {
  resolution: number;
  configuration: 'T' | 'R';
  z?: number;
  w?: number;
  classes?: number;
  /** Channels at a cutoff of half a cycle, and at most. */
  channelBase?: number;
  channelMax?: number;
  layers?: number;
  /** How much finer than its pictures the activation of a layer is sampled. */
  upsampling?: number;
  clamp?: number | null;
}

const MARGIN = 10;
const CRITICAL = 2;
const TAPS = 6;
const FIRST_CUTOFF = 2;
const FIRST_STOPBAND = 2 ** 2.1;

type Draft = Parameters<typeof networkOf>[0];

export function styleGan3Network(options: StyleGan3Options): NetworkModule {
  const { resolution, z = 24, w = 20, classes = 0, layers = 14 } = options;
  const draft: Draft = { attributes: {}, tensors: {}, kept: {} };
  const steps = Array.from({ length: layers + 1 }, (_, i) => stepOf(i, { ...options, layers }));
  const names = steps.map(({ size, channels }, i) => `L${i}_${size}_${channels}`);
  addMapping(draft, { z, w, classes, layers });
  Object.assign(draft.attributes, {
    ...{ 'synthesis.w_dim': w, 'synthesis.num_ws': layers + 2, 'synthesis.img_channels': 3 },
    ...{ 'synthesis.img_resolution': resolution, 'synthesis.output_scale': 0.25 },
    'synthesis.layer_names': names,
  });
  const [first] = steps as [Step];
  addInput(draft, first, w);
  steps.forEach((step, i) => {
    addLayer(draft, `synthesis.${names[i]}`, steps[i - 1] ?? first, step, { ...options, w });
  });
  return networkOf(draft);
}

interface Step {
  rate: number;
  cutoff: number;
  size: number;
  channels: number;
  isLast: boolean;
  isCritical: boolean;
}

/** Karras et al. 2021, section 3.2: cutoffs and stopbands grow geometrically, rates are powers of two above them. */
function stepOf(
  index: number,
  { resolution, layers, channelBase = 64, channelMax = 12 }: StyleGan3Options & { layers: number },
): Step {
  const progress = Math.min(index / (layers - CRITICAL), 1);
  const cutoff = FIRST_CUTOFF * (resolution / 2 / FIRST_CUTOFF) ** progress;
  const lastStopband = (resolution / 2) * 2 ** 0.3;
  const stopband = FIRST_STOPBAND * (lastStopband / FIRST_STOPBAND) ** progress;
  const rate = 2 ** Math.ceil(Math.log2(Math.min(stopband * 2, resolution)));
  const isLast = index === layers;
  return {
    ...{ rate, cutoff, isLast, isCritical: index >= layers - CRITICAL },
    size: index >= layers - 1 ? resolution : rate + 2 * MARGIN,
    channels: isLast ? 3 : Math.round(Math.min(channelBase / 2 / cutoff, channelMax)),
  };
}

function addMapping(
  draft: Draft,
  { z, w, classes, layers }: { z: number; w: number; classes: number; layers: number },
): void {
  Object.assign(draft.attributes, {
    ...{ 'mapping.z_dim': z, 'mapping.c_dim': classes, 'mapping.w_dim': w },
    ...{ 'mapping.num_ws': layers + 2, 'mapping.num_layers': 2 },
  });
  draft.tensors['mapping.w_avg'] = [w];
  const leaky = { activation: 'lrelu', learningRate: 0.01 };
  if (classes > 0) addFullyConnected(draft, 'mapping.embed', [classes, w]);
  addFullyConnected(draft, 'mapping.fc0', [classes > 0 ? z + w : z, w], leaky);
  addFullyConnected(draft, 'mapping.fc1', [w, w], leaky);
}

function addFullyConnected(
  draft: Draft,
  name: string,
  [from, to]: [number, number],
  { activation = 'linear', learningRate = 1 } = {},
): void {
  Object.assign(draft.attributes, {
    [`${name}.in_features`]: from,
    [`${name}.out_features`]: to,
    [`${name}.activation`]: activation,
    [`${name}.weight_gain`]: learningRate / Math.sqrt(from),
    [`${name}.bias_gain`]: learningRate,
  });
  draft.tensors[`${name}.weight`] = [to, from];
  draft.tensors[`${name}.bias`] = [to];
}

function addInput(draft: Draft, { rate, cutoff, size, channels }: Step, w: number): void {
  const name = 'synthesis.input';
  Object.assign(draft.attributes, {
    ...{ [`${name}.w_dim`]: w, [`${name}.channels`]: channels, [`${name}.size`]: [size, size] },
    ...{ [`${name}.sampling_rate`]: rate, [`${name}.bandwidth`]: cutoff },
  });
  Object.assign(draft.tensors, {
    ...{ [`${name}.weight`]: [channels, channels], [`${name}.transform`]: [3, 3] },
    ...{ [`${name}.freqs`]: [channels, 2], [`${name}.phases`]: [channels] },
  });
  draft.kept[`${name}.transform`] = [0.9, -0.3, 0.2, 0.35, 0.85, -0.1, 0, 0, 1];
  addFullyConnected(draft, `${name}.affine`, [w, 4]);
}

function addLayer(
  draft: Draft,
  name: string,
  before: Step,
  step: Step,
  { configuration, clamp = 256, upsampling = 2, w }: StyleGan3Options & { w: number },
): void {
  const kernel = step.isLast || configuration === 'R' ? 1 : 3;
  const middleRate = Math.max(before.rate, step.rate) * (step.isLast ? 1 : upsampling);
  const [up, down] = [middleRate / before.rate, middleRate / step.rate];
  const [upTaps, downTaps] = [up, down].map((factor) => (factor > 1 ? TAPS * factor : 1)) as [
    number,
    number,
  ];
  const missing = (step.size - 1) * down + 1 - (before.size + kernel - 1) * up;
  const padding = missing + upTaps + downTaps - 2;
  const low = Math.floor((padding + up) / 2);
  const attributes: Draft['attributes'] = {
    ...{ is_torgb: step.isLast, in_channels: before.channels, out_channels: step.channels },
    ...{ in_size: [before.size, before.size], out_size: [step.size, step.size] },
    ...{ conv_kernel: kernel, conv_clamp: clamp, use_fp16: true },
    ...{ up_factor: up, up_taps: upTaps, down_factor: down, down_taps: downTaps },
    padding: [low, padding - low, low, padding - low],
  };
  for (const [key, value] of Object.entries(attributes)) draft.attributes[`${name}.${key}`] = value;
  draft.tensors[`${name}.weight`] = [step.channels, before.channels, kernel, kernel];
  draft.tensors[`${name}.bias`] = [step.channels];
  draft.tensors[`${name}.magnitude_ema`] = [];
  addFullyConnected(draft, `${name}.affine`, [w, before.channels]);
  const isRadial = configuration === 'R' && !step.isCritical;
  if (upTaps > 1) addFilter(draft, `${name}.up_filter`, upTaps, before.cutoff / middleRate, false);
  if (downTaps > 1) {
    addFilter(draft, `${name}.down_filter`, downTaps, step.cutoff / middleRate, isRadial);
  }
}

/** A windowed sinc of a cutoff in cycles a sample, along a line or around a point. */
function addFilter(
  draft: Draft,
  name: string,
  taps: number,
  cutoff: number,
  isRadial: boolean,
): void {
  const at = (i: number) => i - (taps - 1) / 2;
  const response = (radius: number) =>
    (radius === 0 ? 1 : Math.sin(2 * Math.PI * cutoff * radius) / (2 * Math.PI * cutoff * radius)) *
    Math.exp(-6 * (radius / taps) ** 2);
  const numbers = Array.from({ length: isRadial ? taps * taps : taps }, (_, i) =>
    // A little skewed, so that a filter the wrong way round is seen.
    isRadial
      ? response(Math.hypot(at(i % taps), at(Math.floor(i / taps)))) * (1 + 0.02 * at(i % taps))
      : response(Math.abs(at(i))) * (1 + 0.02 * at(i)),
  );
  const sum = numbers.reduce((total, each) => total + each, 0);
  draft.tensors[name] = isRadial ? [taps, taps] : [taps];
  draft.kept[name] = numbers.map((each) => each / sum);
}
