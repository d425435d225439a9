import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DrawOverrides } from '../../../contract/draw.ts';
import { type Captioned, readDataSet, readTexts } from '../../../engine/evaluation/data-set.ts';
import { evaluate } from '../../../engine/evaluation/evaluate.ts';
import { Inception } from '../../../engine/evaluation/inception.ts';
import { evaluationPage } from '../../../engine/evaluation/report.ts';
import { sharpCodec } from '../../../engine/images/sharp-codec.ts';
import type { Pack } from '../../../engine/packs/pack.ts';
import { keepFile } from '../../../engine/storage/publish.ts';
import { requireWritable } from '../destination.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

/** Prompts are taken from the pack, or from captions, up to so many. */
const MOST_PROMPTS = 200;

export interface EvaluateOptions extends GlobalOptions, Pick<DrawOverrides, 'gap'> {
  readonly images?: string | undefined;
  readonly captions?: string | undefined;
  /** File of prompts, one a line. */
  readonly prompts?: string | undefined;
  readonly count: number;
  readonly most: number;
  readonly seed: number;
  /** ONNX file of Inception v3. */
  readonly inception?: string | undefined;
  readonly out?: string | undefined;
}

/** Runs the paper's experiments on a pack, in a library of their own that goes at the end. */
export async function evaluateModel(
  name: string | undefined,
  options: EvaluateOptions,
): Promise<void> {
  if (options.out !== undefined) await requireWritable(options.out);
  const data = options.images
    ? await readDataSet(options.images, options.captions, options.most)
    : [];
  const library = await mkdtemp(path.join(tmpdir(), 'clip-flow-evaluate-'));
  try {
    const places = { ...options, library, pack: name ?? options.pack };
    await withStudio(places, async ({ workspace, inference, signal, onProgress }) => {
      const tools = await workspace.tools({ signal, onProgress });
      const { gap, seed, count } = options;
      const request = {
        prompts: await promptsOf(options, data, tools.session.models.pack),
        perPrompt: count,
        pictures: data,
        seed,
        settings: { gap },
        inception:
          options.inception === undefined
            ? undefined
            : await Inception.open(path.resolve(options.inception), inference),
      };
      await deliver(await evaluate(request, tools, { signal, onProgress }), options);
    });
  } finally {
    await rm(library, { recursive: true, force: true });
  }
}

/** Those of the file; else a caption of each picture; else what the pack brings. */
async function promptsOf(
  { prompts, most }: EvaluateOptions,
  data: readonly Captioned[],
  pack: Pack,
): Promise<string[]> {
  if (prompts !== undefined) return (await readTexts(prompts)).slice(0, most);
  const captions = data.flatMap(({ captions: [first = ''] }) => (first === '' ? [] : [first]));
  if (captions.length > 0) return captions;
  const own = [...pack.manifest.prompts.examples, ...(await pack.readVocabulary())];
  return [...new Set(own)].slice(0, MOST_PROMPTS);
}

async function deliver(
  { evaluation, sheet }: Awaited<ReturnType<typeof evaluate>>,
  { out, json }: EvaluateOptions,
): Promise<void> {
  const page = evaluationPage(evaluation);
  if (out !== undefined) {
    await keepFile(path.join(out, 'evaluation.json'), JSON.stringify(evaluation, null, 2));
    await keepFile(path.join(out, 'evaluation.md'), page);
    await keepFile(path.join(out, 'sheet.png'), await sharpCodec.encode(sheet, 'png'));
  }
  print(json, evaluation, page.trimEnd().split('\n'));
}
