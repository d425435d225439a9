import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { DRAWING, itDraws } from '../../../test/support/drawing-suite.ts';
import { startInference } from '../../../test/support/inference.ts';
import { SPIN_GRAPH, TINY_PACK } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import type { Inference } from './inference.ts';
import { envelopeSchema, type Request, type RequestKind, type Tensors } from './protocol.ts';
import { float32Tensor } from './rows.ts';
import type { InferenceProcess } from './worker.ts';

const MAPPING = `${TINY_PACK}/generator/mapping.onnx`;
const SYNTHESIS = `${TINY_PACK}/generator/synthesis.onnx`;
const [LAYERS, DIM] = [4, 512];

/** A tenth of a millisecond to a millisecond of computing for each step, by the machine. */
function spin(steps: number): Tensors {
  return {
    steps: { type: 'int64', dims: [1], data: BigInt64Array.of(BigInt(steps)) },
    x: float32Tensor(gaussian(1, 192 * 192), [192, 192]),
  };
}
const FOREVER = spin(1_000_000);

const mapOne = (inference: Inference) =>
  inference.run(MAPPING, { z: float32Tensor(gaussian(1, DIM), [1, DIM]) });

/** Resolves once the process computes: its first answer is through and the long run was sent after it. */
async function busy(inference: Inference): Promise<number> {
  await expect.poll(() => inference.pid).toBeDefined();
  await new Promise((resolve) => setTimeout(resolve, 150));
  return inference.pid!;
}

describe('Inference', () => {
  const inference = startInference(undefined, afterAll);

  it('describes a graph', async () => {
    expect(await inference.describe(SYNTHESIS)).toEqual({
      inputs: [{ name: 'w', type: 'float32', dims: ['N', LAYERS, DIM] }],
      outputs: [{ name: 'image', type: 'float32', dims: ['N', 3, 16, 16] }],
    });
  });

  itDraws(() => inference);

  it('computes what is no picture while it draws', async () => {
    const size = LAYERS * DIM;
    const finished: string[] = [];
    const note = (what: string) => () => finished.push(what);
    const many = { ...DRAWING, w: gaussian(3, 400 * size), count: 400 };
    await mapOne(inference);
    const pictures = inference.render(many).then(note('pictures'));
    const more = inference.render(many).then(note('more pictures'));
    // Both wait in their line by now, one of them perhaps at work.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(finished).toEqual([]);
    await mapOne(inference).then(note('w'));
    await Promise.all([pictures, more]);
    expect(finished).toEqual(['w', 'pictures', 'more pictures']);
  });

  it('says what is wrong with a graph that cannot be loaded, and tries anew the next time', async () => {
    const failing = () => inference.describe(`${TINY_PACK}/pack.json`);
    await expect(failing()).rejects.toMatchObject({ code: 'inference-failed' });
    await expect(failing()).rejects.toMatchObject({ code: 'inference-failed' });
    expect(await mapOne(inference)).toHaveProperty('w');
  });

  it('loads a graph again after it was released', async () => {
    await inference.release([MAPPING]);
    expect(await mapOne(inference)).toHaveProperty('w');
  });
});

describe('the inference process', () => {
  it('killed in mid-run: the run is repeated, and those behind it are served', async () => {
    const inference = startInference();
    await mapOne(inference);
    const long = inference.run(SPIN_GRAPH, spin(6_000));
    const behind = mapOne(inference);
    const pid = await busy(inference);
    process.kill(pid, 'SIGKILL');
    const { y } = await long;
    expect(y?.dims).toEqual([192, 192]);
    expect(await behind).toHaveProperty('w');
    expect(inference.pid).not.toBe(pid);
  });

  it('killed a second time: that run fails with a clear code, and the next one works', async () => {
    const inference = startInference();
    const long = inference.run(SPIN_GRAPH, FOREVER);
    const behind = mapOne(inference);
    const failed = expect(long).rejects.toMatchObject({
      code: 'inference-crashed',
      details: { reason: expect.stringContaining('SIGKILL') },
    });
    const first = await busy(inference);
    process.kill(first, 'SIGKILL');
    await expect.poll(() => inference.pid ?? first).not.toBe(first);
    process.kill(await busy(inference), 'SIGKILL');
    await failed;
    expect(await behind).toHaveProperty('w');
  });

  it('a cancelled run that does not end is killed after the grace period', async () => {
    const inference = startInference({ device: 'cpu', graceMs: 100 });
    const controller = new AbortController();
    const long = inference.run(SPIN_GRAPH, FOREVER, { signal: controller.signal });
    const rejected = expect(long).rejects.toMatchObject({ code: 'cancelled' });
    const pid = await busy(inference);
    controller.abort();
    await rejected;
    expect(await mapOne(inference)).toHaveProperty('w');
    expect(inference.pid).not.toBe(pid);
  });

  it('is ended when a run takes longer than it may, and those behind it are served', async () => {
    const inference = startInference({ device: 'cpu', budgetMs: 1_500 });
    const long = inference.run(SPIN_GRAPH, FOREVER);
    const behind = mapOne(inference);
    await expect(long).rejects.toMatchObject({ code: 'pack-over-budget' });
    expect(await behind).toHaveProperty('w');
  });

  it('a cancelled run that ends in time keeps its process', async () => {
    const inference = startInference({ device: 'cpu', graceMs: 10_000 });
    await mapOne(inference);
    const { pid } = inference;
    const controller = new AbortController();
    const run = inference.run(SPIN_GRAPH, spin(300), { signal: controller.signal });
    controller.abort();
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(await mapOne(inference)).toHaveProperty('w');
    expect(inference.pid).toBe(pid);
  });

  it('that cannot start says why', async () => {
    const brokenProcess: InferenceProcess = {
      pid: undefined,
      post: () => undefined,
      onMessage: () => undefined,
      onExit: (listener) => setImmediate(listener, 'no such library'),
      kill: () => undefined,
    };
    const inference = startInference({ spawn: () => brokenProcess });
    await expect(mapOne(inference)).rejects.toMatchObject({
      code: 'inference-crashed',
      details: { reason: 'no such library' },
    });
  });

  it('closing rejects what runs and what waits', async () => {
    const inference = startInference();
    const running = inference.run(SPIN_GRAPH, FOREVER);
    const waiting = mapOne(inference);
    const rejected = Promise.all([
      expect(running).rejects.toMatchObject({ code: 'inference-closed' }),
      expect(waiting).rejects.toMatchObject({ code: 'inference-closed' }),
    ]);
    await busy(inference);
    inference.close();
    await rejected;
    await expect(mapOne(inference)).rejects.toMatchObject({ code: 'inference-closed' });
  });
});

/** Processes that answer what they are told to, and end when they are told to. */
function scriptedProcesses() {
  const processes: { asked: Request[]; answer: (kind: RequestKind) => void; end: () => void }[] =
    [];
  const spawn = (): InferenceProcess => {
    const waiting: { id: number; request: Request }[] = [];
    const asked: Request[] = [];
    let tell: (message: object) => void = () => undefined;
    let end: (reason: string) => void = () => undefined;
    const results: Partial<Record<RequestKind, unknown>> = {
      backends: ['cpu'],
      describe: { inputs: [], outputs: [] },
      run: {},
      release: null,
      render: { width: 1, height: 1, pixels: new Uint8Array(3) },
    };
    const answer = (kind: RequestKind) => {
      const at = waiting.findIndex(({ request }) => request.kind === kind);
      const [{ id }] = waiting.splice(at, 1) as [{ id: number; request: Request }];
      tell({ id, ok: true, result: results[kind] });
    };
    processes.push({ asked, answer, end: () => end('exit code 1') });
    return {
      pid: 1,
      post: (message) => {
        const envelope = envelopeSchema.parse(message);
        waiting.push(envelope);
        asked.push(envelope.request);
        if (envelope.request.kind === 'backends') setImmediate(answer, 'backends');
      },
      onMessage: (listener) => (tell = listener),
      onExit: (listener) => (end = listener),
      kill: () => end('SIGKILL'),
    };
  };
  const asked = (process: number) => processes[process]?.asked.map(({ kind }) => kind) ?? [];
  return { processes, asked, inference: startInference({ spawn, device: 'cpu' }) };
}

describe('a request whose process ended', () => {
  it('computes on as many threads as it was described with, also in the next process', async () => {
    const { processes, asked, inference } = scriptedProcesses();
    const described = inference.describe(SYNTHESIS, { threads: 3 });
    await expect.poll(() => asked(0)).toContain('describe');
    processes[0]!.answer('describe');
    await described;
    const picture = inference.render(DRAWING);
    await expect.poll(() => asked(0)).toContain('render');
    processes[0]!.end();
    await expect.poll(() => asked(1)).toEqual(['render']);
    expect(processes[1]!.asked[0]).toMatchObject({ graph: SYNTHESIS, threads: 3 });
    processes[1]!.answer('render');
    await picture;
  });

  it('is not blamed for what was beside it: pictures are asked again alone', async () => {
    const { processes, asked, inference } = scriptedProcesses();
    const picture = inference.render(DRAWING);
    await expect.poll(() => asked(0)).toContain('render');
    const vector = mapOne(inference);
    await expect.poll(() => asked(0)).toContain('run');
    processes[0]!.end();
    await expect.poll(() => asked(1)).toEqual(['run']);
    processes[1]!.answer('run');
    await vector;
    await expect.poll(() => asked(1)).toEqual(['run', 'render']);
    const next = mapOne(inference);
    await new Promise(setImmediate);
    expect(asked(1)).toEqual(['run', 'render']);
    processes[1]!.end();
    await expect(picture).rejects.toMatchObject({ code: 'inference-crashed' });
    await expect.poll(() => asked(2)).toEqual(['run']);
    processes[2]!.answer('run');
    await next;
  });
});

it('frees graphs, and draws on, when the process ends while they wait to be freed', async () => {
  const { processes, asked, inference } = scriptedProcesses();
  const picture = inference.render(DRAWING);
  await expect.poll(() => asked(0)).toContain('render');
  const released = inference.release([MAPPING]);
  await new Promise(setImmediate);
  processes[0]!.end();
  await expect.poll(() => asked(1)).toEqual(['render']);
  processes[1]!.answer('render');
  await picture;
  await expect.poll(() => asked(1)).toEqual(['render', 'release']);
  processes[1]!.answer('release');
  await released;
});

describe('WebGPU', () => {
  // Debian's chromium brings a driver that draws on the CPU, and beside it the loader that finds it.
  const driver = [
    process.env['VK_DRIVER_FILES'] ?? '',
    '/usr/lib/chromium/vk_swiftshader_icd.json',
  ].find(existsSync);
  if (driver === undefined) {
    console.warn(
      "SKIPPED: WebGPU against the CPU. No Vulkan driver; Debian's chromium brings one.",
    );
  }

  it.skipIf(driver === undefined)('draws what the CPU draws', { timeout: 60_000 }, async () => {
    vi.stubEnv('VK_DRIVER_FILES', driver);
    vi.stubEnv('LD_LIBRARY_PATH', path.dirname(driver ?? ''));
    const gpu = startInference({ device: 'webgpu' });
    const onGpu = await gpu.render(DRAWING);
    vi.unstubAllEnvs();
    expect((await gpu.deviceReport()).used).toBe('webgpu');
    const onCpu = await startInference().render(DRAWING);
    const differences = onGpu.pixels.map((value, i) => Math.abs(value - onCpu.pixels[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it.runIf(process.platform === 'linux')(
    'without a driver is put aside with a reason',
    async () => {
      vi.stubEnv('VK_DRIVER_FILES', '/nowhere.json');
      const inference = startInference({});
      await inference.render(DRAWING);
      vi.unstubAllEnvs();
      const { used, devices } = await inference.deviceReport();
      expect(used).toBe('cpu');
      for (const { status, reason } of devices.filter(({ device }) => device !== 'cpu')) {
        expect(status).toBe('unavailable');
        expect(reason).not.toBe('');
      }
    },
  );
});
