/** Every place and dialog in every size: nothing is cut, covered, or out of reach. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { findMislaid } from './support/layout.ts';
import { openTestStudio } from './support/studio.ts';
import { walk } from './support/walk.ts';

/** The smallest are 1280 × 800 and 1440 × 900 at a zoom of 150 %. */
const SIZES = [
  [853, 533],
  [960, 600],
  [1100, 700],
  [1440, 900],
  [2560, 1440],
] as const;

/** Until what lies over the window has found its place again. */
const SETTLE_MS = 100;

describe.skipIf(!hasBrowser)('The layout', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('holds in every place and dialog, from 150 % of a small screen to a large one', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url, { width: 1440, height: 900 });
    const faults: string[] = [];
    await walk(page, studio.studio.service, async (name) => {
      // No tip is to lie over what is measured.
      await page.mouse.move(0, 0);
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(SETTLE_MS);
        const found = await findMislaid(page);
        faults.push(...found.map((fault) => `${name} at ${width} × ${height}: ${fault}`));
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    });
    expect(faults).toEqual([]);
  });
});
