/** An upscaler in an ONNX file: a picture in, the same larger out. What its numbers mean is told by trying it. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type ComponentOf, MAX_TILE, MAX_UPSCALING } from '../../contract/component.ts';
import type { PictureSize } from '../images/codec.ts';
import type { Inference } from '../inference/inference.ts';
import type { GraphSignature, Port } from '../inference/protocol.ts';
import { float32Tensor } from '../inference/rows.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { WrappingGraph } from '../onnx/rewrite-model.ts';
import { type OnnxFile, place } from './onnx-file.ts';
import { cast, taken } from './onnx-networks.ts';
import { isFloat } from './onnx-ports.ts';
import { unsupported } from './refusal.ts';

const GRAPH = 'upscaler/network.onnx';
const TRIAL = 'upscaler/trial.onnx';

/** Side of tiles where a network takes any, in pixels: a multiple of what networks fold pictures by. */
const TILE = 160;
/** Of what such a network is tried with. */
const TRIAL_SIDE = 64;
const LEAST_TILE = 16;

/** Mean difference, in a picture from 0 to 1, up to which it is taken for the same, made smaller again. */
const ALIKE = 0.05;
/** Of the picture, in pixels, where networks see what is not there. */
const EDGE = 4;

/** The numbers for black and white. */
type Range = readonly [black: number, white: number];
const [UNIT, BYTES, SIGNED]: readonly [Range, Range, Range] = [
  [0, 1],
  [0, 255],
  [-1, 1],
];
/** What networks take and give, the usual first: a network that is nearly linear bears several. */
const RANGES: readonly (readonly [taken: Range, given: Range])[] = [
  [UNIT, UNIT],
  [UNIT, BYTES],
  [BYTES, BYTES],
  [BYTES, UNIT],
  [SIGNED, SIGNED],
  [SIGNED, UNIT],
];

interface Ports {
  readonly picture: Port;
  readonly enlarged: Port;
}

/** What a network is made a graph of the studio's with. */
interface Wrapping {
  readonly size: PictureSize;
  readonly takes: Range;
  readonly gives: Range;
}

interface ImportOptions {
  readonly inference: Inference;
  readonly signal?: AbortSignal | undefined;
}

/** Whether a network takes one picture and nothing else, as upscalers do. */
export function takesPicture({ inputs: [only, ...others] }: GraphSignature): boolean {
  return only?.dims.length === 4 && others.length === 0;
}

/**
 * Writes an upscaler into a folder, as a graph `picture` [1, 3, height, width] → `enlarged`
 * [1, 3, factor · height, factor · width], float32, 0 to 1, of one size.
 *
 * @throws StudioError `checkpoint-unsupported` for what is no upscaler, and what running graphs throws
 */
export async function importOnnxUpscaler(
  network: OnnxFile,
  folder: string,
  options: ImportOptions,
): Promise<ComponentOf<'upscaler'>['upscaler']> {
  const ports = portsOf(network);
  const tile = sizeOf(ports.picture, TILE);
  requirePossible(tile, network.label);
  const { factor, takes, gives } = await tryOut(network, ports, folder, options);
  const graph = wrap(ports, { size: tile, takes, gives }, factor);
  await place(network, await graph.wrap(network.model), path.join(folder, GRAPH));
  const sha256 = createHash('sha256').update(network.model).digest('hex');
  return { graph: GRAPH, factor, tile, original: { file: network.label, sha256 } };
}

function portsOf({ signature, label }: OnnxFile): Ports {
  const [picture] = signature.inputs;
  const enlarged = signature.outputs.find((port) => port.dims.length === 4 && isFloat(port));
  if (!picture || !isFloat(picture) || !enlarged) {
    throw unsupported(label, 'it does not take and give pictures in numbers with a point');
  }
  const [batch, colours] = picture.dims;
  const isOne = !isNumber(batch) || batch === 1;
  const isRgb = !isNumber(colours) || colours === 3;
  if (isOne && isRgb) return { picture, enlarged };
  const dims = picture.dims.join(', ');
  throw unsupported(
    label,
    `it takes [${dims}], not one picture of three colours, [1, 3, height, width], as upscalers do`,
  );
}

/** Of the pictures that it takes; `side` where it takes any. */
function sizeOf({ dims: [, , height, width] }: Ports['picture'], side: number): PictureSize {
  return {
    width: isNumber(width) ? width : side,
    height: isNumber(height) ? height : side,
  };
}

function requirePossible({ width, height }: PictureSize, label: string): void {
  if (Math.min(width, height) >= LEAST_TILE && Math.max(width, height) <= MAX_TILE) return;
  throw unsupported(
    label,
    `it takes pictures of ${width} × ${height} pixels only, and ${LEAST_TILE} to ${MAX_TILE} are possible`,
  );
}

/** Gives it a small picture in each of the usual ranges, until what comes back is that picture, larger. */
async function tryOut(
  network: OnnxFile,
  ports: Ports,
  folder: string,
  options: ImportOptions,
): Promise<{ factor: number; takes: Range; gives: Range }> {
  const size = sizeOf(ports.picture, TRIAL_SIDE);
  const sample = waves(size);
  const file = path.join(folder, TRIAL);
  const runs = new Map<Range, Promise<Enlarged>>();
  for (const [takes, gives] of RANGES) {
    const run =
      runs.get(takes) ?? runTrial(network, ports, { size, takes, gives: UNIT }, file, options);
    runs.set(takes, run);
    const { factor, planes } = await run;
    if (difference(sample, planes, size, factor, gives) <= ALIKE) return { factor, takes, gives };
  }
  throw unsupported(network.label, 'what it gives of a picture is not the same picture, larger');
}

interface Enlarged {
  readonly factor: number;
  /** As the network gave them [3, height, width]. */
  readonly planes: Float32Array;
}

async function runTrial(
  network: OnnxFile,
  ports: Ports,
  wrapping: Wrapping,
  file: string,
  { inference, signal }: ImportOptions,
): Promise<Enlarged> {
  const { size } = wrapping;
  await place(network, await wrap(ports, wrapping).wrap(network.model), file);
  try {
    const picture = float32Tensor(waves(size), [1, 3, size.height, size.width]);
    const { enlarged } = await inference.run(file, { picture }, { signal });
    const factor = factorOf(enlarged?.dims ?? [], size, network.label);
    return { factor, planes: enlarged?.type === 'float32' ? enlarged.data : new Float32Array() };
  } finally {
    await inference.release([file]);
    await rm(file);
  }
}

function factorOf(dims: readonly number[], { width, height }: PictureSize, label: string): number {
  const [count, colours, high = 0, wide = 0] = dims;
  const factor = high / height;
  const isWhole = Number.isInteger(factor) && factor * width === wide;
  const isPicture = count === 1 && colours === 3 && dims.length === 4;
  if (isPicture && isWhole && factor >= 2 && factor <= MAX_UPSCALING) return factor;
  throw unsupported(
    label,
    `of a picture of ${width} × ${height} pixels it gives [${dims.join(', ')}], ` +
      `which is not one of three colours that is 2 to ${MAX_UPSCALING} times as large`,
  );
}

/** @param factor where it is known, for the size of what comes out */
function wrap(ports: Ports, { size, takes, gives }: Wrapping, factor?: number): WrappingGraph {
  const graph = new WrappingGraph('upscaler');
  const { width, height } = size;
  const picture = graph.input('picture', 'float32', [1, 3, height, width]);
  const fed = cast(graph, fromUnit(graph, picture, takes), ports.picture.type);
  const raw = graph.call({ [ports.picture.name]: fed })(ports.enlarged.name);
  const enlarged = toUnit(graph, taken(graph, raw, ports.enlarged.type), gives);
  const dims = factor ? [1, 3, factor * height, factor * width] : [1, 3, 'high', 'wide'];
  graph.output('enlarged', enlarged, 'float32', dims);
  return graph;
}

function fromUnit(graph: GraphBuilder, value: Value, [black, white]: Range): Value {
  if (black === 0 && white === 1) return value;
  const spread = graph.node('Mul', [value, graph.scalar(white - black)]);
  return graph.node('Add', [spread, graph.scalar(black)]);
}

function toUnit(graph: GraphBuilder, value: Value, [black, white]: Range): Value {
  if (black === 0 && white === 1) return value;
  const moved = graph.node('Sub', [value, graph.scalar(black)]);
  return graph.node('Div', [moved, graph.scalar(white - black)]);
}

/** Soft waves of each colour across a picture [3, height, width], 0 to 1: the same at any size, but for their detail. */
function waves({ width, height }: PictureSize): Float32Array {
  return Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const colour = Math.floor(i / (width * height));
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return 0.5 + 0.45 * Math.sin(colour + x / 7) * Math.cos(colour + y / (9 - colour));
  });
}

/** Mean difference of a picture from another that is made as small, by the mean of each square, without edges. */
function difference(
  picture: Float32Array,
  larger: Float32Array,
  { width, height }: PictureSize,
  factor: number,
  [black, white]: Range,
): number {
  let [sum, count] = [0, 0];
  for (let plane = 0; plane < 3; plane += 1) {
    for (let y = EDGE; y < height - EDGE; y += 1) {
      for (let x = EDGE; x < width - EDGE; x += 1) {
        let square = 0;
        for (let i = 0; i < factor ** 2; i += 1) {
          const row = (plane * height + y) * factor + Math.floor(i / factor);
          square += larger[(row * width + x) * factor + (i % factor)] ?? NaN;
        }
        const seen = (square / factor ** 2 - black) / (white - black);
        sum += Math.abs(seen - (picture[(plane * height + y) * width + x] ?? 0));
        count += 1;
      }
    }
  }
  return sum / count;
}

function isNumber(dim: number | string | undefined): dim is number {
  return typeof dim === 'number';
}
