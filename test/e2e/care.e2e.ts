/** Looking after the library, and handing over more than what is selected, by the keyboard. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { hasBrowser, launchBrowser, openWindow, type Theme } from './support/browser.ts';
import { look } from './support/look.ts';
import { saved } from './support/saved.ts';
import { openTestStudio } from './support/studio.ts';

const WINDOWS: readonly [Theme, number, number][] = [
  ['dark', 1280, 800],
  ['light', 1280, 800],
  ['dark', 960, 600],
  ['light', 960, 600],
];

/** Looks at what is on screen in both themes and in a small window. */
async function lookAround(page: Page, name: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [theme, width, height] of WINDOWS) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    problems.push(...(await look(page, name, theme)));
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  return problems;
}

/** Chooses a command of the palette. */
async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
}

const press = (within: Locator, name: string | RegExp) =>
  within.getByRole('button', { name }).press('Enter');

async function namesIn(archive: string): Promise<string[]> {
  const names: string[] = [];
  const zip = await openPromise(archive);
  for await (const { fileName } of zip.eachEntry()) names.push(fileName);
  return names.sort();
}

describe.skipIf(!hasBrowser)('Looking after the library', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('verifies, backs up, puts right what went wrong, and empties the trash in time', async () => {
    await using studio = await openTestStudio();
    const { service, library } = studio.studio;
    const origin = { kind: 'prompt' as const, prompt: 'a sailor' };
    const { ids } = await service.generate({ origin, count: 4, settings: { seed: 1 } });
    const [lost = '', damaged = ''] = ids;
    const page = await openWindow(browser, studio.url);
    await page.getByRole('button', { name: /^Library/ }).click();
    await page.getByRole('grid', { name: 'Portraits' }).waitFor();
    await command(page, 'look after');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(library.root).waitFor();
    await dialog.getByText('4 portraits', { exact: true }).waitFor();
    const problems = await lookAround(page, 'upkeep');

    await press(dialog, /^Emptied: By hand/);
    await page.getByRole('menuitemradio', { name: 'After 30 days' }).press('Enter');
    await dialog.getByText('deleted for good after 30 days').waitFor();
    expect(await service.librarySettings({})).toMatchObject({ trashDays: 30 });

    await press(dialog, 'Verify');
    await dialog.getByText(/^Checked 4 portraits, .* All is well\.$/).waitFor();
    problems.push(...(await lookAround(page, 'upkeep-well')));
    await press(dialog, 'Back');

    const backup = await saved(page, () => press(dialog, 'Download as ZIP'));
    await dialog.getByText(path.basename(backup)).waitFor();
    expect(await namesIn(backup)).toEqual(expect.arrayContaining(['library.db', 'journal.jsonl']));
    problems.push(...(await lookAround(page, 'upkeep-backup')));
    await press(dialog, 'Back');

    await rm(library.reader.picturePath(lost));
    await service.trash({ ids: [damaged] });
    await service.purge({ ids: [damaged] });
    await press(dialog, 'Verify');
    await dialog.getByText('One thing is not as it should be.').waitFor();
    await dialog.getByText(`The picture of portrait ${lost} is gone.`).waitFor();
    problems.push(...(await lookAround(page, 'upkeep-wrong')));
    await dialog.locator('input[data-backup]').setInputFiles(backup);
    await dialog
      .getByText('1 portrait came; 3 were here already and 1 picture came back.')
      .waitFor();
    await press(dialog, 'Back');
    await press(dialog, 'Rebuild');
    await dialog.getByText(/Every row says what its picture does/).waitFor();
    expect(await service.verifyLibrary({})).toMatchObject({ portraits: 4, problems: [] });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
    expect(page.complaints).toEqual([]);
  });

  it('hands over a board from its menu, and all that is shown by a key', async () => {
    await using studio = await openTestStudio();
    const { service } = studio.studio;
    const origin = { kind: 'prompt' as const, prompt: 'a sailor' };
    const { ids } = await service.generate({ origin, count: 4, settings: { seed: 1 } });
    const { board } = await service.createBoard({ name: 'Client' });
    await service.addToBoard({ board: board.id, ids: ids.slice(1, 3) });
    const page = await openWindow(browser, studio.url);
    await page.keyboard.press('Escape');
    await page.keyboard.press('4');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'What can be done with Client' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Export this board…' }).press('Enter');
    await page.getByRole('dialog', { name: 'Export 2 portraits' }).waitFor();
    const exported = await saved(page, () => press(dialog, 'Export'));
    expect(await namesIn(exported)).toHaveLength(2);
    await dialog.waitFor({ state: 'hidden' });

    await page.getByRole('grid', { name: 'Portraits' }).focus();
    await page.keyboard.press('ControlOrMeta+Shift+e');
    await page.getByRole('dialog', { name: 'Export 4 portraits' }).waitFor();
    const problems = await lookAround(page, 'export-all');
    await dialog.getByRole('radio', { name: 'Table' }).press('Space');
    const table = await saved(page, () => press(dialog, 'Export'));
    expect(path.basename(table)).toBe('Portraits.csv');
    await dialog.waitFor({ state: 'hidden' });

    // The best of a search, which leaves nothing out.
    await page.getByRole('searchbox').or(page.getByRole('combobox')).first().fill('a sailor');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Export all 4…' }).press('Enter');
    await page.getByRole('dialog', { name: 'Export 4 portraits' }).waitFor();
    expect(await namesIn(await saved(page, () => press(dialog, 'Export')))).toHaveLength(4);
    expect(problems).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
