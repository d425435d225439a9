/** The library laid out by meaning, by hand and by keys. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw, words } from '../support/drawing.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';

const ALIKE = 6;
const ALL = 2 * ALIKE;
const THEMES = ['light', 'dark'] as const;

const mapOf = (page: Page) => page.getByRole('group', { name: 'Portraits by meaning' });
const portraitsOf = (page: Page) => mapOf(page).locator('button.portrait');
const clusterOf = (page: Page) => mapOf(page).getByRole('button', { name: / more like it$/ });

async function openAtlas(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Library', exact: true }).click();
  await page.getByRole('button', { name: 'Atlas: laid out by meaning' }).click();
}

/** Looks at it in both themes. */
async function lookAt(page: Page, name: string): Promise<string[]> {
  const problems: string[] = [];
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    problems.push(...(await look(page, name, theme)));
  }
  return problems;
}

/** How many portraits the cells in view stand for. */
function shown(page: Page): Promise<number> {
  return portraitsOf(page).evaluateAll((cells) =>
    cells.reduce((sum, cell) => sum + Number(cell.querySelector('.count')?.textContent ?? 1), 0),
  );
}

/** A place of the map where no portrait lies, in pixels of the window. */
function findEmptyPlace(map: Locator): Promise<{ x: number; y: number }> {
  return map.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    for (let y = top + height / 2; y < top + height - 120; y += 8) {
      for (let x = left + 80; x < left + width - 80; x += 8) {
        if (document.elementFromPoint(x, y) === element) return { x, y };
      }
    }
    throw new Error('The map is full.');
  });
}

async function lassoAll(page: Page): Promise<void> {
  const { x, y, width, height } = (await mapOf(page).boundingBox())!;
  const corners = [
    [x + 4, y + 4],
    [x + width - 4, y + 4],
    [x + width - 4, y + height - 4],
    [x + 4, y + height - 4],
  ] as const;
  await page.mouse.move(...corners[0]);
  await page.mouse.down();
  for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 4 });
  await page.mouse.up();
}

describe.skipIf(!hasBrowser)('The atlas', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is laid out, moved through, selected from, drawn into and searched', async () => {
    await using studio = await openTestStudio();
    const { service } = studio.studio;
    await draw(studio.studio, words('an old sailor with a grey beard'), ALIKE);
    await draw(studio.studio, words('a girl with pink hair'), ALIKE, { seed: 90 });
    const page = await openWindow(browser, studio.url);
    const problems: string[] = [];
    await openAtlas(page);
    await page.getByRole('heading', { name: 'Nothing is laid out yet' }).waitFor();
    problems.push(...(await lookAt(page, 'atlas-empty')));
    await page.getByRole('button', { name: 'Lay out the library' }).click();

    const map = mapOf(page);
    await expect.poll(() => shown(page)).toBe(ALL);
    await expect
      .poll(() => map.locator('img').evaluateAll((all) => all.every((img) => img.clientWidth > 0)))
      .toBe(true);
    problems.push(...(await lookAt(page, 'atlas')));

    // Nearer and back, by keys, by the wheel and by opening a cluster.
    expect(await map.evaluate((element) => element === document.activeElement)).toBe(true);
    const first = () => portraitsOf(page).first().boundingBox();
    const before = await first();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => (await first())?.x).toBeCloseTo((before?.x ?? 0) + 80, 1);
    await page.keyboard.press('0');
    await expect.poll(async () => (await first())?.x).toBeCloseTo(before?.x ?? 0, 1);
    const { x, y } = await findEmptyPlace(map);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 500);
    await page.keyboard.press('-');
    await clusterOf(page).first().waitFor();
    const cells = await portraitsOf(page).count();
    expect(cells).toBeLessThan(ALL);
    await clusterOf(page).first().press('Enter');
    await expect.poll(() => portraitsOf(page).count()).not.toBe(cells);
    await page.getByRole('button', { name: 'Show everything' }).click();
    await expect.poll(() => shown(page)).toBe(ALL);

    // A line around all of them.
    const lasso = page.getByRole('button', { name: 'Draw around portraits' });
    await lasso.click();
    await lassoAll(page);
    const bar = page.getByRole('toolbar', { name: 'The selection' });
    await bar.getByText(`${ALL} selected`).waitFor();
    problems.push(...(await lookAt(page, 'atlas-selected')));
    await bar.getByRole('button', { name: 'Star' }).click();
    await expect.poll(async () => (await service.count({ query: 'is:starred' })).count).toBe(ALL);
    await lasso.click();

    // What would lie at an empty place.
    const empty = await findEmptyPlace(map);
    await page.mouse.click(empty.x, empty.y);
    await bar.waitFor({ state: 'hidden' });
    const offer = page.getByRole('button', { name: 'Draw what would lie here' });
    await offer.waitFor();
    problems.push(...(await lookAt(page, 'atlas-offer')));
    await offer.click();
    await expect.poll(() => shown(page)).toBe(ALL + 1);
    const [child] = (await service.list({ limit: 1 })).items;
    expect(child?.source).toMatchObject({ kind: 'breed', how: 'blend' });
    expect(new Set(child?.parents).size).toBe(4);
    // It is selected, and told of where it lies.
    await bar.getByText('1 selected').waitFor();
    await page.getByText(/^Drawn, and selected/).waitFor();
    await page.getByRole('button', { name: 'Go there' }).click();
    const side = (await map.boundingBox())!;
    const ring = (await page.locator('.ring').boundingBox())!;
    expect(ring.x + ring.width / 2 - side.x).toBeCloseTo(side.width / 2, 0);
    await page.getByRole('button', { name: 'Show everything' }).click();

    // Others that come are placed while one looks, and a search leaves what it finds.
    await draw(studio.studio, words('a girl with pink hair'), 1, { seed: 300 });
    await expect.poll(() => shown(page)).toBe(ALL + 2);
    const field = page.getByRole('combobox', { name: 'Search the library' });
    await field.fill('sailor');
    await expect.poll(() => shown(page)).toBeLessThan(ALL);
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    await field.fill('zebra');
    await page.getByText('Nothing here fits your search').waitFor();
    expect(problems).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
