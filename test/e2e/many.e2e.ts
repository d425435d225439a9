/** A library of thousands: as quick to see and to walk through as one of a few. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { fillLibrary } from '../support/fill-library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { samplePicture } from '../support/portraits.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';

const COUNT = 5_000;
/** Cards that are drawn for a window, whatever the library holds. */
const MOST_CARDS = 200;

describe.skipIf(!hasBrowser)('A library of 5,000 portraits', () => {
  let browser: Browser;
  let library: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    library = await mkdtemp(path.join(tmpdir(), 'clip-flow-e2e-many-'));
    const picture = await sharpCodec.encode(samplePicture(0), 'png');
    const thumbnail = await sharpCodec.thumbnail(samplePicture(0), 256);
    await fillLibrary(library, COUNT, () => ({ picture, thumbnail }));
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    await rm(library, { recursive: true });
  });

  it('is walked through from end to end, and deleted from and put back', async () => {
    await using studio = await openTestStudio({ library, pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await page.getByText('5,000 portraits').waitFor();
    await page.getByRole('button', { name: /^Library/ }).click();
    const grid = page.getByRole('grid', { name: 'Portraits' });
    const cards = grid.getByRole('gridcell');
    await cards.filter({ hasText: `portrait ${COUNT - 1}` }).waitFor();
    expect(await cards.count()).toBeLessThan(MOST_CARDS);

    await grid.press('End');
    const oldest = grid.getByRole('gridcell', { name: /^portrait 0,/ });
    await oldest.waitFor();
    expect(await cards.count()).toBeLessThan(MOST_CARDS);
    // Read anew, only its beginning is known: all of it is meant all the same.
    await page.reload();
    await cards.filter({ hasText: `portrait ${COUNT - 1}` }).waitFor();

    await grid.press('ControlOrMeta+a');
    await page.getByText('5,000 selected').waitFor();
    await page.keyboard.press('Delete');
    await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
    expect((await studio.studio.service.count({ trashed: true })).count).toBe(COUNT);
    await page.keyboard.press('ControlOrMeta+z');
    await cards.first().waitFor();
    expect((await studio.studio.service.count({})).count).toBe(COUNT);
    expect(page.complaints).toEqual([]);
  });
});
