import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { makePortraits, promptField, waitUntilDrawn } from './support/window.ts';

describe.skipIf(!hasBrowser)('The library', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('finds by meaning and by likeness, compares and copies, all by keys', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'an old man with a grey beard', 2);
    await makePortraits(page, 'a girl with pink hair', 2);
    await promptField(page).press('Escape');
    await page.keyboard.press('4');
    const grid = page.getByRole('grid', { name: 'Portraits' });
    const cards = grid.getByRole('gridcell');

    await page.keyboard.press('ControlOrMeta+f');
    await page.keyboard.type('grey beard');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sort by: Closest first' }).waitFor();
    await expect.poll(() => cards.count()).toBe(4);
    await page.getByRole('button', { name: 'Clear search' }).click();

    await grid.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    const loupe = page.getByRole('dialog', { name: 'Loupe' });
    await loupe.getByText('2 of 4').waitFor();
    await page.keyboard.press('Escape');
    await loupe.waitFor({ state: 'hidden' });
    await page.keyboard.press('c');
    const compare = page.getByRole('dialog', { name: 'Compare' });
    await compare.waitFor();
    await page.keyboard.press('Escape');
    await compare.waitFor({ state: 'hidden' });

    await page.keyboard.press('ControlOrMeta+c');
    await page.getByText('Picture copied.').waitFor();
    const kinds = await page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap(({ types }) => types),
    );
    expect(kinds).toContain('image/png');

    await page.keyboard.press('f');
    await page.getByText('Like this portrait').waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('leaves the keyboard in the search field while words are typed there', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    await promptField(page).press('Escape');
    await page.keyboard.press('4');
    await page.getByRole('button', { name: /^Trash/ }).click();
    await page.getByText('The trash is empty.').waitFor();
    // In place of the trash, which the field then says.
    await page.keyboard.press('ControlOrMeta+f');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('a');
    await page.getByRole('button', { name: 'Sort by: Closest first' }).waitFor();
    await page.getByRole('grid', { name: 'Portraits' }).waitFor();
    await page.keyboard.type(' man with red hair');
    const field = page.locator('[data-search]:focus');
    expect(await field.inputValue()).toBe('a man with red hair');
  });

  it('draws around the portrait that is chosen here, not the one on the easel', async () => {
    await using studio = await openTestStudio();
    const { service } = studio.studio;
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    await makePortraits(page, 'a chef', 1);
    await promptField(page).press('Escape');
    await page.keyboard.press('4');
    const grid = page.getByRole('grid', { name: 'Portraits' });
    await grid.press('End');
    const chosen = await grid.locator('[aria-selected=true]').getAttribute('data-id');
    await grid.press('m');
    await waitUntilDrawn(page);
    await expect.poll(async () => (await service.count({})).count).toBe(3);
    const [newest] = (await service.list({ limit: 1 })).items;
    expect(newest).toMatchObject({ parents: [chosen], prompt: 'a sailor' });
  });
});
