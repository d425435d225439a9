import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../../contract/errors.ts';
import type { PackListing } from '../../../contract/status.ts';
import { loadJudge } from '../../../engine/bridge/load-judge.ts';
import { requireOther } from '../../../engine/bridge/load-models.ts';
import {
  AttributeJudge,
  type JudgedPrompts,
  judgedPromptsSchema,
} from '../../../engine/evaluation/attribute-judge.ts';
import {
  compareRemedies,
  type JudgeFor,
  remedyTable,
} from '../../../engine/evaluation/compare-remedies.ts';
import { readTexts } from '../../../engine/evaluation/data-set.ts';
import { attributesAsJudge } from '../../../engine/evaluation/judges.ts';
import type { Models } from '../../../engine/models/models.ts';
import { keepMeasured } from '../../../engine/packs/measured.ts';
import { openPack } from '../../../engine/packs/pack.ts';
import { AttributeEditor } from '../../../engine/semantics/attribute-editor.ts';
import { readError } from '../../../engine/storage/errors.ts';
import { readRegular } from '../../../engine/storage/regular-file.ts';
import { print } from '../output.ts';
import { type GlobalOptions, type Session, withStudio } from '../session.ts';

const MAX_BYTES = 1_000_000;

export interface CompareRemediesOptions extends GlobalOptions {
  /** File of prompts with what portraits of them may show. */
  readonly judged?: string | undefined;
  /** File of prompts, one a line, where there is none of those. */
  readonly prompts?: string | undefined;
  /** A pack with an attribute classifier, or another CLIP. */
  readonly judge?: string | undefined;
  readonly keep?: boolean | undefined;
}

/** Compares the ways of a pack across the gap between texts and pictures; a library of its own goes at the end. */
export async function compareRemediesOf(
  name: string | undefined,
  options: CompareRemediesOptions,
): Promise<void> {
  const judged = options.judged === undefined ? null : await readJudged(options.judged);
  const library = await mkdtemp(path.join(tmpdir(), 'clip-flow-evaluate-'));
  try {
    const asked = { ...options, library, pack: name ?? options.pack };
    await withStudio(asked, async (session) => {
      const { packs, signal, onProgress } = session;
      const models = await packs.models(onProgress);
      if (options.keep) requireImported(await packs.list(), models);
      const prompts = await promptsOf(options, judged, models);
      const judgeFor = judged
        ? await attributesFor(judged, options, session, models)
        : await clipFor(prompts, options, session, models);
      const told = { signal, onProgress };
      const remedies = await compareRemedies(prompts, judgeFor, models, told);
      if (options.keep) await keepMeasured(models.pack.folder, { remedies });
      print(options.json, { remedies }, remedyTable(remedies).split('\n'));
    });
  } finally {
    await rm(library, { recursive: true, force: true });
  }
}

/** Those that were judged, those of the file, or the examples of the pack. */
async function promptsOf(
  { prompts }: CompareRemediesOptions,
  judged: JudgedPrompts | null,
  { pack }: Models,
): Promise<string[]> {
  if (judged) return judged.prompts.map(({ prompt }) => prompt);
  const found = prompts === undefined ? pack.manifest.prompts.examples : await readTexts(prompts);
  if (found.length > 1) return [...found];
  throw new StudioError(
    'invalid-argument',
    'Two prompts or more are needed to compare. Nothing was drawn; name a file of prompts with --prompts, or of judged ones with --judged.',
  );
}

/** The attribute classifier of the pack that is compared, or of another one that draws in the same space. */
async function attributesFor(
  { places, prompts }: JudgedPrompts,
  { judge: named }: CompareRemediesOptions,
  { packs, inference, signal }: Session,
  { pack }: Models,
): Promise<JudgeFor> {
  const judge =
    named === undefined ? pack : await openPack(await packs.find(named), inference, { signal });
  const editor = await AttributeEditor.load(judge, inference);
  const { id } = judge.manifest;
  if (!editor) throw cannotJudge(`The pack "${id}" brings no attribute classifier`);
  if (judge.spaces.latent !== pack.spaces.latent) {
    throw cannotJudge(`The pack "${id}" draws in another latent space than "${pack.manifest.id}"`);
  }
  return () => Promise.resolve(attributesAsJudge(new AttributeJudge(editor, places), prompts, id));
}

async function clipFor(
  prompts: readonly string[],
  { judge: named }: CompareRemediesOptions,
  { components, inference, signal }: Session,
  { pack }: Models,
): Promise<JudgeFor | null> {
  if (named === undefined) return null;
  const judge = await components.findClip(named);
  requireOther(pack, judge);
  return loadJudge(judge, prompts, inference, { signal });
}

/** What came with the studio is not changed. */
function requireImported(listings: readonly PackListing[], { pack }: Models): void {
  if (listings.some(({ folder, imported }) => imported && folder === pack.folder)) return;
  throw new StudioError(
    'access-denied',
    `The pack in ${pack.folder} was not imported, so it is left as it is. Nothing was drawn; leave --keep out.`,
  );
}

/** @throws StudioError `invalid-argument`, and those of reading */
async function readJudged(file: string): Promise<JudgedPrompts> {
  try {
    return judgedPromptsSchema.parse(
      JSON.parse((await readRegular(file, MAX_BYTES)).toString('utf8')),
    );
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof z.ZodError))
      throw readError(cause, file);
    throw new StudioError(
      'invalid-argument',
      `${file} does not hold prompts with what portraits of them may show. Nothing was drawn; compare it ` +
        'with native-models/training/data/judged-prompts.json.',
      { cause },
    );
  }
}

function cannotJudge(why: string): StudioError {
  return new StudioError(
    'pack-lacks-feature',
    `${why}, so it cannot tell what portraits show. Nothing was drawn; name a pack that can with --judge, ` +
      'or leave --judged out and name another CLIP, or none.',
  );
}
