/** Every place in both themes and three sizes: no serious accessibility violation, nothing cut, a screenshot. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';
import { makePortraits, promptField } from './support/window.ts';

/** More of them than show at once. */
const WORDS = `a smiling woman with red hair and round glasses${', who has much to say'.repeat(15)}`;

describe.skipIf(!hasBrowser)('Places', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
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
    // With a portrait selected digits rate it.
    await page.keyboard.press('Escape');
    await page.keyboard.press('5');
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    await see('models');
    expect(problems).toEqual([]);
  });
});
