/** A ready generator in ONNX files: z → w and w → picture, or one file that does both. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { Inference } from '../inference/inference.ts';
import { float32Tensor, outputData } from '../inference/rows.ts';
import { stack } from '../latent/vectors.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { writeGraph } from '../onnx/write-graph.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import type { EmittedGenerator, EmitOptions } from './emitted-generator.ts';
import { sampleW, writeMean } from './mean-w.ts';
import { noiseNumbers, wrapMapping, wrapSynthesis } from './onnx-networks.ts';
import { type OnnxFile, place } from './onnx-file.ts';
import { isSynthesis, type NetworkPorts, portsOf } from './onnx-ports.ts';
import { unsupported } from './refusal.ts';

const MAPPING = 'mapping/network.onnx';
const SYNTHESIS = 'synthesis/network.onnx';
const TRIAL = 'synthesis/trial.onnx';
const MEAN_W = 'mean_w.f32';

/** Pictures by which the range of pixels is told. */
const PICTURES = 4;

export interface OnnxGeneratorOptions extends EmitOptions {
  readonly inference: Inference;
  /** The class that a class-conditional generator starts with. */
  readonly class?: number | undefined;
}

/**
 * Writes the networks into a folder, with the ports that packs have: names, one w a layer, truncation left out,
 * colours first, float32. What pixels mean is told by a few pictures, and the mean of w by many samples.
 *
 * @param networks one, or a mapping and a synthesis network
 * @throws StudioError `checkpoint-invalid`, `checkpoint-unsupported`, and what checking and running graphs throws
 */
export async function importOnnxGenerator(
  networks: readonly OnnxFile[],
  folder: string,
  options: OnnxGeneratorOptions,
): Promise<EmittedGenerator> {
  const synthesis = networks.filter(({ signature }) => isSynthesis(signature));
  const mappings = networks.filter(({ signature }) => !isSynthesis(signature));
  const [drawing] = synthesis;
  if (!drawing || synthesis.length > 1 || mappings.length > 1) {
    const told = networks.map(({ label }) => label).join(', ');
    throw unsupported(told, 'it takes one network that draws, and one from z to w at the most');
  }
  const ports = portsOf(drawing.signature, drawing.label);
  if (ports.label) throw unsupported(drawing.label, 'its synthesis network takes a class');
  const mapping = await writeMapping(mappings[0], ports, folder, options);
  const drawn = await writeSynthesis(drawing, ports, mapping, folder, options);
  return {
    generator: {
      ...{ mapping: MAPPING, synthesis: SYNTHESIS, meanW: MEAN_W, layerGroups: [], ...drawn },
      ...(mapping.classes && { classes: mapping.classes }),
    },
    widths: { z: mapping.z, w: mapping.w },
    files: [MAPPING, SYNTHESIS, MEAN_W],
  };
}

interface Mapped {
  readonly z: number;
  readonly w: number;
  readonly layers: number;
  readonly classes: { count: number; default: number } | undefined;
  /** A few w [w]. */
  readonly samples: readonly Float32Array[];
}

/** Of a generator that is one network, w is what goes into it, and the mapping network does nothing. */
async function writeMapping(
  network: OnnxFile | undefined,
  synthesis: NetworkPorts,
  folder: string,
  options: OnnxGeneratorOptions,
): Promise<Mapped> {
  const label = network?.label ?? 'The generator';
  const { latent } = synthesis;
  const ports = network && portsOf(network.signature, network.label);
  if (!ports && latent.dims.length === 3) {
    throw unsupported(label, 'its mapping network is missing, without which no w is known');
  }
  const z = numberIn(ports?.latent.dims.at(-1) ?? latent.dims.at(-1), label);
  const classes = ports?.label && classesOf(ports.label.dims[1], options.class, label);
  const file = path.join(folder, MAPPING);
  if (network && ports) await place(network, await wrapMapping(ports).wrap(network.model), file);
  else await writeIdentity(z, file);
  const samples = await sampleW(file, { z, classes }, options);
  const w = samples[0]?.length ?? z;
  await writeMean(samples, path.join(folder, MEAN_W));
  return { z, w, layers: layersOf(latent.dims, ports, label), classes, samples };
}

/** How many w the synthesis network takes, as its own input says or the mapping network's output. */
function layersOf(
  latent: readonly (number | string)[],
  mapping: NetworkPorts | undefined,
  label: string,
): number {
  if (latent.length === 2) return 1;
  const [own, given] = [latent[1], mapping?.result.dims.at(-2)];
  return numberIn(typeof own === 'number' ? own : given, label);
}

function classesOf(
  count: number | string | undefined,
  chosen = 0,
  label: string,
): { count: number; default: number } {
  const classes = numberIn(count, label);
  if (chosen < classes) return { count: classes, default: chosen };
  throw new StudioError(
    'invalid-argument',
    `${label} has the classes 0 to ${classes - 1}, and none ${chosen}. Nothing was taken in; choose one of them.`,
  );
}

function numberIn(dim: number | string | undefined, label: string): number {
  if (typeof dim === 'number') return dim;
  throw unsupported(label, 'it leaves open how many numbers z has, or how many layers or classes');
}

async function writeIdentity(width: number, file: string): Promise<void> {
  const graph = new GraphBuilder('mapping');
  graph.output('w', graph.input('z', 'float32', ['batch', width]), 'float32', ['batch', width]);
  await mkdir(path.dirname(file), PRIVATE_FOLDER);
  await writeGraph(graph, file);
}

/** Draws a few pictures first, by which the order of colours and the range of pixels are told. */
async function writeSynthesis(
  network: OnnxFile,
  ports: NetworkPorts,
  { layers, w: width, samples }: Mapped,
  folder: string,
  options: OnnxGeneratorOptions,
): Promise<Pick<EmittedGenerator['generator'], 'resolution' | 'layers' | 'pixelRange' | 'noise'>> {
  const shape = { layers, width };
  const trial = path.join(folder, TRIAL);
  const raw = wrapSynthesis(ports, { ...shape, isColourLast: false });
  await place(network, await raw.wrap(network.model), trial);
  const latents = samples.slice(0, PICTURES).map((w) => repeated(w, layers));
  const seen = await lookAt(trial, latents, { ...shape, noise: noiseNumbers(ports) }, options);
  await rm(trial);
  const { resolution, isColourLast } = pictureShape(seen.dims, network.label);
  const drawing = wrapSynthesis(ports, { ...shape, isColourLast });
  await writeFile(path.join(folder, SYNTHESIS), await drawing.wrap(network.model), {
    mode: PRIVATE_FILE,
  });
  const noise = noiseNumbers(ports);
  return {
    ...{ resolution, layers, pixelRange: pixelRange(seen, ports.result.type) },
    ...(noise > 0 ? { noise: 'const', noiseNumbers: noise } : { noise: 'none' }),
  };
}

interface Seen {
  readonly dims: readonly number[];
  readonly least: number;
  readonly most: number;
}

async function lookAt(
  graph: string,
  latents: readonly Float32Array[],
  { layers, width, noise }: { layers: number; width: number; noise: number },
  { inference, signal }: OnnxGeneratorOptions,
): Promise<Seen> {
  let [least, most] = [Infinity, -Infinity];
  let dims: readonly number[] = [];
  for (const w of latents) {
    const feeds = {
      w: float32Tensor(w, [1, layers, width]),
      ...(noise > 0 && { noise: float32Tensor(new Float32Array(), [0, noise]) }),
    };
    const { image } = await inference.run(graph, feeds, { signal });
    const data = outputData(graph, 'image', image, image?.data.length ?? 0);
    dims = image?.dims ?? [];
    for (const value of data) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  await inference.release([graph]);
  return { dims, least, most };
}

function pictureShape(
  dims: readonly number[],
  label: string,
): { resolution: number; isColourLast: boolean } {
  const isColourLast = dims[1] !== 3;
  const [height, width, colours] = isColourLast
    ? [dims[1], dims[2], dims[3]]
    : [dims[2], dims[3], dims[1]];
  if (colours === 3 && height !== undefined && height === width) {
    return { resolution: height, isColourLast };
  }
  throw unsupported(label, `its pictures are [${dims.join(', ')}], not squares of three colours`);
}

/** Brighter than this, numbers count to 255; darker than the other, they are about zero. */
const [BRIGHT, DARK] = [8, -0.05];

function pixelRange({ least, most }: Seen, type: string): [number, number] {
  if (type === 'uint8' || most > BRIGHT) return [0, 255];
  return least < DARK ? [-1, 1] : [0, 1];
}

function repeated(w: Float32Array, layers: number): Float32Array {
  return stack(Array.from({ length: layers }, () => w));
}
