import path from 'node:path';
import { expect, test } from 'vitest';
import { copyTinyPack, editManifest, replaceFile } from '../../../test/support/packs.ts';
import { openTestStudio } from '../../../test/support/studio.ts';
import { packEmbeddings } from '../flow/bank.ts';
import { gaussian } from '../latent/gaussian.ts';
import { remediesSchema } from '../../contract/remedies.ts';
import { AttributeEditor } from '../semantics/attribute-editor.ts';
import { AttributeJudge, judgedPromptsSchema } from './attribute-judge.ts';
import { compareRemedies, remedyTable } from './compare-remedies.ts';
import { attributesAsJudge, clipAsJudge } from './judges.ts';

const PICTURES = 30;
const CLIP = 512;

/** The tiny pack with a bank of noise, whose first choice says whether there is a beard. */
function judgedPack(): string {
  const folder = copyTinyPack();
  const rows = packEmbeddings(Array.from({ length: PICTURES }, (_, i) => gaussian(i, CLIP)));
  const bank = { embeddings: 'flow/bank.i8', count: PICTURES, textMean: 'flow/bank_text_mean.f32' };
  replaceFile(folder, bank.embeddings, new Uint8Array(rows.buffer));
  replaceFile(folder, bank.textMean, new Uint8Array(new Float32Array(CLIP).buffer));
  editManifest(folder, (manifest) => {
    manifest.flow.bank = bank;
    const [first] = manifest.attributes?.groups ?? [];
    if (first?.kind === 'choice') first.goesWith = [{ beard: ['beard'] }, { beard: ['stubble'] }];
  });
  return folder;
}

const { places, prompts } = judgedPromptsSchema.parse({
  places: {
    hair: {
      range: [2, 5],
      palette: [
        { name: 'black', rgb: [0, 0, 0] },
        { name: 'white', rgb: [255, 255, 255] },
      ],
    },
  },
  prompts: [
    { prompt: 'a beard', labels: { beard: ['beard', 'stubble'] } },
    { prompt: 'pink hair', colours: { hair: ['pink'] } },
    {
      prompt: 'a beard, hair',
      labels: { beard: ['beard', 'stubble'] },
      colours: { hair: ['pink'] },
    },
  ],
});

test('every remedy of a pack is judged on the same prompts, and nothing is kept', async () => {
  const pack = judgedPack();
  const studio = await openTestStudio({ pack, packRoot: path.dirname(pack) });
  const tools = await studio.workspace.tools();
  const editor = await AttributeEditor.load(tools.session.models.pack, studio.inference);
  const counts: number[] = [];
  const { models } = tools.session;
  const judge = attributesAsJudge(new AttributeJudge(editor!, places), prompts, 'tiny');
  const asked = prompts.map(({ prompt }) => prompt);
  const remedies = await compareRemedies(asked, () => Promise.resolve(judge), models, {
    onProgress: (event) => void (event.kind === 'advanced' && counts.push(event.done)),
  });
  const { scores } = remediesSchema.parse(remedies);
  expect(remedies).toMatchObject({ judge: { kind: 'attributes', id: 'tiny' }, prompts: 3 });
  const gaps = scores.map(({ gap, variety }) => [gap, variety]);
  expect(gaps.slice(0, 4).map(([gap]) => gap)).toEqual(['none', 'ensemble', 'shift', 'prior']);
  expect(gaps.slice(4)).toEqual([0, 0.25, 0.5, 0.75, 1].map((at) => ['neighbours', at]));
  for (const score of scores) {
    // Nothing is pink, and nearly all are sure enough of a beard or of stubble.
    expect(score.oneIdea).toBeGreaterThan(0.3);
    expect(score.oneIdea).toBeLessThanOrEqual(0.5);
    expect(score.combinations).toBeGreaterThan(0.3);
    expect(score.combinations).toBeLessThanOrEqual(0.5);
    expect(score.siblingsLikeness).toBeLessThanOrEqual(1);
    expect(score.heeded).toBeCloseTo((2 * score.oneIdea! + score.combinations!) / 3, 3);
  }
  expect(counts.at(-1)).toBe(scores.length * prompts.length * 8 + 64);
  expect(studio.library.reader.count({})).toBe(0);
  const table = remedyTable(remedies);
  expect(table).toContain('| neighbours, variety 0.25 |');
  expect(table).toContain('judged by the attribute classifier of tiny');
});

test('another CLIP judges by which prompt a portrait is nearest to, and without a judge none is made up', async () => {
  const pack = judgedPack();
  const studio = await openTestStudio({ pack, packRoot: path.dirname(pack) });
  const { models } = (await studio.workspace.tools()).session;
  const asked = ['red hair', 'a beard'];
  const { clip } = models;
  const judged = await compareRemedies(
    asked,
    (own, options) => clipAsJudge({ clip, id: 'other' }, asked, own, options),
    models,
    { siblings: 2 },
  );
  for (const { heeded, coverage } of judged.scores) {
    // Whole portraits of four.
    expect((heeded! * 4) % 1).toBe(0);
    expect(coverage).toBeGreaterThanOrEqual(0);
  }
  const alone = await compareRemedies(asked, null, models, { siblings: 2 });
  expect(alone.judge).toBeNull();
  expect(alone.scores).toEqual(judged.scores.map((score) => ({ ...score, heeded: null })));
  expect(remedyTable(alone)).toContain('there was no judge');
});
