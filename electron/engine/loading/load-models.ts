import { StudioError } from '../../contract/errors.ts';
import { Clip } from '../clip/clip.ts';
import { Bank } from '../flow/bank.ts';
import { createFlow } from '../flow/flow.ts';
import { Generator } from '../generator/generator.ts';
import type { Inference } from '../inference/inference.ts';
import type { LoadOptions, Models } from '../models/models.ts';
import { type GraphRole, graphsOf } from '../packs/graphs.ts';
import { readManifest } from '../packs/manifest.ts';
import { openPack, Pack } from '../packs/pack.ts';
import { type CheckedPacks, stateOf } from './checked-packs.ts';
import type { OptimisedGraphs } from './optimised-graphs.ts';
import { testDrawing, type Trial } from './test-drawing.ts';

/** What loading and trying all graphs of a pack may take. */
const TEST_LIMIT_MS = 300_000;

/** What a portrait needs, in the order in which it does. The text encoder is loaded with its tokenizer. */
const NEEDED: readonly GraphRole[] = [
  ...(['prior', 'decode', 'projection', 'synthesis'] as const),
  ...(['imageEncoder', 'encode'] as const),
];

export interface LoadModelsOptions extends LoadOptions {
  readonly trial?: Trial | undefined;
  /** Packs that need not be checked again, where that is known. */
  readonly checked?: CheckedPacks | undefined;
  /** Where graphs of such packs may be found in their optimised form. */
  readonly optimised?: OptimisedGraphs | undefined;
}

/**
 * Checks a pack, loads its parts, and tries what they give: once, and for `twice` also whether they give the same
 * again. A pack that passed before and whose files are as they were is only loaded, unless it is to be tried twice.
 *
 * @throws StudioError with one of the `pack-…` codes
 */
export async function loadModels(
  folder: string,
  inference: Inference,
  { signal, onProgress, trial = 'once', checked, optimised }: LoadModelsOptions = {},
): Promise<Models> {
  return withinTestTime(signal, async (limited) => {
    const found = new Pack(folder, await readManifest(folder));
    // Before the checks: what is changed meanwhile is checked again.
    const state = checked ? await stateOf(found) : null;
    if (trial === 'once' && state !== null && (await checked?.has(found, state))) {
      return loadUnchanged(found, inference, optimised);
    }
    const pack = await openPack(folder, inference, { signal: limited, onProgress });
    const models = await loadParts(pack, inference);
    await testDrawing(models, inference, { signal: limited, trial });
    if (state !== null) await checked?.keep(pack, state);
    return models;
  });
}

/**
 * Graphs are loaded when they are first needed, or before, in turn, while nobody wants anything. What fails there
 * is told to who needs it.
 */
async function loadUnchanged(
  pack: Pack,
  inference: Inference,
  optimised?: OptimisedGraphs,
): Promise<Models> {
  const graphs = graphsOf(pack.manifest);
  const kept = await optimised?.find(pack);
  for (const { graph, threads } of graphs) {
    inference.assign(pack.file(graph), { threads, optimised: kept?.get(graph) });
  }
  const models = await loadParts(pack, inference);
  optimised?.makeLater(pack);
  for (const role of NEEDED) {
    const { graph, threads } = graphs.find((one) => one.role === role) ?? {};
    if (graph === undefined) continue;
    inference.describe(pack.file(graph), { threads, priority: 'idle' }).catch(() => undefined);
  }
  return models;
}

async function loadParts(pack: Pack, inference: Inference): Promise<Models> {
  const [clip, generator] = await Promise.all([
    Clip.load(pack, inference),
    Generator.load(pack, inference),
  ]);
  const flow = createFlow(pack, inference, generator.space);
  return { pack, clip, generator, flow, bank: await loadBank(pack) };
}

async function loadBank(pack: Pack): Promise<Bank | null> {
  const { bank } = pack.manifest.flow;
  if (!bank) return null;
  const textMean = await pack.readNumbers(bank.textMean, pack.widths.clip);
  return new Bank(await pack.readBank(bank), textMean);
}

/** Each graph has a budget of its own (inference.ts), all of them have this one. */
async function withinTestTime<T>(
  signal: AbortSignal | undefined,
  test: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const overtime = AbortSignal.timeout(TEST_LIMIT_MS);
  try {
    return await test(signal ? AbortSignal.any([signal, overtime]) : overtime);
  } catch (thrown) {
    if (!overtime.aborted || signal?.aborted) throw thrown;
    throw new StudioError(
      'pack-over-budget',
      `The pack's graphs were not all tried after ${TEST_LIMIT_MS / 1_000} s: they are too large for this ` +
        'machine. Nothing was changed.',
      { cause: thrown },
    );
  }
}
