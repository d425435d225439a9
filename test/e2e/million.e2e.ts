/** A library of a million: walked through from end to end without a stop, on a screen of many pixels. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portraitId } from '../contract/stub-studio.ts';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio, type TestStudio } from './support/studio.ts';
import { syntheticLibrary } from './support/synthetic.ts';
import { scrollThrough } from './support/tasks.ts';

const COUNT = 1_000_000;
/** Cards that are drawn for a window, whatever the library holds. */
const MOST_CARDS = 200;
/** Steps from end to end, as a hand that drags the scroll bar makes them. */
const STEPS = 60;

const grid = (page: Page) => page.getByRole('grid', { name: 'Portraits' });
/** The one made first. */
const OLDEST = portraitId(1);

const cards = (page: Page) => grid(page).locator('[data-id]');

describe.skipIf(!hasBrowser)('A library of a million portraits', () => {
  let browser: Browser;
  let studio: TestStudio;
  beforeAll(async () => {
    browser = await launchBrowser();
    studio = await openTestStudio({ pack: TINY_PACK, instead: syntheticLibrary(COUNT) });
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
  });

  async function openLibrary(pixelRatio = 1) {
    const page = await openWindow(browser, studio.url, { pixelRatio });
    await page.getByRole('button', { name: /^Library/ }).click();
    await cards(page).first().waitFor();
    return page;
  }

  it('is scrolled from end to end without making cards anew, and seen to its last at pixel ratio 2', async () => {
    const page = await openLibrary(2);
    expect(await grid(page).getAttribute('aria-rowcount')).toMatch(/^\d{6}$/);
    const made = await countMade(page);
    expect(await scrollThrough(page, STEPS)).toBe(STEPS + 1);
    // Cards become those of other portraits: hardly anything is made anew, which is what takes long.
    expect(await made()).toBeLessThan(STEPS);
    await page.locator(`[data-id="${OLDEST}"]`).waitFor();
    await expect.poll(async () => isWhole(page)).toBe(true);
    expect(await cards(page).count()).toBeLessThan(MOST_CARDS);
    expect(page.complaints).toEqual([]);
  });

  /** Counts the elements that are made in the grid from now on. */
  async function countMade(page: Page): Promise<() => Promise<number>> {
    const counter = await grid(page).evaluateHandle((scroller) => {
      const made = { count: 0 };
      // A row that takes another place among them is added too.
      const known = new WeakSet<Node>(scroller.querySelectorAll('*'));
      new MutationObserver((changes) => {
        for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
          if (node instanceof Element && !known.has(node)) made.count += 1;
          known.add(node);
        }
      }).observe(scroller, { childList: true, subtree: true });
      return made;
    });
    return () => counter.evaluate(({ count }) => count);
  }

  /** Whether the last portrait is wholly in view, picture and words. */
  const isWhole = (page: Page): Promise<boolean> =>
    grid(page).evaluate((scroller) => {
      const { bottom } = scroller.getBoundingClientRect();
      const boxes = [...scroller.querySelectorAll('[data-id]')].map((card) =>
        card.getBoundingClientRect(),
      );
      return boxes.every((box) => box.bottom <= bottom) && boxes.length > 0;
    });

  it('moves by a turn of the wheel as far as it was turned, anywhere', async () => {
    const page = await openLibrary();
    await grid(page).evaluate((scroller) => {
      scroller.scrollTop = scroller.scrollHeight / 2;
    });
    const row = grid(page).locator('[role="row"]').nth(3);
    await row.locator('[data-id]').first().waitFor();
    const id = await row.locator('[data-id]').first().getAttribute('data-id');
    const topOf = async () => (await page.locator(`[data-id="${id}"]`).boundingBox())?.y ?? NaN;
    const before = await topOf();
    await grid(page).hover();
    await page.mouse.wheel(0, 120);
    await expect.poll(topOf).toBe(before - 120);
  });

  it('is walked by keys, sized and jumped through by dates, and what has the keyboard stays', async () => {
    const page = await openLibrary();
    await cards(page).first().click();
    await expect(grid(page).evaluate((element) => element.matches(':focus'))).resolves.toBe(true);
    await grid(page).press('End');
    const chosen = grid(page).locator('[aria-selected=true]');
    await expect.poll(() => chosen.getAttribute('data-id')).toBe(OLDEST);
    const columns = await grid(page).getAttribute('aria-colcount');
    for (let step = 0; step < 3; step += 1) await grid(page).press('ControlOrMeta+-');
    await expect.poll(() => grid(page).getAttribute('aria-colcount')).not.toBe(columns);
    await expect.poll(() => chosen.getAttribute('data-id')).toBe(OLDEST);
    expect(await grid(page).getAttribute('aria-activedescendant')).toBe(
      await chosen.getAttribute('id'),
    );

    const rail = page.getByRole('slider', { name: 'Dates' });
    await rail.press('Home');
    expect(await rail.getAttribute('aria-valuetext')).toBe('June 14, 2026');
    await rail.press('ArrowDown');
    await expect.poll(() => rail.getAttribute('aria-valuetext')).toContain('May');
    await rail.press('PageDown');
    await expect.poll(() => rail.getAttribute('aria-valuetext')).toContain('2025');
    const { x, y, width, height } = (await rail.boundingBox())!;
    await page.mouse.click(x + width / 2, y + height - 1);
    await expect.poll(() => rail.getAttribute('aria-valuetext')).toContain('2023');
    await page.locator(`[data-id="${OLDEST}"]`).waitFor();
    expect(await look(page, 'million', 'dark')).toEqual([]);
  });

  it('shows one large and its neighbours by keys, and gives the keyboard back', async () => {
    const page = await openLibrary();
    await grid(page).press('Home');
    await page.keyboard.press('Space');
    const loupe = page.getByRole('dialog', { name: 'Loupe' });
    await loupe.getByText('1 of 1,000,000').waitFor();
    const picture = loupe.getByRole('img', { name: /sailor/ });
    const widthOf = async () => (await loupe.locator('.picture').boundingBox())?.width;
    const fitted = await widthOf();
    await page.keyboard.press('z');
    await expect.poll(widthOf).not.toBe(fitted);
    await loupe.getByRole('button', { name: '100 %' }).click();
    await expect.poll(widthOf).toBe(256);
    await loupe.getByRole('button', { name: '200 %' }).click();
    await expect.poll(widthOf).toBe(512);
    await picture.waitFor();
    await page.keyboard.press('PageDown');
    await loupe.getByText('2 of 1,000,000').waitFor();
    await page.keyboard.press('End');
    await loupe.getByText('1,000,000 of 1,000,000').waitFor();
    expect(await look(page, 'loupe', 'dark')).toEqual([]);
    await page.keyboard.press('Escape');
    await loupe.waitFor({ state: 'hidden' });
    await expect
      .poll(() => grid(page).evaluate((element) => element === document.activeElement))
      .toBe(true);
    const chosen = grid(page).locator('[aria-selected=true]');
    await expect.poll(() => chosen.getAttribute('data-id')).toBe(OLDEST);
  });

  it('has up to nine side by side, and selects those that were not taken out', async () => {
    const page = await openLibrary();
    await grid(page).press('Home');
    for (let step = 0; step < 3; step += 1) await grid(page).press('Shift+ArrowRight');
    await expect.poll(() => grid(page).locator('[aria-selected=true]').count()).toBe(4);
    await page.keyboard.press('c');
    const survey = page.getByRole('dialog', { name: 'Compare' });
    const figures = survey.getByRole('group', { name: /^Portrait \d/ });
    await expect.poll(() => figures.count()).toBe(4);
    expect(await look(page, 'survey', 'dark')).toEqual([]);
    const long = figures.nth(3).getByText('who has much to say');
    await long.press('ArrowDown');
    await expect.poll(() => long.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
    await figures.nth(1).focus();
    await page.keyboard.press('+');
    const widths = () =>
      survey.locator('.picture').evaluateAll((all) => all.map((each) => each.clientWidth));
    await expect.poll(async () => new Set(await widths()).size).toBe(1);
    await page.keyboard.press('Delete');
    await expect.poll(() => figures.count()).toBe(3);
    await page.keyboard.press('Escape');
    await survey.waitFor({ state: 'hidden' });
    await expect.poll(() => grid(page).locator('[aria-selected=true]').count()).toBe(3);
    await page.getByText('1 portrait taken out of the comparison.').waitFor();
    expect(page.complaints).toEqual([]);
  });
});
