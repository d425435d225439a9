/** Every place and dialog in both themes: no serious accessibility violation, nothing cut, a screenshot. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';
import { walk } from './support/walk.ts';

/** The first is the second at a zoom of 150 %. */
const SIZES = [
  { width: 853, height: 533 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
] as const;

describe.skipIf(!hasBrowser)('Places', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each(['dark', 'light'] as const)('in %s', async (theme) => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url, { ...SIZES[1], theme });
    const problems: string[] = [];
    await walk(page, studio.studio.service, async (name) => {
      for (const size of SIZES) {
        await page.setViewportSize(size);
        problems.push(...(await look(page, name, theme)));
      }
      await page.setViewportSize(SIZES[1]);
    });
    expect(problems).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
