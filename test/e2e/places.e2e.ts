/** Every place and dialog: no serious accessibility violation, nothing cut, a screenshot. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';
import { walk } from './support/walk.ts';

/** The walk goes through a window in which all panels stand open at first. */
const ROOMY = { width: 1280, height: 800 };

describe.skipIf(!hasBrowser)('Places', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  // Colours are the theme's, what is where is the size's: each is seen once. `layout.e2e` has the other sizes.
  it.each([
    ['dark', 'of a usual size', ROOMY],
    ['light', 'at a zoom of 150 %', { width: 853, height: 533 }],
  ] as const)('in %s, %s', async (theme, _, size) => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url, { ...ROOMY, theme });
    const problems: string[] = [];
    await walk(page, studio.studio.service, async (name) => {
      await page.setViewportSize(size);
      problems.push(...(await look(page, name, theme)));
      await page.setViewportSize(ROOMY);
    });
    expect(problems).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
