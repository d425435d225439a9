/** Every place and dialog: nothing is cut, covered or out of reach in any size, and axe has nothing to say. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { findMislaid } from './support/layout.ts';
import { lookEverywhere } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';
import { walk, WAYS } from './support/walk.ts';

/** The smallest are 1280 × 800 and 1440 × 900 at a zoom of 150 %. */
const SIZES = [
  [853, 533],
  [960, 600],
  [1100, 700],
  [1280, 800],
  [1440, 900],
  [2560, 1440],
] as const;

describe.skipIf(!hasBrowser)('Places', () => {
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
    ['cut off', '<figure style="position: fixed; right: -20px; margin: 0">A portrait</figure>'],
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
  ])('that are wrong are found to be: %s', async (what, markup) => {
    const page = await browser.newPage();
    await page.setContent(markup);
    expect((await findMislaid(page)).join()).toContain(what);
    await page.close();
  });

  it('are left alone where words are told by a title, or scrolled to', async () => {
    const page = await browser.newPage();
    await page.setContent(`<p title="A name" style="width: 40px; overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap">A long name</p><div style="height: 30px; overflow: auto"><button>One</button><p
      >Two<p>Three<button>Four</button></div>`);
    expect(await findMislaid(page)).toEqual([]);
    await page.close();
  });

  // The walk begins in a window in which all panels stand open at first.
  it.each(Object.keys(WAYS))(
    'and dialogs %s hold, from 150 % of a small screen to a large one, in both themes',
    async (way) => {
      await using studio = await openTestStudio();
      const page = await openWindow(browser, studio.url, { width: 1440, height: 900 });
      await walk(page, studio.studio.service, way, async (name) => {
        // No tip is to lie over what is measured.
        await page.mouse.move(0, 0);
        expect.soft(await lookEverywhere(page, name, SIZES)).toEqual([]);
      });
      expect(page.complaints).toEqual([]);
    },
  );
});
