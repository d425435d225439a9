import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTexts } from '../../electron/engine/images/metadata/png.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { temporaryFolder } from '../support/library.ts';
import { samplePicture } from '../support/portraits.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';

const PARAMETERS = 'a lighthouse at dusk\nNegative prompt: fog\nSteps: 20, Seed: 77, Size: 64x64';

describe.skipIf(!hasBrowser)('Bringing pictures in', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('takes a choice of files onto a board, says what came of each, and goes on by carrying over', async () => {
    await using studio = await openTestStudio();
    const folder = await temporaryFolder();
    const png = (n: number) => sharpCodec.encode(samplePicture(n, 64), 'png');
    await mkdir(folder, { recursive: true });
    const files = {
      'lighthouse.png': addTexts(await png(1), [{ keyword: 'parameters', text: PARAMETERS }]),
      'plain.webp': await sharpCodec.encode(samplePicture(2, 64), 'webp'),
      'same.png': await png(1),
      'letter: "dear".png': Buffer.from('Dear sir'),
    };
    const paths = Object.keys(files).map((name) => path.join(folder, name));
    for (const [index, bytes] of Object.values(files).entries()) {
      await writeFile(paths[index] ?? '', bytes);
    }
    const page = await openWindow(browser, studio.url);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Library', exact: true }).click();
    await page.getByRole('button', { name: 'Bring in…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Bring in pictures' });
    await page.locator('input[data-bring-in]').setInputFiles(paths);
    await dialog.getByText('4 files ready').waitFor();
    await dialog.getByLabel('Board to lay them on').fill('Theirs');
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await dialog.getByText('Everything was looked at.').waitFor();
    const told = await dialog.innerText();
    for (const count of [
      '1\ncame with their words',
      '1\ncame without words',
      '1\nwere here already',
    ]) {
      expect(told).toContain(count);
    }
    await dialog.getByText('letter: "dear".png').waitFor();
    await dialog.getByRole('button', { name: 'Select them' }).click();
    const { service } = studio.studio;
    expect(await service.boards({})).toMatchObject([{ name: 'Theirs', count: 2 }]);
    const grid = page.getByRole('grid', { name: 'Portraits' });
    await expect.poll(() => grid.locator('[aria-selected=true]').count()).toBe(2);
    await grid.getByRole('gridcell', { name: /lighthouse/ }).click();
    await page.getByText('there are no numbers to edit').waitFor();
    await page.getByText('77', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Carry over', exact: true }).click();
    await expect
      .poll(async () => (await service.count({ query: 'kind:carry-over' })).count)
      .toBe(1);
    expect(page.complaints).toEqual([]);
  });
});
