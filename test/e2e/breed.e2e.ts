import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layerRanges } from '../../electron/contract/layers.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import {
  candidates,
  canvasPixels,
  currentId,
  makePortraits,
  portraitPixels,
  waitUntilDrawn,
} from './support/window.ts';

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Mix and breed' });
const preview = (page: Page) => dialog(page).locator('figure canvas');

/** Opens the dialog for the portrait on the easel. */
async function openDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await preview(page).waitFor();
}

describe.skipIf(!hasBrowser)('Mix and breed', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('mixes the colours of one into another, and keeps what it shows', async () => {
    await using studio = await openTestStudio();
    const { packs } = studio.studio;
    const { layers } = (await packs.models()).generator.space;
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    const a = await currentId(page);
    await openDialog(page);
    const before = await canvasPixels(preview(page));
    await dialog(page).getByRole('radiogroup', { name: 'Features from' }).getByText('B').click();
    await expect.poll(() => canvasPixels(preview(page))).not.toEqual(before);
    const shown = await canvasPixels(preview(page));
    await dialog(page).getByRole('button', { name: 'Keep this one' }).click();
    await expect.poll(() => currentId(page)).not.toBe(a);
    await waitUntilDrawn(page);
    const mixed = await currentId(page);
    expect(await portraitPixels(page, mixed)).toEqual(shown);
    const [first] = layerRanges(layers).middle;
    await expect(studio.studio.service.get({ id: mixed })).resolves.toMatchObject({
      source: { kind: 'edit', edits: [{ kind: 'mix', layers: [first, layers - 1] }] },
    });
    expect(page.complaints).toEqual([]);
  });

  it('breeds children by weights, without a mouse, and breeds again as it was', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 3);
    const parent = await currentId(page);
    await openDialog(page);
    // The keyboard begins with what to make.
    await page.keyboard.press('ArrowRight');
    const border = dialog(page).getByRole('slider', { name: 'Border between A and B' });
    await border.focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await border.getAttribute('aria-valuetext')).toBe('A 70 %, B 30 %');
    await dialog(page).getByRole('button', { name: 'Colours' }).press('Space');
    await dialog(page).getByRole('button', { name: 'Draw 3 children' }).press('Enter');
    await dialog(page).waitFor({ state: 'hidden' });
    await expect.poll(() => currentId(page)).not.toBe(parent);
    await waitUntilDrawn(page);
    expect(await candidates(page).count()).toBe(3);
    const child = await studio.studio.service.get({ id: await currentId(page) });
    expect(child).toMatchObject({
      source: { kind: 'breed', how: 'cross', weights: [0.7, 0.3], locks: [{ kind: 'layers' }] },
    });
    expect(child.parents[0]).toBe(parent);

    await page.locator('main figure').click();
    await page.keyboard.press('u');
    await page.getByRole('button', { name: 'Open in Breed' }).click();
    await expect.poll(() => border.getAttribute('aria-valuetext')).toBe('A 70 %, B 30 %');
  });

  it('drags borders between up to four parents', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 4);
    await openDialog(page);
    await dialog(page).getByRole('radio', { name: 'Breed' }).click();
    const others = dialog(page).getByRole('group', { name: 'Add a parent' }).getByRole('button');
    await others.first().click();
    await others.first().click();
    await expect.poll(() => others.count()).toBe(0);
    const border = dialog(page).getByRole('slider', { name: 'Border between C and D' });
    const box = (await border.boundingBox())!;
    const before = await canvasPixels(preview(page));
    await page.mouse.move(box.x + 2, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 42, box.y + 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => border.getAttribute('aria-valuetext')).toMatch(/^C 3\d %, D 1\d %$/);
    await expect.poll(() => canvasPixels(preview(page))).not.toEqual(before);
    await dialog(page).getByRole('button', { name: 'Leave out B' }).click();
    await expect.poll(() => others.count()).toBe(1);
  });

  it('locks the colours while the rest is drawn anew', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    const parent = await currentId(page);
    await page.getByRole('button', { name: 'Next portraits' }).click();
    const locks = page.getByRole('group', { name: 'Lock' });
    expect(await locks.getByRole('button').allInnerTexts()).toEqual([
      'Shape',
      'Features',
      'Colours',
      'Hair',
      'Background',
    ]);
    await locks.getByRole('button', { name: 'Hair' }).click();
    await locks.getByRole('button', { name: 'Reset lock' }).click();
    expect(await locks.getByRole('button', { pressed: true }).count()).toBe(0);
    await locks.getByRole('button', { name: 'Colours' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await expect.poll(() => currentId(page)).not.toBe(parent);
    await waitUntilDrawn(page);
    const { reader } = studio.studio.library;
    const last = (id: string) => reader.latents(id).w.slice(-512);
    expect(last(await currentId(page))).toEqual(last(parent));
  });
});
