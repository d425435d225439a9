import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  batchOf,
  curve,
  curveFlow,
  firstRows,
  startOf,
} from '../../../test/support/flow-training.ts';
import { startInference } from '../../../test/support/inference.ts';
import { float32Tensor } from '../inference/rows.ts';
import { writeGraph } from '../onnx/write-graph.ts';
import { exportFlow } from './export-flow.ts';
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
    if (i === 0) {
      const means = names.map((name) => `m.${name}`);
      const first = path.join(folder, 'first.f32');
      await inference.saveState({ state: 'curve', version: 1, file: first, names: means });
    }
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
    expect(largest(losses, curve.losses)).toBeLessThan(1e-3);
    expect(largest(norms, curve.norms)).toBeLessThan(1e-3);
  });

  it('leaves the parameters where PyTorch does', () => {
    for (const [name, values] of tensorsIn(file)) {
      const sum = values.reduce((total, value) => total + value, 0);
      const [expectedSum = NaN, expectedNorm = NaN] = curve.afterwards[name] ?? [];
      expect(Math.abs(sum - expectedSum), name).toBeLessThan(2e-3);
      expect(Math.abs(Math.hypot(...values) - expectedNorm), name).toBeLessThan(1e-3);
    }
  });

  it('has the gradient of each parameter that PyTorch has', () => {
    // After one step the decaying sum is the gradient, which was cut to length 1.
    const scale = Math.max(1, norms[0] ?? NaN);
    for (const [name, mean] of tensorsIn(path.join(folder, 'first.f32'))) {
      const expected = curve.gradientNormsOfFirstStep[name] ?? NaN;
      expect(Math.abs(scale * Math.hypot(...mean) - expected), name).toBeLessThan(1e-4);
    }
  });

  it('makes a flow that encodes as the one of PyTorch does, and decodes what it encodes', async () => {
    await exportFlow(curveFlow, tensorsIn(file), folder);
    const rows = firstRows(8);
    const [w, e] = [float32Tensor(rows.w, [8, D]), float32Tensor(rows.e, [8, E])];
    const { z, log_det } = await inference.run(path.join(folder, 'encode.onnx'), { w, e });
    expect(largest(Array.from(z!.data, Number), curve.encoded.z)).toBeLessThan(1e-3);
    expect(largest(Array.from(log_det!.data, Number), curve.encoded.logDet)).toBeLessThan(1e-3);
    const back = await inference.run(path.join(folder, 'decode.onnx'), { z: z!, e });
    expect(largest(Array.from(back['w']!.data, Number), [...rows.w])).toBeLessThan(1e-4);
  });
});

function tensorsIn(file: string): Map<string, Float32Array> {
  const all = new Float32Array(Uint8Array.from(readFileSync(file)).buffer);
  let start = 0;
  return new Map(
    parameters.map((parameter) => {
      const values = all.slice(start, (start += sizeOf(parameter)));
      return [parameter.name, values] as const;
    }),
  );
}
