import { StudioError } from '../../contract/errors.ts';
import { Clip } from '../clip/clip.ts';
import { Bank } from '../flow/bank.ts';
import { createFlow } from '../flow/flow.ts';
import { Generator } from '../generator/generator.ts';
import type { Inference } from '../inference/inference.ts';
import type { LoadOptions, Models } from '../models/models.ts';
import { openPack, type Pack } from '../packs/pack.ts';
import { testDrawing, type Trial } from './test-drawing.ts';

/** What loading and trying all graphs of a pack may take. */
const TEST_LIMIT_MS = 300_000;

/**
 * Opens a pack, loads its parts, and tries what they give: once, and for `twice` also whether they give the same
 * again.
 *
 * @throws StudioError with one of the `pack-…` codes
 */
export async function loadModels(
  folder: string,
  inference: Inference,
  { signal, onProgress, trial = 'once' }: LoadOptions & { trial?: Trial } = {},
): Promise<Models> {
  return withinTestTime(signal, async (limited) => {
    const pack = await openPack(folder, inference, { signal: limited, onProgress });
    const [clip, generator] = await Promise.all([
      Clip.load(pack, inference),
      Generator.load(pack, inference),
    ]);
    const flow = createFlow(pack, inference, generator.space);
    const models = { pack, clip, generator, flow, bank: await loadBank(pack) };
    await testDrawing(models, inference, { signal: limited, trial });
    return models;
  });
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
