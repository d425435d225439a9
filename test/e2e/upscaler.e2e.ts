/** From a file that is brought to a picture that is larger, as an artist does it. */
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { writeUpscaler } from '../support/upscalers.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { exported } from './support/saved.ts';
import { openTestStudio } from './support/studio.ts';
import { makePortraits } from './support/window.ts';

describe.skipIf(!hasBrowser)('An upscaler', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is brought, enlarges an export and says so, and is removed again', async () => {
    const base = await temporaryFolder();
    const packRoot = path.join(base, 'packs');
    await mkdir(packRoot);
    await cp(TINY_PACK, path.join(packRoot, 'tiny-pack'), { recursive: true });
    await writeUpscaler(path.join(base, 'Fine.onnx'), {
      ...{ factor: 3, tile: { width: 32, height: 32 } },
    });
    await using studio = await openTestStudio({ pack: 'tiny-pack', packRoot });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a cat', 1);

    await page.getByRole('button', { name: /^Export/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: '2 ×' }).click();
    await dialog.getByText('no upscaler model is here').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^Models/ }).click();
    const file = path.join(base, 'Fine.onnx');
    await page.locator('input[type=file][accept*=onnx]').setInputFiles(file);
    const row = page.getByRole('group', { name: 'Upscalers' }).getByRole('article');
    await row.getByText('3 × as large · Fine.onnx').waitFor();
    await page.getByText('yours to answer for').waitFor();

    await page.getByRole('button', { name: /^Create/ }).click();
    await page.getByRole('button', { name: /^Export/ }).click();
    await dialog.getByRole('radio', { name: '2 ×' }).click();
    await dialog.getByRole('radio', { name: 'Fine' }).waitFor();
    await dialog.getByText('The model makes it 3 × as large').waitFor();
    expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual(
      [],
    );
    const enlarged = await exported(page);
    await page.getByText('Enlarged with Fine to × 3, then by Lanczos to × 2.').waitFor();
    const drawn = (await studio.studio.packs.models()).pack.manifest.generator.resolution;
    expect((await sharp(enlarged).metadata()).width).toBe(2 * drawn);

    await page.getByRole('button', { name: /^Models/ }).click();
    await row.getByRole('button', { name: 'Remove Fine?' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page
      .getByText('No upscaler was brought yet.')
      .or(page.getByText('Nothing here yet'))
      .waitFor();
  });
});
