import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { currentId, waitUntilDrawn } from './support/window.ts';

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

describe.skipIf(!hasBrowser)('Without a mouse', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('everything an artist does can be done', async () => {
    await using studio = await openTestStudio();
    const { service } = studio.studio;
    const page = await openWindow(browser, studio.url);
    const place = () => page.locator('nav [aria-current]').innerText();

    // Create: type, draw, leave the field, choose, star, more like this.
    await page.getByLabel('Describe a portrait').waitFor();
    await page.keyboard.type('a sailor');
    await press(page, 'Enter');
    await waitUntilDrawn(page);
    // The easel has the keys by now.
    await press(page, 's');
    await expect.poll(async () => (await service.count({ starred: true })).count).toBe(1);
    const first = await currentId(page);
    await press(page, 'm');
    await expect.poll(() => currentId(page)).not.toBe(first);
    await waitUntilDrawn(page);

    // Compare: from one to the other, swapped, and back.
    await press(page, 'c');
    const compare = page.getByRole('dialog', { name: 'Compare' });
    await compare.waitFor();
    await press(page, 'ArrowRight', 'ArrowRight', 'x', 'Escape');
    await compare.waitFor({ state: 'hidden' });

    // Between: the portrait is at A already; words for B; keep what lies in the middle.
    await press(page, 'b');
    expect(await place()).toContain('Between');
    await page.locator('[data-end="b"]').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('a chef');
    await press(page, 'Escape', 'k');
    await page.getByText('Kept in the library.').waitFor();

    // Library: walk, delete, take it back, open.
    await press(page, '4', 'Home', 'ArrowRight');
    const { portraits } = (await service.status({})).library;
    await press(page, 'Delete');
    await expect.poll(async () => (await service.count({})).count).toBe(portraits - 1);
    // The next key acts on the neighbour.
    const cards = page.getByRole('grid', { name: 'Portraits' }).getByRole('gridcell');
    await expect.poll(() => cards.count()).toBe(portraits - 1);
    await press(page, 'Delete');
    await expect.poll(async () => (await service.count({})).count).toBe(portraits - 2);
    await press(page, 'Control+z', 'Control+z');
    await expect.poll(async () => (await service.count({})).count).toBe(portraits);
    await press(page, 'Home', 'ArrowRight', 'Enter');
    expect(await place()).toContain('Create');

    // Export, the palette and the key sheet open and close.
    await press(page, 'Escape', 'Control+e');
    await page.getByRole('dialog', { name: /^Export/ }).waitFor();
    await press(page, 'Escape', 'Control+k');
    await page.keyboard.type('models');
    await press(page, 'Enter');
    await expect.poll(place).toContain('Models');
    await press(page, '?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await press(page, 'Escape');

    // Back at the portrait the next key is a command, and writes nothing into the words.
    await press(page, '1');
    await page.locator('[data-easel]:focus').waitFor();
    await press(page, '6');
    expect(await place()).toContain('Grid');
    await press(page, '1');
    expect(await page.getByLabel('Describe a portrait').inputValue()).toBe('a sailor');
    expect(page.complaints).toEqual([]);
  });

  it('shows where the focus is, at every stop of the Tab key', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await page.getByLabel('Describe a portrait').waitFor();
    const unseen: string[] = [];
    for (let stop = 0; stop < 30; stop++) {
      await press(page, 'Tab');
      const name = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const seen = [element, element.closest('form, label, [role=search]')].some((candidate) => {
          const style = candidate && getComputedStyle(candidate);
          return style && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');
        });
        return seen || element.getAttribute('role') === 'listbox' ? null : element.outerHTML;
      });
      if (name !== null) unseen.push(name.slice(0, 120));
    }
    expect(unseen).toEqual([]);
  });
});
