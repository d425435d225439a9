/** Every place and dialog: no serious accessibility violation, nothing cut, a screenshot. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';
import { walk } from './support/walk.ts';

describe.skipIf(!hasBrowser)('Places', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  // Colours are the theme's, what is where is the size's: each is seen once. `layout.e2e` has the other sizes.
  it.each([
    ['dark', 'of a usual size', { width: 1280, height: 800 }],
    ['light', 'at a zoom of 150 %', { width: 853, height: 533 }],
  ] as const)('in %s, %s', async (theme, _, size) => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url, { ...size, theme });
    const problems: string[] = [];
    await walk(page, studio.studio.service, async (name) => {
      problems.push(...(await look(page, name, theme)));
    });
    expect(problems).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
