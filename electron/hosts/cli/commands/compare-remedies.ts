import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../../contract/errors.ts';
import {
  AttributeJudge,
  type JudgedPrompts,
  judgedPromptsSchema,
} from '../../../engine/evaluation/attribute-judge.ts';
import { compareRemedies, remedyTable } from '../../../engine/evaluation/compare-remedies.ts';
import { AttributeEditor } from '../../../engine/semantics/attribute-editor.ts';
import { readError } from '../../../engine/storage/errors.ts';
import { readRegular } from '../../../engine/storage/regular-file.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

const MAX_BYTES = 1_000_000;

/** Compares the ways of a pack across the gap between texts and pictures; a library of its own goes at the end. */
export async function compareRemediesOf(
  name: string | undefined,
  options: GlobalOptions & { readonly judged: string },
): Promise<void> {
  const { places, prompts } = await readJudged(options.judged);
  const library = await mkdtemp(path.join(tmpdir(), 'clip-flow-evaluate-'));
  try {
    const asked = { ...options, library, pack: name ?? options.pack };
    await withStudio(asked, async ({ workspace, inference, signal, onProgress }) => {
      const tools = await workspace.tools({ signal, onProgress });
      const { pack } = tools.session.models;
      const editor = await AttributeEditor.load(pack, inference);
      if (!editor) throw noJudge(pack.manifest.id);
      const judge = new AttributeJudge(editor, places);
      const remedies = await compareRemedies(prompts, judge, tools, { signal, onProgress });
      print(options.json, { remedies }, remedyTable(remedies).split('\n'));
    });
  } finally {
    await rm(library, { recursive: true, force: true });
  }
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

function noJudge(id: string): StudioError {
  return new StudioError(
    'pack-lacks-feature',
    `The pack "${id}" brings no attribute model, so nothing can judge its portraits but the CLIP that they were ` +
      'drawn with. Use "models evaluate" instead.',
  );
}
