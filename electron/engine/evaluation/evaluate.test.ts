import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sharpCodec } from '../images/sharp-codec.ts';
import { openTestStudio } from '../../../test/support/studio.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { readDataSet } from './data-set.ts';
import { evaluate } from './evaluate.ts';
import { evaluationPage } from './report.ts';

const request = {
  prompts: ['red', 'green', 'blue'],
  perPrompt: 2,
  pictures: [],
  ownPortraits: 12,
  seed: 5,
  settings: {},
};

test('a pack is measured, the same each time, and nothing is kept', async () => {
  const { workspace, library } = await openTestStudio();
  const tools = await workspace.tools();
  const { evaluation, sheet } = await evaluate(request, tools);
  expect(evaluation.textToImage).toMatchObject({ prompts: 3, portraits: 6 });
  expect(evaluation.imageToImage).toMatchObject({ pictures: 12, source: 'generator' });
  expect(evaluation.inversion.roundTrip).toBeLessThan(1e-4);
  expect(evaluation.distances.fid).toBeNull();
  expect(sheet).toMatchObject({ width: 2 * 132 + 4, height: 3 * 132 + 4 });
  expect((await evaluate(request, tools)).evaluation).toEqual(evaluation);
  expect(library.reader.count({})).toBe(0);
  expect(evaluationPage(evaluation)).toContain('| TediGAN | 106.37 | 0.456 |');
});

test('a data set is read in the order of its numbers, with its captions', async () => {
  const folder = await temporaryFolder();
  const [images, captions] = ['images', 'captions'].map((name) => path.join(folder, name));
  for (const at of [images!, captions!]) mkdirSync(at);
  for (const [i, colour] of [0, 90, 200].entries()) {
    const data = new Uint8Array(40 * 30 * 3).fill(colour);
    const bytes = await sharpCodec.encode({ width: 40, height: 30, data }, 'png');
    writeFileSync(path.join(images!, `${[10, 2, 1][i]}.png`), bytes);
  }
  writeFileSync(path.join(images!, 'notes.md'), 'no picture');
  writeFileSync(path.join(captions!, '2.txt'), 'first\n\n second \n');
  const data = await readDataSet(images!, captions!, 10);
  expect(data.map(({ file }) => path.basename(file))).toEqual(['1.png', '2.png', '10.png']);
  expect(data.map(({ captions: said }) => said)).toEqual([[], ['first', 'second'], []]);
  expect(await readDataSet(images!, undefined, 2)).toHaveLength(2);

  const { workspace } = await openTestStudio();
  const { evaluation } = await evaluate({ ...request, pictures: data }, await workspace.tools());
  expect(evaluation.imageToImage).toMatchObject({ pictures: 3, source: 'data set' });
  await expect(readDataSet(captions!, undefined, 5)).rejects.toMatchObject({
    code: 'invalid-argument',
  });
});
