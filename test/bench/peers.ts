/**
 * The same graphs and inputs in ONNX Runtime alone, OpenVINO and PyTorch, side by side: `npm run bench:peers`. Prints a
 * table in Markdown, and beside each graph the least time that its products of matrices could take on this machine.
 *
 * All compute in float32 with a thread on each core. OpenVINO is told the dimensions of the inputs beforehand. PyTorch
 * calls a function for each node (peers/torch_graph.py), as it does for a network that is written in it; what is constant
 * it has computed before.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { GraphBuilder } from '../../electron/engine/onnx/graph-builder.ts';
import { writeGraph } from '../../electron/engine/onnx/write-graph.ts';
import { DEFAULT_PACK } from '../support/packs.ts';
import { type Case, feed, packCases, styleGan2Case } from './cases.ts';
import { pythonOfPeers } from './peers/environment.ts';
import { OnnxRuntime, type Peer, PythonPeer } from './peers/peer.ts';

/** So often each runtime runs a graph, in turns: whatever else the machine does then slows all alike. */
const ROUNDS = 30;
/** Side of the matrices whose product tells how much the machine computes at the most. */
const GEMM_SIDE = 1_024;

/** How far two runtimes may lie apart, in parts of the largest number. */
const TOLERANCE = 1e-2;

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
  for (const one of [
    ...(await packCases(DEFAULT_PACK, folder)),
    await styleGan2Case(256, folder),
  ]) {
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
    feeds: { a: await feed(folder, 'a', dims), b: await feed(folder, 'b', dims) },
  };
}
