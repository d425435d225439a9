/**
 * The same graphs and inputs in ONNX Runtime alone, OpenVINO and PyTorch, side by side: `npm run bench:peers`. Prints a
 * table in Markdown, and beside each graph the least time that its products of matrices could take on this machine.
 *
 * All compute in float32 with a thread on each core. OpenVINO is told the dimensions of the inputs beforehand. PyTorch
 * calls a function for each node (peers/torch_graph.py), as it does for a network that is written in it; what is constant
 * it has computed before.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { emitStyleGan2 } from '../../electron/engine/checkpoints/stylegan2/emit-stylegan2.ts';
import { gaussian } from '../../electron/engine/latent/gaussian.ts';
import { GraphBuilder } from '../../electron/engine/onnx/graph-builder.ts';
import { writeGraph } from '../../electron/engine/onnx/write-graph.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { Pack } from '../../electron/engine/packs/pack.ts';
import { DEFAULT_PACK } from '../support/packs.ts';
import { styleGan2Network } from '../support/stylegan2-network.ts';
import { pythonOfPeers } from './peers/environment.ts';
import { type Feeds, OnnxRuntime, type Peer, PythonPeer } from './peers/peer.ts';

/** So often each runtime runs a graph, in turns: whatever else the machine does then slows all alike. */
const ROUNDS = 30;
/** Side of the matrices whose product tells how much the machine computes at the most. */
const GEMM_SIDE = 1_024;
/** StyleGAN2 of 256 pixels as officially configured: a channel base of 16,384, and 512 at the most. */
const CHANNELS = [512, 512, 512, 512, 256, 128, 64];
const W = 512;

/** How far two runtimes may lie apart, in parts of the largest number. */
const TOLERANCE = 1e-2;

interface Case {
  readonly title: string;
  readonly graph: string;
  readonly feeds: Feeds;
}

interface Outcome {
  /** Its fastest run in milliseconds, for other programs only ever make one slower; or why there is none. */
  readonly ms: number | string;
  readonly operations: number | null;
}

const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
const python = await pythonOfPeers();
const threads = availableParallelism();
const peers: readonly Peer[] = [
  new OnnxRuntime(threads),
  new PythonPeer('OpenVINO', { python, runtime: 'openvino', threads, scratch: folder }),
  new PythonPeer('PyTorch', { python, runtime: 'torch', threads, scratch: folder }),
];
try {
  const gemm = await compare(await product());
  const peak = operationsOf(gemm) / Math.min(...gemm.map(({ ms }) => Number(ms)));
  print(['milliseconds', ...peers.map(({ name }) => name), 'the limit']);
  print(Array.from({ length: peers.length + 2 }, () => '---'));
  for (const one of [...(await packCases()), await styleGan2()]) {
    printRow(one.title, await compare(one), peak);
  }
  printRow(`a product of matrices, ${GEMM_SIDE} × ${GEMM_SIDE}`, gemm, peak);
  console.log(`\n${threads} threads; the limit is ${(peak / 1e6).toFixed(0)} GFLOP/s.`);
} finally {
  for (const peer of peers) peer.close();
  await rm(folder, { recursive: true });
}

/** What each peer makes of a graph. That they compute the same is looked at first. */
async function compare({ graph, feeds }: Case): Promise<Outcome[]> {
  const operations: (number | null)[] = [];
  const times: number[][] = peers.map(() => []);
  const failures = new Map<number, string>();
  let expected: Float32Array | undefined;
  for (const [i, peer] of peers.entries()) {
    try {
      operations[i] = await peer.load(graph, feeds);
      const output = await peer.output();
      expected ??= output;
      const apart = distance(expected, output);
      if (apart > TOLERANCE) throw new Error(`computes something else (${apart.toExponential(0)})`);
    } catch (error) {
      failures.set(i, error instanceof Error ? error.message : String(error));
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, peer] of peers.entries()) {
      if (!failures.has(i)) times[i]?.push(await peer.run());
    }
  }
  return peers.map((_, i) => ({
    ms: failures.get(i) ?? Math.min(...(times[i] ?? [])),
    operations: operations[i] ?? null,
  }));
}

/** The largest difference, in parts of the largest number. */
function distance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let [apart, largest] = [0, 0];
  for (const [i, value] of a.entries()) {
    apart = Math.max(apart, Math.abs(value - (b[i] ?? NaN)));
    largest = Math.max(largest, Math.abs(value));
  }
  return apart / largest;
}

function operationsOf(outcomes: readonly Outcome[]): number {
  return Math.max(...outcomes.map(({ operations }) => operations ?? NaN).filter(Number.isFinite));
}

function printRow(title: string, outcomes: readonly Outcome[], peak: number): void {
  const shown = outcomes.map(({ ms }) => (typeof ms === 'number' ? ms.toFixed(1) : ms));
  const operations = operationsOf(outcomes);
  const limit = `${(operations / peak).toFixed(1)} (${(operations / 1e9).toFixed(1)} GFLOP)`;
  print([title, ...shown, limit]);
}

function print(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

async function packCases(): Promise<Case[]> {
  const pack = new Pack(DEFAULT_PACK, await readManifest(DEFAULT_PACK));
  const { clip, generator } = pack.manifest;
  const { size } = clip.image;
  const wPlus = await feed('w-plus', [1, generator.layers, pack.widths.w]);
  const planes = await feed('planes', [1, 3, size, size]);
  const { synthesis, preview } = generator;
  return [
    { title: 'synthesis', graph: synthesis, feeds: { w: wPlus } },
    ...(preview ? [{ title: 'preview', graph: preview.graph, feeds: { w: wPlus } }] : []),
    { title: 'image encoder', graph: clip.image.graph, feeds: { pixel_values: planes } },
  ].map((one) => ({ ...one, graph: pack.file(one.graph) }));
}

/** With random weights, and noise of its own. */
async function styleGan2(): Promise<Case> {
  const network = styleGan2Network({ resolution: 256, channels: CHANNELS, z: W, w: W });
  const { generator } = await emitStyleGan2(network, folder);
  const w = await feed('w', [1, generator.layers, W]);
  const noise = await feed('noise', [1, generator.noiseNumbers ?? 0]);
  return {
    title: 'StyleGAN2, 256 px',
    graph: path.join(folder, generator.synthesis),
    feeds: { w, noise },
  };
}

async function product(): Promise<Case> {
  const dims = [GEMM_SIDE, GEMM_SIDE];
  const graph = new GraphBuilder('product');
  const [a, b] = ['a', 'b'].map((name) => graph.input(name, 'float32', dims));
  graph.output('ab', graph.node('MatMul', [a ?? '', b ?? '']), 'float32', dims);
  const file = path.join(folder, 'product.onnx');
  await writeGraph(graph, file);
  return {
    title: 'product',
    graph: file,
    feeds: { a: await feed('a', dims), b: await feed('b', dims) },
  };
}

async function feed(name: string, dims: number[]) {
  const data = gaussian(
    7,
    dims.reduce((count, side) => count * side, 1),
  );
  const file = path.join(folder, `${name}.f32`);
  await writeFile(file, data);
  return { dims, data, file };
}
