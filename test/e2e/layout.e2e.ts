/** Every place and dialog in every size: nothing is cut, covered, or out of reach. */
import type { Browser, Page } from 'playwright-core';
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

/** Until what lies over the window has found its place again; what was wrong is looked at a second time. */
const SETTLE_MS = 100;
const SETTLED_MS = 500;

/** What stays wrong when the window has come to rest. */
async function findMislaidAt(
  page: Page,
  size: { width: number; height: number },
): Promise<string[]> {
  await page.setViewportSize(size);
  await page.waitForTimeout(SETTLE_MS);
  if ((await findMislaid(page)).length === 0) return [];
  await page.waitForTimeout(SETTLED_MS);
  return findMislaid(page);
}

describe.skipIf(!hasBrowser)('The layout', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each([
    [
      'cut off',
      '<div style="width: 60px; overflow: hidden"><button style="white-space: nowrap">Keep this one</button></div>',
    ],
    ['cut off', '<button style="position: fixed; right: -20px">Export</button>'],
    ['lies under', '<button>Below</button><div style="position: fixed; inset: 0"></div>'],
    [
      'has its words cut',
      '<p style="width: 40px; overflow: hidden; white-space: nowrap">A name</p>',
    ],
    ['has its words under', '<p>A name</p><div style="position: fixed; inset: 0"></div>'],
    [
      'too small for its words',
      '<button style="width: 40px; padding: 0; white-space: nowrap">Too long</button>',
    ],
    [
      'wider inside',
      '<main style="width: 90px; overflow: auto"><div style="width: 200px">.</div></main>',
    ],
  ])('of a page that is wrong is found to be: %s', async (what, markup) => {
    const page = await browser.newPage();
    await page.setContent(markup);
    expect((await findMislaid(page)).join()).toContain(what);
    await page.close();
  });

  it('of a page is left alone where words are told by a title, or scrolled to', async () => {
    const page = await browser.newPage();
    await page.setContent(`<p title="A name" style="width: 40px; overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap">A long name</p><div style="height: 30px; overflow: auto"><button>One</button><p
      >Two<p>Three<button>Four</button></div>`);
    expect(await findMislaid(page)).toEqual([]);
    await page.close();
  });

  it('holds in every place and dialog, from 150 % of a small screen to a large one', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url, { width: 1440, height: 900 });
    const faults: string[] = [];
    await walk(page, studio.studio.service, async (name) => {
      // No tip is to lie over what is measured.
      await page.mouse.move(0, 0);
      for (const [width, height] of SIZES) {
        const found = await findMislaidAt(page, { width, height });
        faults.push(...found.map((fault) => `${name} at ${width} × ${height}: ${fault}`));
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    });
    expect(faults).toEqual([]);
  });
});
