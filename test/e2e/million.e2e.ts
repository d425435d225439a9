/** A library of a million: walked through from end to end without a stop, on a screen of many pixels. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio, type TestStudio } from './support/studio.ts';
import { syntheticLibrary } from './support/synthetic.ts';

const COUNT = 1_000_000;
/** Cards that are drawn for a window, whatever the library holds. */
const MOST_CARDS = 200;
const LONGEST_TASK_MS = 50;
/** Steps from end to end, as a hand that drags the scroll bar makes them. */
const STEPS = 60;

const grid = (page: Page) => page.getByRole('grid', { name: 'Portraits' });
const cards = (page: Page) => grid(page).locator('[data-id]');

/** Starts to note tasks of the window's thread that keep it from drawing. */
const watchTasks = (page: Page) =>
  page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  });

const longTasks = (page: Page): Promise<number[]> =>
  page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);

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

  it('is scrolled from end to end without a long task, and seen to its last at pixel ratio 2', async () => {
    const page = await openLibrary(2);
    expect(await grid(page).getAttribute('aria-rowcount')).toMatch(/^\d{6}$/);
    await watchTasks(page);
    const steps = await grid(page).evaluate(async (scroller, count) => {
      const seen = new Set<string>();
      const end = scroller.scrollHeight - scroller.clientHeight;
      for (let step = 0; step <= count; step += 1) {
        scroller.scrollTop = (end * step) / count;
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        seen.add(scroller.querySelector('[role="row"]')?.getAttribute('aria-rowindex') ?? '');
      }
      return seen.size;
    }, STEPS);
    expect(steps).toBe(STEPS + 1);
    const last = cards(page).last();
    await last.filter({ hasText: /, 1$/ }).waitFor();
    await expect.poll(async () => isWhole(page)).toBe(true);
    expect(await cards(page).count()).toBeLessThan(MOST_CARDS);
    expect((await longTasks(page)).filter((ms) => ms > LONGEST_TASK_MS)).toEqual([]);
    expect(page.complaints).toEqual([]);
  });

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
    await grid(page).press('End');
    const chosen = grid(page).locator('[aria-selected=true]');
    await chosen.filter({ hasText: /, 1$/ }).waitFor();
    const columns = await grid(page).getAttribute('aria-colcount');
    for (let step = 0; step < 3; step += 1) await grid(page).press('ControlOrMeta+-');
    await expect.poll(() => grid(page).getAttribute('aria-colcount')).not.toBe(columns);
    await expect.poll(() => chosen.getAttribute('data-id')).toMatch(/0001$/);
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
    await cards(page).filter({ hasText: /, 1$/ }).waitFor();
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
    await grid(page).locator('[aria-selected=true]').filter({ hasText: /, 1$/ }).waitFor();
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
    expect(page.complaints).toEqual([]);
  });
});
