/** What a window says of a library that something has happened to. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { openLibrary } from '../../electron/engine/library/library.ts';
import { tamper } from '../support/database.ts';
import { addSamples, temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';

/** A library of three portraits, closed, and the paths of their pictures. */
async function filled() {
  const root = await temporaryFolder();
  const library = await openLibrary(root, sharpCodec);
  const ids = (await addSamples(library, 3)).map(({ id }) => id);
  const files = ids.map((id) => library.reader.picturePath(id));
  await library.close();
  return { root, ids, files };
}

describe.skipIf(!hasBrowser)('A library', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('that was emptied is there again, and that is told until it is read', async () => {
    const { root } = await filled();
    await writeFile(path.join(root, 'library.db'), '');
    await using studio = await openTestStudio({ pack: TINY_PACK, library: root });
    const page = await openWindow(browser, studio.url);
    const notice = page.locator('.notice').filter({ hasText: 'was empty. 3 portraits came back' });
    await notice.waitFor();
    await notice.getByRole('button', { name: 'Close' }).click();
    await notice.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /^Library/ }).click();
    await expect
      .poll(() => page.getByRole('grid', { name: 'Portraits' }).getByRole('gridcell').count())
      .toBe(3);
    expect(page.complaints).toEqual([]);
  });

  it('with a bad row shows all others, and exports them without a picture that is gone', async () => {
    const { root, ids, files } = await filled();
    tamper(root, `UPDATE generations SET width = -1 WHERE id = '${ids[0]}'`);
    await rm(files[1]!);
    await using studio = await openTestStudio({ pack: TINY_PACK, library: root });
    const page = await openWindow(browser, studio.url);
    await page
      .locator('.notice')
      .filter({ hasText: `set aside: ${ids[0]}` })
      .waitFor();
    await page.locator('.notice').filter({ hasText: ids[1]! }).waitFor();
    await page.getByRole('button', { name: /^Library/ }).click();
    const portraits = page.getByRole('grid', { name: 'Portraits' });
    await expect.poll(() => portraits.getByRole('gridcell').count()).toBe(2);
    await portraits.press('ControlOrMeta+a');
    await page.keyboard.press('ControlOrMeta+e');
    const dialog = page.getByRole('dialog', { name: 'Export 2 portraits' });
    await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    await page
      .getByText(`Exported, but for one portrait: The library holds no picture ${ids[1]}`)
      .waitFor();
  });
});
