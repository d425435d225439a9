/**
 * StyleGAN2 in slow loops and float64, written from the papers' formulas (Karras et al. 2019 and 2020), to compare
 * small networks with. A picture is a list of planes, each a list of rows.
 */
import type { NetworkModule } from '../../electron/engine/checkpoints/network.ts';

type Plane = number[][];
type Planes = Plane[];

/** w [w width] of z [z width] and, with classes, of one of them. */
export async function referenceMapping(
  network: NetworkModule,
  z: readonly number[],
  chosen?: number,
): Promise<number[]> {
  const mapping = network.children.get('mapping')!;
  const embed = mapping.children.get('embed');
  let x = unitVariance(z);
  if (embed) {
    const [, classes = 0] = embed.tensors.get('weight')!.shape;
    const oneHot = Array.from({ length: classes }, (_, i) => Number(i === chosen));
    x = [...x, ...unitVariance(await dense(embed, oneHot))];
  }
  for (let i = 0; mapping.children.has(`fc${i}`); i++) {
    x = await dense(mapping.children.get(`fc${i}`)!, x);
  }
  return x;
}

/** The planes of a picture of w⁺ [layers][w width]; `noise` is in place of the network's own. */
export async function referenceSynthesis(
  network: NetworkModule,
  w: readonly (readonly number[])[],
  { noise, upTo = Infinity }: { noise?: readonly number[]; upTo?: number } = {},
): Promise<Planes> {
  const blocks = [...network.children.get('synthesis')!.children.values()];
  const state = { w, layer: 0, noise: noise && [...noise] };
  let x: Planes = [];
  let image: Planes | undefined;
  for (const block of blocks.filter((each) => Number(each.attributes.get('resolution')) <= upTo)) {
    x = await convolutions(block, x, state);
    if (image) image = upsample(image, await filterOf(block));
    const toRgb = block.children.get('torgb');
    if (!toRgb) continue;
    const rgb = await coloured(toRgb, x, w[state.layer]!);
    image = image ? added(image, rgb) : rgb;
  }
  return image!;
}

interface State {
  readonly w: readonly (readonly number[])[];
  layer: number;
  readonly noise: number[] | undefined;
}

async function convolutions(block: NetworkModule, before: Planes, state: State): Promise<Planes> {
  const skip = block.children.get('skip');
  const start = block.tensors.get('const');
  let x = start ? planesOf(await numbers(block, 'const'), start.shape[1]!) : before;
  for (const name of ['conv0', 'conv1']) {
    const layer = block.children.get(name);
    if (!layer) continue;
    x = await convolved(layer, x, state, skip && name === 'conv1' ? Math.sqrt(0.5) : 1);
    state.layer += 1;
  }
  if (!skip) return x;
  const weight = await kernelOf(skip, Number(skip.attributes.get('weight_gain')) * Math.sqrt(0.5));
  return added(upsample(correlate(before, weight, 0), await filterOf(skip)), x);
}

async function convolved(
  layer: NetworkModule,
  x: Planes,
  state: State,
  gain: number,
): Promise<Planes> {
  const styles = await dense(layer.children.get('affine')!, state.w[state.layer]!);
  const modulated = (await kernelOf(layer, 1)).map((kernels) =>
    kernels.map((kernel, i) => scaled(kernel, styles[i]!)),
  );
  const weight = modulated.map((kernels) => {
    const sum = kernels.flat(2).reduce((total, value) => total + value ** 2, 0);
    return kernels.map((kernel) => scaled(kernel, 1 / Math.sqrt(sum + 1e-8)));
  });
  const filter = await filterOf(layer);
  const y =
    layer.attributes.get('up') === 2 ? upConvolve(x, weight, filter) : correlate(x, weight, 1);
  const noise = await noiseOf(layer, y[0]!.length, state.noise);
  const bias = await numbers(layer, 'bias');
  const act = activationOf(layer);
  const clamp = layer.attributes.get('conv_clamp');
  const factor = Number(layer.attributes.get('act_gain')) * gain;
  const limit = typeof clamp === 'number' ? clamp * gain : Infinity;
  return y.map((plane, c) =>
    plane.map((row, i) =>
      row.map((value, j) => limited(act(value + noise[i]![j]! + bias[c]!) * factor, limit)),
    ),
  );
}

async function noiseOf(layer: NetworkModule, side: number, given?: number[]): Promise<Plane> {
  if (!layer.attributes.get('use_noise')) return plane(side, side, () => 0);
  const [strength = 0] = await numbers(layer, 'noise_strength');
  const flat = strength !== 0 && given ? given.splice(0, side * side) : undefined;
  const own = flat ?? (await numbers(layer, 'noise_const'));
  return plane(side, side, (i, j) => own[i * side + j]! * strength);
}

async function coloured(layer: NetworkModule, x: Planes, w: readonly number[]): Promise<Planes> {
  const styles = await dense(layer.children.get('affine')!, w);
  const weight = await kernelOf(layer, Number(layer.attributes.get('weight_gain')));
  const bias = await numbers(layer, 'bias');
  const clamp = layer.attributes.get('conv_clamp');
  const limit = typeof clamp === 'number' ? clamp : Infinity;
  const modulated = weight.map((kernels) => kernels.map((kernel, i) => scaled(kernel, styles[i]!)));
  return correlate(x, modulated, 0).map((each, c) =>
    each.map((row) => row.map((value) => limited(value + bias[c]!, limit))),
  );
}

/** A convolution (its kernel run over backwards) of pixels with zeros between them, then the filter. */
function upConvolve(x: Planes, weight: Planes[], filter: Plane): Planes {
  const size = weight[0]![0]!.length;
  const flipped = weight.map((kernels) => kernels.map(reversed));
  const stuffed = x.map(zeroStuffed);
  // What a convolution "of the same size" and the filter need around the picture, all at once.
  const [height, width] = [filter.length, filter[0]!.length];
  const around = (size - 1) / 2;
  const padded = stuffed.map((each) =>
    surrounded(each, {
      top: around + Math.floor((height + 1) / 2),
      bottom: around + Math.floor((height - 2) / 2),
      left: around + Math.floor((width + 1) / 2),
      right: around + Math.floor((width - 2) / 2),
    }),
  );
  const smooth = padded.map((each) => correlatePlane(each, reversed(scaled(filter, 4))));
  return correlate(smooth, flipped, 0);
}

function upsample(x: Planes, filter: Plane): Planes {
  const [height, width] = [filter.length, filter[0]!.length];
  return x.map((each) =>
    correlatePlane(
      surrounded(zeroStuffed(each), {
        top: Math.floor((height + 1) / 2),
        bottom: Math.floor((height - 2) / 2),
        left: Math.floor((width + 1) / 2),
        right: Math.floor((width - 2) / 2),
      }),
      reversed(scaled(filter, 4)),
    ),
  );
}

/** [out][in] kernels over [in] planes with `pad` zeros around. */
function correlate(x: Planes, weight: readonly Planes[], pad: number): Planes {
  const padded = x.map((each) =>
    surrounded(each, { top: pad, bottom: pad, left: pad, right: pad }),
  );
  return weight.map((kernels) =>
    kernels
      .map((kernel, i) => correlatePlane(padded[i]!, kernel))
      .reduce((sum, each) => sum.map((row, i) => row.map((value, j) => value + each[i]![j]!))),
  );
}

function correlatePlane(x: Plane, kernel: Plane): Plane {
  const [height, width] = [kernel.length, kernel[0]!.length];
  return plane(x.length - height + 1, x[0]!.length - width + 1, (i, j) => {
    let sum = 0;
    for (let a = 0; a < height; a++) {
      for (let b = 0; b < width; b++) sum += x[i + a]![j + b]! * kernel[a]![b]!;
    }
    return sum;
  });
}

interface Sides {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** With zeros around; negative ones are cut off. */
function surrounded(x: Plane, { top, bottom, left, right }: Sides): Plane {
  return plane(
    x.length + top + bottom,
    x[0]!.length + left + right,
    (i, j) => x[i - top]?.[j - left] ?? 0,
  );
}

function zeroStuffed(x: Plane): Plane {
  return plane(2 * x.length, 2 * x[0]!.length, (i, j) =>
    i % 2 === 0 && j % 2 === 0 ? x[i / 2]![j / 2]! : 0,
  );
}

function reversed(kernel: Plane): Plane {
  return [...kernel].reverse().map((row) => [...row].reverse());
}

function scaled(x: Plane, factor: number): Plane {
  return x.map((row) => row.map((value) => value * factor));
}

function added(x: Planes, y: Planes): Planes {
  return x.map((each, c) => each.map((row, i) => row.map((value, j) => value + y[c]![i]![j]!)));
}

function limited(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

function plane(height: number, width: number, value: (i: number, j: number) => number): Plane {
  return Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (__, j) => value(i, j)),
  );
}

function planesOf(flat: readonly number[], side: number): Planes {
  return Array.from({ length: flat.length / side ** 2 }, (_, c) =>
    plane(side, side, (i, j) => flat[c * side * side + i * side + j]!),
  );
}

async function numbers(module: NetworkModule, name: string): Promise<number[]> {
  return [...(await module.tensors.get(name)!.read())];
}

/** [out][in] kernels. */
async function kernelOf(module: NetworkModule, gain: number): Promise<Planes[]> {
  const [outputs = 0, inputs = 0, size = 0] = module.tensors.get('weight')!.shape;
  const all = planesOf(
    (await numbers(module, 'weight')).map((value) => value * gain),
    size,
  );
  return Array.from({ length: outputs }, (_, o) => all.slice(o * inputs, (o + 1) * inputs));
}

async function filterOf(module: NetworkModule): Promise<Plane> {
  const taps = await numbers(module, 'resample_filter');
  const [rows = 0, columns] = module.tensors.get('resample_filter')!.shape;
  if (columns === undefined) return taps.map((a) => taps.map((b) => a * b));
  return plane(rows, columns, (i, j) => taps[i * columns + j]!);
}

async function dense(module: NetworkModule, x: readonly number[]): Promise<number[]> {
  const weight = await numbers(module, 'weight');
  const bias = await numbers(module, 'bias');
  const gain = (name: string) => Number(module.attributes.get(name));
  const act = activationOf(module);
  const factor = module.attributes.get('activation') === 'linear' ? 1 : Math.SQRT2;
  return bias.map((offset, o) => {
    const sum = x.reduce((total, value, i) => total + value * weight[o * x.length + i]!, 0);
    return act(sum * gain('weight_gain') + offset * gain('bias_gain')) * factor;
  });
}

function unitVariance(x: readonly number[]): number[] {
  const mean = x.reduce((sum, value) => sum + value ** 2, 0) / x.length;
  return x.map((value) => value / Math.sqrt(mean + 1e-8));
}

function activationOf(module: NetworkModule): (x: number) => number {
  const name = module.attributes.get('activation');
  const act = ACTIVATIONS[String(name)];
  if (!act) throw new Error(`activation ${String(name)}`);
  return act;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const ACTIVATIONS: Record<string, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  lrelu: (x) => (x < 0 ? 0.2 * x : x),
  tanh: Math.tanh,
  sigmoid,
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
  selu: (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x),
  softplus: (x) => Math.log1p(Math.exp(x)),
  swish: (x) => x * sigmoid(x),
};
