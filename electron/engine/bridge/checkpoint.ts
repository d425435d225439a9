/**
 * What is kept of a flow that learns, in one folder. `checkpoint.json` names all that counts and is exchanged as a whole;
 * other files appear before it names them and go after it names others.
 */
import { readFile, rm, truncate, appendFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { curvePointSchema as tellableSchema } from '../../contract/bridge.ts';
import { bytesOfNumbers } from '../onnx/tensor.ts';
import { keepFile } from '../storage/publish.ts';
import type { FlowDefinition } from './flow-shape.ts';

const count = z.int().nonnegative();

const shapeSchema = z.object({
  kind: z.enum(['conditional', 'bijective']),
  ...{ w: count, clip: count, steps: count, hidden: count, condition: count, reading: count },
  cap: z.number(),
  noiseLevels: z.boolean(),
  coupled: count,
});

const settingsSchema = z.object({
  ...{ seed: z.int(), batch: count, steps: count, rate: z.number(), warmUp: count },
  ...{ heldOut: count, every: count, patience: count },
});

const checkpointSchema = z.object({
  /** What was asked for, with the pairs there were at the beginning: later ones are left alone. */
  shape: shapeSchema,
  settings: settingsSchema,
  pairs: count,
  mixing: z.array(z.object({ permutation: z.array(count), sign: z.array(z.number()) })),
  /** Steps that are done. */
  step: count,
  /** Files of the folder: all of the state, and the parameters of the best step so far. */
  state: z.string(),
  best: z.object({ step: count, heldOut: z.number(), file: z.string() }).nullable(),
  /** Of `curve.jsonl`, as far as it belongs to these steps. */
  curveBytes: count,
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** One step of the curve: a line of JSON. Losses are in nats for each coupled number of w. */
const curvePointSchema = tellableSchema.extend({ gradientNorm: z.number() }).readonly();
export type CurvePoint = z.infer<typeof curvePointSchema>;

const CHECKPOINT = 'checkpoint.json';
const CURVE = 'curve.jsonl';
const FIRST_LAYERS = 'first-layers.f64';
/** Of states and parameters. */
const LEARNT = /^(?:state|best)-\d+\.f32$/;

/** Null where nothing was begun, or nothing that can be gone on with. */
export async function readCheckpoint(folder: string): Promise<Checkpoint | null> {
  try {
    return checkpointSchema.parse(
      JSON.parse(await readFile(path.join(folder, CHECKPOINT), 'utf8')),
    );
  } catch {
    return null;
  }
}

/** Takes the curve back to where the checkpoint is, and so from now on both go on together. */
export async function rewindCurve(folder: string, { curveBytes }: Checkpoint): Promise<void> {
  const file = path.join(folder, CURVE);
  await appendFile(file, '', { mode: 0o600 });
  await truncate(file, curveBytes);
}

/** Appends to the curve, then makes `next` the checkpoint, and clears away what it does not name. */
export async function keepCheckpoint(
  folder: string,
  next: Checkpoint,
  points: readonly CurvePoint[],
): Promise<Checkpoint> {
  const lines = points.map((point) => `${JSON.stringify(point)}\n`).join('');
  await appendFile(path.join(folder, CURVE), lines, { mode: 0o600, flush: true });
  const kept = { ...next, curveBytes: next.curveBytes + Buffer.byteLength(lines) };
  await keepFile(path.join(folder, CHECKPOINT), JSON.stringify(kept));
  const needed = new Set([kept.state, kept.best?.file]);
  for (const name of await readdir(folder)) {
    if (LEARNT.test(name) && !needed.has(name)) await rm(path.join(folder, name));
  }
  return kept;
}

/** The curve as far as the checkpoint goes; none where nothing was begun. */
export async function readCurve(folder: string): Promise<CurvePoint[]> {
  const checkpoint = await readCheckpoint(folder);
  if (!checkpoint || checkpoint.curveBytes === 0) return [];
  const bytes = (await readFile(path.join(folder, CURVE))).subarray(0, checkpoint.curveBytes);
  const lines = bytes.toString('utf8').trimEnd().split('\n');
  return lines.map((line) => curvePointSchema.parse(JSON.parse(line)));
}

type FirstLayers = Pick<FlowDefinition, 'whitening' | 'standardisation'>;

export async function keepFirstLayers(folder: string, layers: FirstLayers): Promise<void> {
  const { whitening: w, standardisation: e } = layers;
  const parts = [w.mean, w.components, w.deviations, e.mean, e.scale];
  await keepFile(path.join(folder, FIRST_LAYERS), Buffer.concat(parts.map(bytesOfNumbers)));
}

/** The flow that a checkpoint is of. */
export async function readDefinition(
  folder: string,
  { shape, mixing }: Checkpoint,
): Promise<FlowDefinition> {
  const all = new Float64Array(
    Uint8Array.from(await readFile(path.join(folder, FIRST_LAYERS))).buffer,
  );
  let start = 0;
  const take = (length: number) => all.slice(start, (start += length));
  const [mean, components, deviations] = [take(shape.w), take(shape.w ** 2), take(shape.w)];
  return {
    shape,
    mixing,
    whitening: { mean, components, deviations },
    standardisation: { mean: take(shape.clip), scale: take(shape.clip) },
  };
}
