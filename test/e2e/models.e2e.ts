import { cp } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { temporaryFolder } from '../support/library.ts';
import { copyTinyPack, editManifest, TINY_PACK, zipTinyPack } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';

describe.skipIf(!hasBrowser)('A model of an id that is there already', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is added in its place once the artist has seen both', async () => {
    const packRoot = await temporaryFolder();
    await cp(TINY_PACK, path.join(packRoot, 'tiny-pack'), { recursive: true });
    const newer = copyTinyPack();
    editManifest(newer, (manifest) => {
      Object.assign(manifest, { version: '2.0.0', license: 'CC0-1.0' });
    });
    await using studio = await openTestStudio({ pack: 'tiny-pack', packRoot });
    const page = await openWindow(browser, studio.url);
    await page.getByRole('button', { name: /^Models/ }).click();
    const archive = await zipTinyPack(newer);
    await page.locator('input[type=file][accept*=zip]').setInputFiles(archive);
    const dialog = page.getByRole('dialog', { name: 'Replace this model?' });
    for (const fact of [
      '1.0.0',
      'Apache-2.0',
      '2.0.0',
      'CC0-1.0',
      path.join(packRoot, 'tiny-pack'),
    ]) {
      await dialog.getByText(fact).waitFor();
    }
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await page.getByText('Tiny pack (conditional) was added.').waitFor();
    await page.getByRole('article').getByText('2.0.0').waitFor();
  });
});
