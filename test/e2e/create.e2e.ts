import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import {
  bringFile,
  candidates,
  currentId,
  makePortraits,
  portraitPixels,
  promptField,
  shapeNext,
  waitUntilDrawn,
} from './support/window.ts';

describe.skipIf(!hasBrowser)('Create', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('goes from the first run to the first portrait by one click on an example', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await page.getByRole('heading', { name: 'Who would you like to meet?' }).waitFor();
    await page.getByRole('button', { name: 'a punk rocker with pink hair' }).click();
    await waitUntilDrawn(page);
    expect(await candidates(page).count()).toBe(4);
    expect(await page.locator('main figure img').last().getAttribute('alt')).toContain(
      'punk rocker',
    );
    expect(page.complaints).toEqual([]);
  });

  it('draws more like the portrait on the easel, and the history goes back and forth', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    const parent = await currentId(page);
    await page.getByRole('button', { name: /^More like this/ }).click();
    await expect.poll(() => currentId(page)).not.toBe(parent);
    await waitUntilDrawn(page);
    const child = await currentId(page);
    expect((await studio.studio.service.get({ id: child })).parents).toEqual([parent]);
    await page.locator('main figure').click();
    await page.keyboard.press('Control+z');
    await expect.poll(() => currentId(page)).toBe(parent);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => currentId(page)).toBe(child);
  });

  it('keeps the person and changes the words', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    const parent = await currentId(page);
    await page.getByRole('button', { name: /^Same person/ }).click();
    await promptField(page).fill('a chef with a beard');
    await promptField(page).press('Enter');
    await expect.poll(() => currentId(page)).not.toBe(parent);
    const child = await studio.studio.service.get({ id: await currentId(page) });
    expect(child).toMatchObject({ parents: [parent], source: { kind: 'reword' } });
  });

  it.each(['drop', 'paste'] as const)(
    'starts from a picture after a %s, and offers the settings of one that tells them',
    async (how) => {
      await using studio = await openTestStudio();
      const { service } = studio.studio;
      const page = await openWindow(browser, studio.url);
      await makePortraits(page, 'a sailor', 1);
      const bytes = [...(await service.picture({ id: await currentId(page) }))];
      await page.getByRole('button', { name: 'Clear the words' }).click();
      await bringFile(page, how, { name: 'mine.png', type: 'image/png', bytes });
      await page.getByText('From your picture').waitFor();
      await page.getByText('Its settings can be restored.').waitFor();
      const before = await currentId(page);
      await promptField(page).press('Enter');
      await expect.poll(() => currentId(page)).not.toBe(before);
      await waitUntilDrawn(page);
      const { source } = await service.get({ id: await currentId(page) });
      expect(source.kind).toBe('image');
    },
  );

  it('restores settings after showing what would change, and draws the same pixels', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 3);
    await candidates(page).nth(2).click();
    const wanted = await currentId(page);
    const pixels = await portraitPixels(page, wanted);

    await makePortraits(page, 'someone else entirely', 1);
    await shapeNext(page, (next) => next.getByRole('slider', { name: 'Truncation' }).fill('0.4'));
    await page
      .getByRole('option')
      .filter({ has: page.locator(`[src*="${wanted}"]`) })
      .click();
    await page.getByRole('button', { name: /^Restore settings/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore settings' });
    await dialog.waitFor();
    expect(await dialog.getByRole('checkbox').count()).toBe(3);
    await dialog.getByRole('button', { name: 'Restore and draw' }).click();
    await expect.poll(() => currentId(page)).not.toBe(wanted);
    await waitUntilDrawn(page);
    expect(await portraitPixels(page, await currentId(page))).toEqual(pixels);
  });

  it('draws a portrait again by its own seed, also where that is the one in use', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    const wanted = await currentId(page);
    await page.getByRole('button', { name: /^Restore settings/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Draw again' }).click();
    await expect.poll(() => currentId(page)).not.toBe(wanted);
    await waitUntilDrawn(page);
    const again = await currentId(page);
    expect(await portraitPixels(page, again)).toEqual(await portraitPixels(page, wanted));
  });

  it('walks the lines of long words by the arrows before it walks earlier ones', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    const long = 'a woman with long red hair and round glasses '.repeat(5).trim();
    const field = promptField(page);
    await field.fill(long);
    await field.press('ArrowUp');
    expect(await field.inputValue()).toBe(long);
    const caret = () => field.evaluate((area: HTMLTextAreaElement) => area.selectionStart);
    expect(await caret()).toBeLessThan(long.length);
    await field.press('ControlOrMeta+Home');
    await field.press('ArrowUp');
    await expect.poll(() => field.inputValue()).toBe('a sailor');
  });

  it('brings a deleted portrait back by undo, to where it was', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 3);
    await promptField(page).press('Escape');
    const films = page.getByRole('listbox', { name: 'History' }).getByRole('option');
    const ids = () => films.evaluateAll((cards) => cards.map((card) => card.dataset['id']));
    const before = await ids();
    await page.keyboard.press('Delete');
    await expect.poll(() => films.count()).toBe(2);
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(ids).toEqual(before);
    expect((await studio.studio.service.count({ trashed: true })).count).toBe(0);
  });

  it('shows the portraits of the history as the arrows walk along them', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 3);
    const history = page.getByRole('listbox', { name: 'History' });
    const ids = await history
      .getByRole('option')
      .evaluateAll((cards) => cards.map((card) => card.dataset['id']));
    for (const [key, index] of [
      ['Home', 0],
      ['ArrowRight', 1],
      ['ArrowRight', 2],
      ['ArrowLeft', 1],
    ] as const) {
      await history.press(key);
      await expect.poll(() => currentId(page)).toBe(ids[index]);
    }
    await page.getByRole('button', { name: /^Between/ }).click();
    await history.press('End');
    await history.press('Enter');
    await expect.poll(() => currentId(page)).toBe(ids[2]);
  });

  it('keeps everything over a reload', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 3);
    await candidates(page).nth(1).click();
    const current = await currentId(page);
    await page.reload();
    await expect.poll(() => currentId(page)).toBe(current);
    expect(await candidates(page).count()).toBe(3);
    expect(await promptField(page).inputValue()).toBe('a sailor');
    await promptField(page).fill('');
    await promptField(page).press('ArrowUp');
    expect(await promptField(page).inputValue()).toBe('a sailor');
  });
});
