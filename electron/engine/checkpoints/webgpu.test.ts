/** Graphs that the studio writes, on WebGPU against the CPU: generators of checkpoints, and a step of learning. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { batchOf, curve, curveFlow, startOf } from '../../../test/support/flow-training.ts';
import { parityNetwork } from '../../../test/support/parity-network.ts';
import { distanceOfWebGpu, VULKAN_DRIVER } from '../../../test/support/webgpu.ts';
import { parametersOf } from '../bridge/flow-shape.ts';
import { stateTensors, stepGraph, stepScalars } from '../bridge/step-graph.ts';
import { float32Tensor } from '../inference/rows.ts';
import { writeGraph } from '../onnx/write-graph.ts';
import { emitStyleGan2 } from './stylegan2/emit-stylegan2.ts';
import { emitStyleGan3 } from './stylegan3/emit.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'webgpu-'));
/** A driver without a GPU makes a shader of each operator: the three took 50 s of processor time, a minute and more by the clock. */
const isAsked = process.env['WEBGPU_PARITY'] === '1' && VULKAN_DRIVER !== undefined;
if (!isAsked) {
  console.warn(
    'SKIPPED: checkpoints and a step of learning on WebGPU, which take minutes without a GPU. ' +
      "WEBGPU_PARITY=1 asks for them; Debian's chromium brings a driver.",
  );
}

describe.runIf(isAsked)('WebGPU', { timeout: 600_000 }, () => {
  it.each([
    ['sg2-orig-32', emitStyleGan2],
    ['sg3-t-32', emitStyleGan3],
  ])('draws %s as the CPU does', async (name, emit) => {
    const { network, meta, read } = parityNetwork(name);
    const at = mkdtempSync(path.join(folder, `${name}-`));
    const { generator } = await emit(network, at);
    const w = Float32Array.from(
      { length: meta.num_ws * meta.w_dim },
      (_, i) => read('w.f32')[i % meta.w_dim] ?? 0,
    );
    const { noiseNumbers } = generator;
    const distance = await distanceOfWebGpu(path.join(at, generator.synthesis), {
      w: float32Tensor(w, [1, meta.num_ws, meta.w_dim]),
      ...(noiseNumbers && { noise: float32Tensor(new Float32Array(), [0, noiseNumbers]) }),
    });
    expect(distance).toBeLessThan(1e-4);
  });

  it('learns a step as the CPU does', async () => {
    const { batch = 0, D = 0, E = 0 } = curve.sizes;
    const graph = path.join(folder, 'step.onnx');
    await writeGraph(stepGraph(curveFlow, batch), graph);
    const starts = new Map(curve.parameters.map((each) => [`p.${each.name}`, startOf(each)]));
    const state = stateTensors(parametersOf(curveFlow.shape)).map(({ name, dims }) => {
      const size = dims.reduce((product, dim) => product * dim, 1);
      return [name, float32Tensor(starts.get(name) ?? new Float32Array(size), [...dims])] as const;
    });
    const scalars = Object.entries(stepScalars(1e-3, 1)).map(
      ([name, value]) => [name, float32Tensor(Float32Array.of(value), [])] as const,
    );
    const { w, e } = batchOf(0);
    const distance = await distanceOfWebGpu(graph, {
      ...Object.fromEntries([...state, ...scalars]),
      ...{ w: float32Tensor(w, [batch, D]), e: float32Tensor(e, [batch, E]) },
    });
    expect(distance).toBeLessThan(1e-3);
  });
});
