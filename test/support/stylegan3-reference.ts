/**
 * StyleGAN3 in float64, one number after the other, by the formulas of Karras et al. 2021 and in the order of the
 * official code. It shares nothing with what emits graphs but the network.
 */
import type { NetworkModule } from '../../electron/engine/checkpoints/network.ts';

/** Numbers with the shape of a picture. */
interface Maps {
  channels: number;
  width: number;
  height: number;
  numbers: Float64Array;
}

type Module = NetworkModule;
type Row = Float64Array;

const numberOf = (module: Module, name: string) => Number(module.attributes.get(name));
const listOf = (module: Module, name: string) => module.attributes.get(name) as number[];
const part = (module: Module, name: string) => module.children.get(name)!;
const read = async (module: Module, name: string): Promise<Row | undefined> => {
  const tensor = module.tensors.get(name);
  return tensor && Float64Array.from(await tensor.read());
};
const sum = (row: ArrayLike<number>) => Array.from(row).reduce((total, each) => total + each, 0);
const meanSquare = (row: Row) => sum(row.map((each) => each ** 2)) / row.length;

/** w of z, and of a class where the network has classes. */
export async function referenceMapping(
  network: Module,
  z: ArrayLike<number>,
  classIndex?: number,
): Promise<Row> {
  const mapping = part(network, 'mapping');
  let x = unit(Float64Array.from(z));
  if (classIndex !== undefined) {
    const classes = new Float64Array(numberOf(mapping, 'c_dim'));
    classes[classIndex] = 1;
    const y = unit(await fullyConnected(part(mapping, 'embed'), classes));
    x = Float64Array.from([...x, ...y]);
  }
  for (let i = 0; i < numberOf(mapping, 'num_layers'); i++) {
    x = await fullyConnected(part(mapping, `fc${i}`), x);
  }
  return x;
}

function unit(x: Row): Row {
  const length = Math.sqrt(meanSquare(x) + 1e-8);
  return x.map((each) => each / length);
}

async function fullyConnected(module: Module, x: Row): Promise<Row> {
  const weight = (await read(module, 'weight'))!;
  const bias = (await read(module, 'bias'))!;
  const isLeaky = module.attributes.get('activation') === 'lrelu';
  return bias.map((shift, row) => {
    const product = sum(x.map((each, i) => each * weight[row * x.length + i]!));
    const y = product * numberOf(module, 'weight_gain') + shift * numberOf(module, 'bias_gain');
    return isLeaky ? Math.SQRT2 * (y < 0 ? 0.2 * y : y) : y;
  });
}

/** The picture of one w for each layer: [3 · resolution · resolution]. */
export async function referenceSynthesis(network: Module, wPlus: readonly Row[]): Promise<Row> {
  const synthesis = part(network, 'synthesis');
  let x = await inputMaps(part(synthesis, 'input'), wPlus[0]!);
  const names = synthesis.attributes.get('layer_names') as string[];
  for (const [i, name] of names.entries()) {
    x = await synthesisLayer(part(synthesis, name), x, wPlus[i + 1]!);
  }
  return x.numbers.map((each) => each * numberOf(synthesis, 'output_scale'));
}

async function inputMaps(module: Module, w: Row): Promise<Maps> {
  const channels = numberOf(module, 'channels');
  const [width, height] = listOf(module, 'size') as [number, number];
  const [rate, bandwidth] = [numberOf(module, 'sampling_rate'), numberOf(module, 'bandwidth')];
  const [transform, freqs] = [(await read(module, 'transform'))!, (await read(module, 'freqs'))!];
  const [phases, weight] = [(await read(module, 'phases'))!, (await read(module, 'weight'))!];
  const raw = await fullyConnected(part(module, 'affine'), w);
  const [c, s, tx, ty] = raw.map((each) => each / Math.hypot(raw[0]!, raw[1]!)) as unknown as [
    ...[number, number, number, number],
  ];
  const whole = product3(
    product3([c, -s, 0, s, c, 0, 0, 0, 1], [1, 0, -tx, 0, 1, -ty, 0, 0, 1]),
    transform,
  );
  const waves = Array.from({ length: channels }, (_, i) => {
    const [fx, fy] = [freqs[2 * i]!, freqs[2 * i + 1]!];
    const [gx, gy] = [fx * whole[0]! + fy * whole[3]!, fx * whole[1]! + fy * whole[4]!];
    const fade = (Math.hypot(gx, gy) - bandwidth) / (rate / 2 - bandwidth);
    return {
      ...{ gx, gy, phase: phases[i]! + fx * whole[2]! + fy * whole[5]! },
      amplitude: Math.min(1, Math.max(0, 1 - fade)),
    };
  });
  return filled(channels, width, height, (channel, row, column) => {
    const x = (0.5 * width * ((2 * column + 1) / width - 1)) / rate;
    const y = (0.5 * height * ((2 * row + 1) / height - 1)) / rate;
    const mixed = waves.map(
      ({ gx, gy, phase, amplitude }, i) =>
        Math.sin(2 * Math.PI * (x * gx + y * gy + phase)) *
        amplitude *
        weight[channel * channels + i]!,
    );
    return sum(mixed) / Math.sqrt(channels);
  });
}

function product3(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [3 * Math.floor(i / 3), i % 3];
    return a[row]! * b[column]! + a[row + 1]! * b[3 + column]! + a[row + 2]! * b[6 + column]!;
  });
}

function filled(
  channels: number,
  width: number,
  height: number,
  number: (channel: number, row: number, column: number) => number,
): Maps {
  const numbers = new Float64Array(channels * width * height);
  for (let i = 0; i < numbers.length; i++) {
    const inChannel = i % (width * height);
    numbers[i] = number(
      Math.floor(i / (width * height)),
      Math.floor(inChannel / width),
      inChannel % width,
    );
  }
  return { channels, width, height, numbers };
}

const at = ({ width, height, numbers }: Maps, channel: number, row: number, column: number) =>
  row < 0 || column < 0 || row >= height || column >= width
    ? 0
    : numbers[(channel * height + row) * width + column]!;

async function synthesisLayer(module: Module, x: Maps, w: Row): Promise<Maps> {
  const isLast = module.attributes.get('is_torgb') === true;
  const kernel = numberOf(module, 'conv_kernel');
  const bias = (await read(module, 'bias'))!;
  const weight = await modulated(module, await fullyConnected(part(module, 'affine'), w), isLast);
  const margin = kernel - 1;
  let y = filled(bias.length, x.width + margin, x.height + margin, (channel, row, column) => {
    let total = bias[channel]!;
    for (let i = 0; i < x.channels * kernel ** 2; i++) {
      const from = Math.floor(i / kernel ** 2);
      const [dy, dx] = [Math.floor(i / kernel) % kernel, i % kernel];
      const value = at(x, from, row + dy - margin, column + dx - margin);
      total += weight[channel * x.channels * kernel ** 2 + i]! * value;
    }
    return total;
  });
  const [left, right, top, bottom] = listOf(module, 'padding') as [number, number, number, number];
  const [up, down] = [numberOf(module, 'up_factor'), numberOf(module, 'down_factor')];
  const slope = isLast ? 1 : 0.2;
  const gain = isLast ? 1 : Math.SQRT2;
  const clamp = Number(module.attributes.get('conv_clamp') ?? Infinity);
  const upsampled = filled(
    ...([y.channels, y.width * up + left + right, y.height * up + top + bottom] as const),
    (channel, row, column) => {
      const [from, over] = [row - top, column - left];
      const isSample = from % up === 0 && over % up === 0;
      return isSample ? up * up * at(y, channel, from / up, over / up) : 0;
    },
  );
  y = convolved(upsampled, (await read(module, 'up_filter')) ?? Float64Array.of(1), 1, module);
  y.numbers = y.numbers.map((each) => {
    const leaky = gain * (each < 0 ? slope * each : each);
    return Math.min(clamp, Math.max(-clamp, leaky));
  });
  const downFilter = (await read(module, 'down_filter')) ?? Float64Array.of(1);
  return convolved(y, downFilter, down, module);
}

/** Weights as the style scales them, each output's divided by their norm. */
async function modulated(module: Module, style: Row, isLast: boolean): Promise<Row> {
  const weight = (await read(module, 'weight'))!;
  const [magnitude] = (await read(module, 'magnitude_ema'))!;
  const area = numberOf(module, 'conv_kernel') ** 2;
  const fanIn = style.length * area;
  const scale = 1 / Math.sqrt(isLast ? fanIn : meanSquare(style));
  const scaled = new Float64Array(weight.length);
  for (let start = 0; start < weight.length; start += fanIn) {
    let row = weight.slice(start, start + fanIn);
    if (!isLast) row = row.map((each, _, whole) => each / Math.sqrt(meanSquare(whole)));
    row = row.map((each, i) => each * style[Math.floor(i / area)]! * scale);
    const norm = isLast ? 1 : Math.sqrt(meanSquare(row) * fanIn + 1e-8);
    scaled.set(
      row.map((each) => each / norm / Math.sqrt(magnitude!)),
      start,
    );
  }
  return scaled;
}

/** True convolution with a filter of one dimension along both axes, or of two, of every `step`th sample. */
function convolved(x: Maps, filter: Row, step: number, module: Module): Maps {
  const isSquare =
    module.tensors.get('down_filter')?.shape.length === 2 &&
    filter.length === numberOf(module, 'down_taps') ** 2 &&
    filter.length > 1;
  const taps = isSquare ? Math.sqrt(filter.length) : filter.length;
  const width = Math.ceil((x.width - taps + 1) / step);
  const height = Math.ceil((x.height - taps + 1) / step);
  return isSquare
    ? filled(x.channels, width, height, (channel, row, column) => {
        let total = 0;
        for (let i = 0; i < filter.length; i++) {
          const [dy, dx] = [taps - 1 - Math.floor(i / taps), taps - 1 - (i % taps)];
          total += filter[i]! * at(x, channel, row * step + dy, column * step + dx);
        }
        return total;
      })
    : alongRows(alongColumns(x, filter, step, width), filter, step, height);
}

function alongColumns(x: Maps, filter: Row, step: number, width: number): Maps {
  return filled(x.channels, width, x.height, (channel, row, column) => {
    let total = 0;
    const last = column * step + filter.length - 1;
    for (let i = 0; i < filter.length; i++) total += filter[i]! * at(x, channel, row, last - i);
    return total;
  });
}

function alongRows(x: Maps, filter: Row, step: number, height: number): Maps {
  return filled(x.channels, x.width, height, (channel, row, column) => {
    let total = 0;
    const last = row * step + filter.length - 1;
    for (let i = 0; i < filter.length; i++) total += filter[i]! * at(x, channel, last - i, column);
    return total;
  });
}
