import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { canvasPixels, difference, portraitPixels } from './support/window.ts';

const cells = (page: Page) =>
  page.getByRole('grid', { name: 'Grid of portraits' }).getByRole('gridcell');

/** Waits until all cells show what stands there now. */
async function allDrawn(page: Page): Promise<void> {
  await page.getByRole('progressbar', { name: / of / }).waitFor({ state: 'hidden' });
  const missing = page.locator('[role=gridcell] .skeleton, [role=gridcell].old');
  await expect.poll(() => missing.count()).toBe(0);
}

async function choose(page: Page, what: 'rows' | 'columns', kind: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^What ${what} vary`) }).click();
  await page.getByRole('menuitemradio', { name: kind, exact: true }).click();
}

describe.skipIf(!hasBrowser)('Grid', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('draws rows and columns, scrubs an axis, keeps cells, and is kept itself', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await page.getByRole('button', { name: /^Grid/ }).click();
    await page.getByRole('heading', { name: 'A grid of portraits' }).waitFor();
    // Without the inspector there is a way to its fields.
    await page.getByRole('button', { name: 'Hide inspector' }).click();
    await page.getByRole('button', { name: 'Show the inspector' }).click();
    await page.getByRole('textbox', { name: 'Words', exact: true }).fill('an old man');
    await choose(page, 'rows', 'Words');
    await page.getByLabel('One a line').fill('an old man\na young woman');
    await page.getByLabel('One a line').press('Tab');
    await choose(page, 'columns', 'Seeds');
    await page.getByLabel('First seed').fill('7');
    await page.getByLabel('First seed').press('Enter');
    await page.getByRole('slider', { name: 'How many' }).fill('3');
    await expect.poll(() => cells(page).count()).toBe(6);
    await allDrawn(page);
    const [first, second] = [cells(page).nth(0), cells(page).nth(1)];
    const before = await canvasPixels(second.locator('canvas'));

    // The values move by one, and what stood in the second column stands in the first.
    await page.getByRole('slider', { name: 'Move the columns' }).press('ArrowRight');
    await allDrawn(page);
    expect(difference(await canvasPixels(first.locator('canvas')), before)).toBe(0);

    // Where none is chosen, the one that would be kept is marked.
    await page.getByRole('button', { name: 'Keep this cell' }).waitFor();
    expect(await page.locator('[role=gridcell][aria-current=true]').count()).toBe(1);

    // By the keyboard alone: across and down, two chosen and kept.
    await first.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Keep 2' }).waitFor();
    const last = await canvasPixels(cells(page).nth(4).locator('canvas'));
    await page.keyboard.press('Enter');
    await page.getByText('2 portraits kept in the library.').waitFor();
    const { items } = await studio.studio.service.list({ limit: 5 });
    expect(items.map(({ prompt, seed }) => [prompt, seed])).toEqual([
      ['a young woman', 9],
      ['an old man', 8],
    ]);
    expect(difference(await portraitPixels(page, items[0]!.id), last)).toBe(0);

    await page.getByLabel('Name of this grid').fill('Faces');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Open “Faces”' }).waitFor();
    await choose(page, 'columns', 'Nothing');
    await expect.poll(() => cells(page).count()).toBe(2);
    await page.getByRole('button', { name: 'Open “Faces”' }).click();
    await expect.poll(() => cells(page).count()).toBe(6);
    expect(await readdir(path.join(studio.studio.library.root, 'grids'))).toHaveLength(1);
  });
});
