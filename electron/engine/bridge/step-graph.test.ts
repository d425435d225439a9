import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { batchOf, curve, curveFlow, startOf } from '../../../test/support/flow-training.ts';
import { startInference } from '../../../test/support/inference.ts';
import { float32Tensor } from '../inference/rows.ts';
import { writeGraph } from '../onnx/write-graph.ts';
import { parametersOf, sizeOf } from './flow-shape.ts';
import { stateTensors, stepGraph, stepScalars } from './step-graph.ts';

const inference = startInference(undefined, afterAll);
const folder = mkdtempSync(path.join(tmpdir(), 'step-graph-'));
const { batch = 0, D = 0, E = 0 } = curve.sizes;
const parameters = parametersOf(curveFlow.shape);
const names = parameters.map(({ name }) => name);

/** All 100 steps, as in the fixture; the state is saved to a file at the end. */
async function learn(): Promise<{ losses: number[]; norms: number[]; file: string }> {
  const graph = path.join(folder, 'step.onnx');
  await writeGraph(stepGraph(curveFlow, batch), graph);
  const starts = curve.parameters.map(startOf);
  const zeros = starts.flatMap((start) => [new Uint8Array(2 * start.byteLength)]);
  const start = path.join(folder, 'start.f32');
  writeFileSync(start, Buffer.concat([...starts.map((s) => new Uint8Array(s.buffer)), ...zeros]));
  const tensors = stateTensors(parameters).map(({ name, dims }) => ({ name, dims: [...dims] }));
  await inference.loadState({ state: 'curve', version: 0, file: start, tensors });
  const [losses, norms]: [number[], number[]] = [[], []];
  for (let i = 0; i < curve.losses.length; i++) {
    const rate = (1e-3 * (1 + Math.cos((Math.PI * i) / 100))) / 2;
    const rows = batchOf(i);
    const scalars = Object.entries(stepScalars(rate, i + 1)).map(
      ([name, value]) => [name, float32Tensor(Float32Array.of(value), [])] as const,
    );
    const feeds = {
      ...Object.fromEntries(scalars),
      w: float32Tensor(rows.w, [batch, D]),
      e: float32Tensor(rows.e, [batch, E]),
    };
    const result = await inference.runState({ state: 'curve', version: i, graph, feeds });
    losses.push(Number(result?.['loss']?.data[0]));
    norms.push(Number(result?.['gradient_norm']?.data[0]));
  }
  const file = path.join(folder, 'end.f32');
  const saved = { state: 'curve', version: 100, file, names: names.map((name) => `p.${name}`) };
  expect(await inference.saveState(saved)).toBe(true);
  return { losses, norms, file };
}

const largest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));

describe('a step', async () => {
  const { losses, norms, file } = await learn();

  it('has the parameters that the fixture names', () => {
    expect(parameters.map(({ name, dims }) => ({ name, shape: dims }))).toEqual(
      curve.parameters.map(({ name, shape }) => ({ name, shape })),
    );
  });

  it('repeated 100 times gives the losses and gradient norms of PyTorch', () => {
    console.info(largest(losses, curve.losses), largest(norms, curve.norms));
    expect(largest(losses, curve.losses)).toBeLessThan(1e-3);
    expect(largest(norms, curve.norms)).toBeLessThan(1e-3);
  });

  it('leaves the parameters where PyTorch does', () => {
    const bytes = readFileSync(file);
    const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    let start = 0;
    for (const parameter of parameters) {
      const values = all.subarray(start, (start += sizeOf(parameter)));
      const sum = values.reduce((total, value) => total + value, 0);
      const [expectedSum = NaN, expectedNorm = NaN] = curve.afterwards[parameter.name] ?? [];
      expect(Math.abs(sum - expectedSum), parameter.name).toBeLessThan(2e-3);
      expect(Math.abs(Math.hypot(...values) - expectedNorm), parameter.name).toBeLessThan(1e-3);
    }
  });
});
