import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { canvasPixels, difference } from './support/window.ts';

/** Width of the thumb, in px. */
const THUMB = 22;

const preview = (page: Page) => page.getByRole('img', { name: 'Portrait at this position' });

const thumb = (page: Page) => page.getByRole('slider', { name: 'Position between A and B' });

/** Where on the path the picture lies that is seen. */
const shownPosition = (page: Page) =>
  preview(page).evaluate((canvas) => canvas.closest('figure')?.dataset['position']);

async function goFromSailorToChef(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Between/ }).click();
  await page.getByLabel('Words for A').fill('a laughing sailor');
  await page.getByLabel('Words for B').fill('a serious chef');
}

/** Lets go of the thumb at a position and reads the very picture there. */
async function picture(page: Page, position: number): Promise<number[]> {
  await thumb(page).fill(String(position));
  await expect
    .poll(() =>
      preview(page).evaluate((canvas) => {
        const { exact, position } = canvas.closest('figure')?.dataset ?? {};
        return [exact, Number(position)];
      }),
    )
    .toEqual(['true', position]);
  return canvasPixels(preview(page));
}

describe.skipIf(!hasBrowser)('Between', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('begins as A, ends as B, and changes continuously on every path', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await page.getByRole('button', { name: /^Between/ }).click();
    // Of one style: between two styles a portrait changes over at once.
    const [a, b] = ['a laughing man with black hair', 'a sad woman with long red hair'];
    await page.getByLabel('Words for A').fill(`a line drawing of ${a}`);
    await page.getByLabel('Words for B').fill(`a line drawing of ${b}`);
    await page.getByRole('textbox', { name: 'Seed' }).fill('3');
    await page.keyboard.press('Enter');
    const ends = [
      page.getByRole('img', { name: 'End A' }),
      page.getByRole('img', { name: 'End B' }),
    ];
    for (const end of ends) await end.waitFor();

    // Each stop stands under the thumb that shows it.
    await page.getByRole('button', { name: 'Stop at 1.00' }).locator('canvas').waitFor();
    const track = (await thumb(page).boundingBox())!;
    for (const [name, part] of [
      ['0.00', 0],
      ['0.50', 0.5],
      ['1.00', 1],
    ] as const) {
      const stop = (await page.getByRole('button', { name: `Stop at ${name}` }).boundingBox())!;
      const at = track.x + THUMB / 2 + part * (track.width - THUMB);
      expect(Math.abs(stop.x + stop.width / 2 - at)).toBeLessThan(1.5);
    }

    for (const path of ['Meaning', 'Person', 'Style']) {
      await page.getByRole('radio', { name: path }).click();
      const steps: number[][] = [];
      for (let i = 0; i <= 10; i++) steps.push(await picture(page, i / 10));
      expect(steps[0]).toEqual(await canvasPixels(ends[0]!));
      expect(steps[10]).toEqual(await canvasPixels(ends[1]!));
      const whole = difference(steps[0]!, steps[10]!);
      const largest = Math.max(...steps.slice(1).map((step, i) => difference(steps[i]!, step)));
      expect(whole).toBeGreaterThan(0);
      expect(largest).toBeLessThan(whole);
    }

    await page.getByRole('radio', { name: 'Meaning' }).click();
    await page.getByRole('switch', { name: 'Even steps to the eye' }).click();
    await page.getByText(/^Measuring the path: picture \d+ of about \d+, .* left/).waitFor();
    const even: number[][] = [];
    for (let i = 0; i <= 10; i++) even.push(await picture(page, i / 10));
    const lengths = even.slice(1).map((step, i) => difference(even[i]!, step));
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(Math.max(...lengths)).toBeLessThan(3 * mean);
    expect(page.complaints).toEqual([]);
  });

  it('keeps the portrait under the thumb, and finds its way back to it', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await goFromSailorToChef(page);
    await page.getByRole('button', { name: /^Keep this one/ }).click();
    await page.getByText('Kept in the library.').waitFor();
    const { items } = await studio.studio.service.list({ limit: 10 });
    expect(items[0]?.source).toMatchObject({ kind: 'interpolation', position: 0.5 });

    await thumb(page).fill('0.9');
    await page.getByRole('button', { name: /^Library/ }).click();
    await page.getByRole('grid', { name: 'Portraits' }).press('ArrowRight');
    await page.getByRole('button', { name: /^Restore settings/ }).click();
    await page.getByRole('button', { name: 'Open in Between' }).click();
    const slider = thumb(page);
    expect(await slider.inputValue()).toBe('0.5');
  });

  it('follows a dragged thumb and ends where it was let go', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await goFromSailorToChef(page);
    await preview(page).waitFor();
    const slider = thumb(page);
    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, box.y + box.height / 2, { steps: 40 });
    await page.mouse.up();
    await expect.poll(() => shownPosition(page)).toBe('1');

    // One drag is one step back.
    await slider.press('Control+z');
    await expect.poll(() => slider.inputValue()).toBe('0.5');
  });

  it('shows a frame after the other under a slow thumb, and plays there and back', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await goFromSailorToChef(page);
    await preview(page).waitFor();
    const shown = new Set<string>();
    const look = async () => shown.add((await shownPosition(page)) ?? '');
    const slider = thumb(page);
    const box = (await slider.boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width / 2, y);
    await page.mouse.down();
    for (let x = 1; x <= 20; x++) {
      await page.mouse.move(box.x + box.width * (0.5 + x / 50), y);
      await page.waitForTimeout(60);
      await look();
    }
    await page.mouse.up();
    expect(shown.size).toBeGreaterThan(8);

    shown.clear();
    await page.locator('figure').first().click();
    await page.keyboard.press('p');
    await expect
      .poll(async () => {
        await look();
        return shown.size;
      })
      .toBeGreaterThan(8);
    expect(await page.getByRole('button', { name: /^Pause/ }).count()).toBe(1);
    expect(page.complaints).toEqual([]);
  });
});
