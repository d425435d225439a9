/**
 * Measures one provider for gpu.ts, in a process of its own: a driver may crash. Its arguments are the provider and the
 * pack's folder; it tells its parent of each graph as soon as it is measured.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Device, deviceSchema } from '../../electron/contract/device.ts';
import { toStudioError } from '../../electron/contract/errors.ts';
import { plainReason } from '../../electron/engine/inference/devices.ts';
import * as ort from '../../electron/engine/inference/onnx-runtime.ts';
import { sessionOptions } from '../../electron/engine/inference/sessions.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { Pack } from '../../electron/engine/packs/pack.ts';
import { type Case, feed, packCases, styleGan2Case } from './cases.ts';
import type { GpuMeasure } from './gpu.ts';
import { timed } from './bare.ts';
import { ms, percentile } from './report.ts';

/** A graph is run until so much time has passed, at least twice. */
const LIMIT_MS = 2_000;
/** How many portraits the studio has a GPU draw together. */
const TOGETHER = 4;

const [, , name, packFolder = ''] = process.argv;
const device = deviceSchema.parse(name);
const pack = new Pack(packFolder, await readManifest(packFolder));
const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
try {
  for (const one of await cases()) tell(await measure(one));
  if (device === 'webgpu') tell(await measureBinding());
} catch (error) {
  tell({ title: 'it cannot be used', note: plainReason(toStudioError(error)) });
} finally {
  await rm(folder, { recursive: true });
  process.disconnect();
}

async function cases(): Promise<Case[]> {
  const [synthesis, ...others] = await packCases(packFolder, folder);
  const [four] = await packCases(packFolder, folder, TOGETHER);
  const [imported] = process.argv.includes('--imported') ? [await styleGan2Case(256, folder)] : [];
  return [
    ...(synthesis && four ? [synthesis, { ...four, title: `synthesis of ${TOGETHER}` }] : []),
    ...others,
    ...(imported ? [imported] : []),
  ];
}

async function measure({ title, graph, feeds }: Case): Promise<GpuMeasure> {
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([port, { data, dims }]) => [port, tensor(data, dims)]),
  );
  const onCpu = await loadAndRun(graph, 'cpu', inputs);
  const { firstMs, ms, output } = await loadAndRun(graph, device, inputs);
  return { title, firstMs, ms, cpuMs: onCpu.ms, apart: distance(onCpu.output, output) };
}

async function loadAndRun(graph: string, on: Device, inputs: Record<string, ort.Tensor>) {
  const startedAt = performance.now();
  const session = await ort.InferenceSession.create(graph, sessionOptions(on));
  const output = numbersOf(await session.run(inputs));
  const firstMs = performance.now() - startedAt;
  const ms = await typicalMs(() => session.run(inputs));
  await session.release();
  return { firstMs, ms, output };
}

/**
 * What it brings to leave w on the device between two graphs. Those of mapping and projection fit together; synthesis takes
 * them as w⁺, and the binding reshapes nothing that is on the device.
 */
async function measureBinding(): Promise<GpuMeasure> {
  const title = 'mapping and projection';
  const { generator, widths } = pack.manifest;
  if (!generator.projection) return { title, note: 'the pack has no projection' };
  const load = (graph: string, settings: ort.InferenceSession.SessionOptions = {}) =>
    ort.InferenceSession.create(pack.file(graph), { ...sessionOptions(device), ...settings });
  const byHost = await load(generator.mapping);
  const onDevice = await load(generator.mapping, { preferredOutputLocation: 'gpu-buffer' });
  const projection = await load(generator.projection);
  const { data, dims } = await feed(folder, 'z', [TOGETHER, widths.z]);
  const project = async (mapping: ort.InferenceSession) => {
    const { w } = await mapping.run({ z: tensor(data, dims) });
    if (!w) throw new Error('The mapping network gave nothing.');
    return projection.run({ w });
  };
  const apart = distance(numbersOf(await project(byHost)), numbersOf(await project(onDevice)));
  const hostMs = await typicalMs(() => project(byHost));
  const deviceMs = await typicalMs(() => project(onDevice));
  const note = `w left on the device ${ms(deviceMs)}, by way of the host ${ms(hostMs)}; ${apart} apart`;
  return { title, note };
}

/** The median of runs. */
async function typicalMs(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  const startedAt = performance.now();
  while (times.length < 2 || performance.now() - startedAt < LIMIT_MS) times.push(await timed(run));
  return percentile(times, 50);
}

function tensor(data: Float32Array, dims: number[]): ort.Tensor {
  return new ort.Tensor('float32', data, dims);
}

/** Of the only output. */
function numbersOf(outputs: ort.InferenceSession.ReturnType): Float32Array {
  const [output] = Object.values(outputs);
  if (output?.data instanceof Float32Array) return output.data.slice();
  throw new Error('It gave no float32 numbers.');
}

/** The largest difference, in steps of 255 between the least and the largest number: of a picture, steps of a channel. */
function distance(a: Float32Array, b: Float32Array): number {
  let [apart, least, largest] = [0, Infinity, -Infinity];
  for (const [i, value] of a.entries()) {
    apart = Math.max(apart, Math.abs(value - (b[i] ?? NaN)));
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  return (255 * apart) / (largest - least);
}

function tell(measured: GpuMeasure): void {
  process.send?.(measured);
}
