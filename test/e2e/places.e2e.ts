/** Every place in both themes and three sizes: no serious accessibility violation, nothing cut, a screenshot. */
import { AxeBuilder } from '@axe-core/playwright';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow, type Theme } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { makePortraits, promptField } from './support/window.ts';

/** Of the windows, the one that axe looks at. */
const AXE_WIDTH = 1280;
/** More of them than show at once. */
const WORDS = `a smiling woman with red hair and round glasses${', who has much to say'.repeat(15)}`;
const SHOTS = path.join(import.meta.dirname, 'screenshots');

/** Takes a screenshot, and returns what is wrong with what is on screen. */
async function look(page: Page, name: string, theme: Theme): Promise<string[]> {
  const { width } = page.viewportSize()!;
  await page.screenshot({ path: path.join(SHOTS, `${name}-${theme}-${width}.png`) });
  const problems = [
    ...(await findCut(page)),
    ...(width === AXE_WIDTH ? await findBarred(page) : []),
  ];
  return problems.map((problem) => `${name}: ${problem}`);
}

/** Serious accessibility violations. They do not depend on the size of the window, and take long to find. */
async function findBarred(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** What reaches out of the window, parts whose content is wider than they are, and fields under something. */
function findCut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isSeen = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.closest('[role="listbox"], .visually-hidden');
    const outside = [...document.querySelectorAll('button, figure, canvas, img, textarea')].filter(
      (element) => {
        const { left, right } = element.getBoundingClientRect();
        return isSeen(element) && (left < 0 || right > innerWidth);
      },
    );
    const wider = [...document.querySelectorAll('html, main, aside, [role="dialog"] .body')].filter(
      ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
    );
    // Where a dialog stands in front, all else is covered.
    const covered = [...document.querySelectorAll('main textarea')].filter((field) => {
      const { left, top, width, height } = field.getBoundingClientRect();
      const front = document.elementFromPoint(left + width / 2, top + height / 2);
      return isSeen(field) && front !== field && !document.querySelector('[role="dialog"]');
    });
    const cut = (elements: Element[], how: string) =>
      elements.map((element) => `${element.outerHTML.slice(0, 120)} ${how}`);
    return [
      ...cut(outside, 'reaches out of the window'),
      ...cut(wider, 'is wider inside'),
      ...cut(covered, 'is covered'),
    ];
  });
}

describe.skipIf(!hasBrowser)('Places', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
    await mkdir(SHOTS, { recursive: true });
  });
  afterAll(() => browser.close());

  it.each([
    ['dark', 1100, 700],
    ['light', 1100, 700],
    ['dark', 1280, 800],
    ['light', 1280, 800],
    ['dark', 2560, 1440],
    ['light', 2560, 1440],
  ] as const)('in %s at %i × %i', async (theme, width, height) => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url, { theme, width, height });
    const problems: string[] = [];
    const see = async (name: string) => problems.push(...(await look(page, name, theme)));
    await page.getByRole('heading', { name: 'Who would you like to meet?' }).waitFor();
    await see('first-run');
    await makePortraits(page, WORDS, 8);
    await promptField(page).press('Escape');
    await page.keyboard.press('s');
    await see('create');
    await page.keyboard.press('u');
    await page.getByRole('dialog').waitFor();
    await see('restore');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+e');
    await page.getByRole('dialog').waitFor();
    await see('export');
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.getByRole('dialog').waitFor();
    await see('compare');
    await page.keyboard.press('Escape');
    await page.keyboard.press('y');
    await page.getByRole('treeitem').first().waitFor();
    await see('tree');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.getByRole('dialog').locator('canvas').waitFor();
    await see('mix');
    await page.getByRole('radio', { name: 'Breed' }).click();
    await page.getByRole('slider', { name: /^Border/ }).waitFor();
    await see('breed');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await see('keys');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await see('palette');
    await page.keyboard.type('About');
    await page.keyboard.press('Enter');
    await page.getByRole('searchbox', { name: 'Search packages' }).fill('libvips');
    await page.getByText(/sharp-libvips.* \d/).click();
    await page.getByText('GNU LESSER GENERAL PUBLIC LICENSE').waitFor();
    await see('about');
    await page.keyboard.press('Escape');
    await page.keyboard.press('2');
    await page.getByLabel('Words for A').fill('a laughing sailor, 日本');
    await page.getByLabel('Words for B').fill('a serious chef with a very long beard and a hat');
    await page.getByRole('button', { name: 'Stop at 1.00' }).locator('canvas').waitFor();
    await page.getByText('Not heard: “日本”').waitFor();
    await page.getByLabel('Words for B').press('Escape');
    await see('between');
    await page.keyboard.press('3');
    await page.getByLabel('Words for key-frame 1').fill('a laughing sailor');
    await page.getByLabel('Words for key-frame 2').fill('a serious chef');
    await page.getByRole('img', { name: 'Portrait at this moment' }).waitFor();
    await page.getByLabel('Words for key-frame 2').press('Escape');
    await see('timeline');
    await page.keyboard.press('Control+e');
    await page.getByRole('dialog').getByRole('radio', { name: 'WebP' }).waitFor();
    await see('export-film');
    await page.keyboard.press('Escape');
    await page.keyboard.press('4');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await see('library');
    await page.keyboard.press('5');
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    await see('models');
    expect(problems).toEqual([]);
  });
});
