/** From two models to a pack, stage by stage; each goes on from what an earlier try left in the bridge's folder. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BridgeEvent, BridgeRequest } from '../../contract/bridge.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Inference } from '../inference/inference.ts';
import { PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { keepMeasured } from '../packs/measured.ts';
import { remove } from '../storage/remove.ts';
import { assemblePack } from './assemble-pack.ts';
import { meanOfTexts, openBank, packBank, type PackedBank } from './bank.ts';
import { readCheckpoint } from './checkpoint.ts';
import { LearntFlowFolder } from './flow-folder.ts';
import { draftFolder, pairsFolder, trainingFolder } from './folders.ts';
import {
  type BridgeModels,
  type JudgedComponents,
  loadBridgeModels,
  releaseComponents,
} from './load-models.ts';
import { measureFlow } from './measure-flow.ts';
import { measureRemedies } from './measure-remedies.ts';
import { drawPairs } from './pairs.ts';
import { PairsFile } from './pairs-file.ts';
import { Stopwatch, type Rates } from './rates.ts';
import { phrasesAbout } from './phrases-about.ts';
import { TestPrompts } from './test-prompts.ts';
import { bestFlow, type TrainedFlow, trainFlow } from './trainer.ts';
import { TrainingReport } from './training-report.ts';
import { settingsFor, shapeFor } from './training-settings.ts';

export interface Learning extends JudgedComponents {
  readonly request: BridgeRequest;
  /** Of the bridge, held by nobody else. */
  readonly folder: string;
  readonly inference: Inference;
  /** Of the pack that comes of it. */
  readonly id: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BridgeEvent) => void;
  /** Told how fast it went, also where it was broken off. */
  readonly onRates: (rates: Rates) => Promise<void>;
}

/**
 * Draws pairs, learns the flow, and writes the pack into the bridge's folder.
 *
 * @returns the folder of the pack, which nothing has checked yet
 * @throws StudioError `invalid-argument` where nothing was learnt that a pack could be made of, and what drawing and
 *   learning throw
 */
export async function learnBridge(learning: Learning): Promise<string> {
  const { request, folder, inference, signal, onEvent } = learning;
  const models = await loadBridgeModels(learning, inference, { signal, onProgress: onEvent });
  if (request.finish !== true) await drawMissing(learning, models);
  const pairs = await PairsFile.open(pairsFolder(folder)).catch(nothingLearnt);
  try {
    const bank = await bankOf(pairs, learning, models);
    const trained = request.finish
      ? ((await bestFlow(trainingFolder(folder))) ?? nothingLearnt())
      : await train(learning, models, pairs, bank);
    return await writePack(learning, models, { pairs, bank, trained });
  } finally {
    await pairs.close();
    await releaseAll(learning);
  }
}

async function drawMissing(
  { request, folder, signal, onEvent, onRates }: Learning,
  models: BridgeModels,
): Promise<void> {
  const watch = new Stopwatch();
  const onProgress = watch.counting('draw-pairs', onEvent);
  try {
    await drawPairs(models, pairsFolder(folder), request.pairs, { signal, onProgress });
  } catch (thrown) {
    if (!(thrown instanceof StudioError) || thrown.code !== 'file-exists') throw thrown;
    throw new StudioError(
      'file-exists',
      `This bridge was begun between other models of these names, or by another edition of the studio. It was left as it is; ` +
        `drop it (clip-flow models drop-bridge ${path.basename(folder)}) to begin anew.`,
      { cause: thrown },
    );
  } finally {
    if (watch.ms !== undefined) await onRates({ pair: watch.ms });
  }
}

async function bankOf(
  pairs: PairsFile,
  { request, clip, signal }: Learning,
  models: BridgeModels,
): Promise<PackedBank> {
  const texts = phrasesAbout(request, clip.manifest.clip.promptTemplates);
  return packBank(pairs, await meanOfTexts(models.clip, texts, { signal, priority: 'idle' }));
}

async function train(
  { request, folder, inference, signal, onEvent, onRates }: Learning,
  models: BridgeModels,
  pairs: PairsFile,
  bank: PackedBank,
): Promise<TrainedFlow> {
  const training = trainingFolder(folder);
  // What was learnt from fewer pairs has held out others: it cannot be gone on with.
  const begun = await readCheckpoint(training);
  if (begun && begun.pairs !== pairs.count) await remove(training);
  const report = await TrainingReport.begin(training, onEvent);
  const samples = new TestPrompts({
    ...{ ...models, prompts: request.prompts, bank: openBank(bank), inference, training, onEvent },
    scratch: path.join(folder, 'samples'),
  });
  const watch = new Stopwatch();
  const settings = settingsFor(pairs.count);
  try {
    const trained = await trainFlow({
      ...{ inference, pairs, folder: training, signal },
      shape: shapeFor({ kind: 'conditional', w: pairs.widthW, clip: pairs.widthE }),
      settings,
      onStep: (step) => {
        report.step(step);
        watch.tell(step.step);
        if (step.heldOut !== undefined) samples.offer();
      },
    });
    report.finish();
    return trained;
  } finally {
    if (watch.ms !== undefined) await onRates({ row: watch.ms / settings.batch });
    await samples.close();
  }
}

async function writePack(
  learning: Learning,
  models: BridgeModels,
  { pairs, bank, trained }: { pairs: PairsFile; bank: PackedBank; trained: TrainedFlow },
): Promise<string> {
  const { inference, signal, onEvent } = learning;
  const draft = draftFolder(learning.folder);
  await remove(draft);
  await mkdir(draft, PRIVATE_FOLDER);
  const flow = await LearntFlowFolder.write(draft, trained, signal);
  const options = { inference, signal, onProgress: onEvent };
  const measured = await measureFlow(trained, flow, models, pairs, options);
  await assemblePack(draft, { ...learning, flow: flow.manifest.flow, bank, measured }, signal);
  // Two editions of large models side by side may be more than there is room for.
  await releaseAll(learning);
  const remedies = await measureRemedies(draft, { ...learning, onProgress: onEvent });
  await keepMeasured(draft, { remedies });
  return draft;
}

/** The pack that comes of it has graphs of its own. */
function releaseAll({ clip, generator, judge, inference }: Learning): Promise<void> {
  return releaseComponents([clip, generator, ...(judge ? [judge] : [])], inference);
}

function nothingLearnt(): never {
  throw new StudioError(
    'invalid-argument',
    'This bridge has not learnt anything yet that a pack could be made of. What there is was kept; go on learning.',
  );
}
