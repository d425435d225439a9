import { copyFileSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000 });
import { startInference } from '../../../test/support/inference.ts';
import { gaussian } from '../latent/gaussian.ts';
import type { PairSource } from './pair-source.ts';
import { type StepReport, trainFlow, type TrainingOptions } from './trainer.ts';

const inference = startInference(undefined, afterAll);
const [W, CLIP, COUNT] = [12, 8, 300];
const folder = () => mkdtempSync(path.join(tmpdir(), 'trainer-'));

/** w that the embedding tells half of, and of which two numbers hardly vary. */
function pairSource(): PairSource {
  const e = gaussian(1, COUNT * CLIP);
  for (let row = 0; row < COUNT; row++) {
    const one = e.subarray(row * CLIP, (row + 1) * CLIP);
    const length = Math.hypot(...one);
    one.forEach((value, i) => (one[i] = value / length));
  }
  const w = gaussian(2, COUNT * W).map((value, i) => {
    const [row, column] = [Math.floor(i / W), i % W];
    if (column < 6) return 3 * e[row * CLIP + column]! + 0.1 * value;
    return column < 10 ? value : 1e-3 * value;
  });
  const take = (from: Float32Array, width: number, rows: readonly number[]) =>
    Float32Array.from(rows.flatMap((row) => [...from.subarray(row * width, (row + 1) * width)]));
  const read = (rows: readonly number[]) =>
    Promise.resolve({ w: take(w, W, rows), e: take(e, CLIP, rows) });
  return { count: COUNT, widthW: W, widthE: CLIP, read };
}

function options(at: string, change: Partial<TrainingOptions> = {}): TrainingOptions {
  const sizes = { steps: 3, hidden: 16, condition: 8, reading: 16, cap: 1.5 };
  return {
    inference,
    pairs: pairSource(),
    folder: at,
    shape: { kind: 'conditional', w: W, clip: CLIP, ...sizes, noiseLevels: true },
    settings: {
      ...{ seed: 5, batch: 32, steps: 40, rate: 5e-3, warmUp: 4, heldOut: 40, every: 10 },
      patience: 8,
    },
    ...change,
  };
}

/** All files of a folder but graphs, by name. */
function contents(at: string): Record<string, string> {
  const names = readdirSync(at).filter((name) => !/onnx/.test(name));
  return Object.fromEntries(names.map((n) => [n, readFileSync(path.join(at, n)).toString('hex')]));
}

it('goes on after a pause, and after its process was killed, to the same bits', async () => {
  const [whole, broken] = [folder(), folder()];
  const reports: StepReport[] = [];
  const result = await trainFlow(options(whole, { onStep: (step) => reports.push(step) }));
  expect(result.flow.shape.coupled).toBe(10);
  expect(reports).toHaveLength(40);
  expect(reports.filter(({ heldOut }) => heldOut !== undefined)).toHaveLength(4);
  expect(result.heldOut).toBeLessThan(reports[9]!.heldOut!);
  expect(result.heldOut).toBe(Math.min(...reports.map(({ heldOut }) => heldOut ?? Infinity)));

  const pause = new AbortController();
  const onStep = ({ step }: StepReport) => void (step === 17 && pause.abort());
  const paused = trainFlow(options(broken, { onStep, signal: pause.signal }));
  await expect(paused).rejects.toMatchObject({ code: 'cancelled' });
  let isKilled = false;
  const kill = ({ step }: StepReport) => {
    if (step !== 25 || isKilled) return;
    isKilled = true;
    process.kill(inference.pid!, 'SIGKILL');
  };
  await trainFlow(options(broken, { onStep: kill }));
  expect(isKilled).toBe(true);
  expect(contents(broken)).toEqual(contents(whole));
});

it('goes on from the last checkpoint when the whole studio was killed', async () => {
  const [whole, broken] = [folder(), folder()];
  const keep = () =>
    readdirSync(whole).forEach((n) => copyFileSync(path.join(whole, n), path.join(broken, n)));
  // As the disk is after step 17: the checkpoint of step 10, and a curve that may be longer.
  await trainFlow(options(whole, { onStep: ({ step }) => void (step === 17 && keep()) }));
  await trainFlow(options(broken));
  expect(contents(broken)).toEqual(contents(whole));
});

it('stops with words when a loss is no number, and keeps what there was', async () => {
  const at = folder();
  const source = pairSource();
  let reads = 0;
  const read: PairSource['read'] = async (indexes) => {
    const rows = await source.read(indexes);
    reads += 1;
    return reads > 20 ? { ...rows, w: rows.w.fill(NaN) } : rows;
  };
  const learning = trainFlow(options(at, { pairs: { ...source, read } }));
  await expect(learning).rejects.toMatchObject({ code: 'training-diverged' });
  expect(readdirSync(at)).toContain('state-10.f32');
});

it('stops when pairs held out are not met better for long', async () => {
  const { settings } = options('');
  const steps: number[] = [];
  const change = { steps: 400, every: 5, patience: 2, rate: 0.1 };
  const asked = options(folder(), {
    settings: { ...settings, ...change },
    onStep: ({ step }) => steps.push(step),
  });
  const { step } = await trainFlow(asked);
  expect(steps.length).toBeLessThan(400);
  expect(steps.length - step).toBe(10);
});
