import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { exported } from './support/saved.ts';
import { openTestStudio } from './support/studio.ts';
import { canvasPixels, makePortraits, playFilm } from './support/window.ts';

const picture = (page: Page) => page.getByRole('img', { name: 'Portrait at this moment' });
const playhead = (page: Page) => page.getByRole('slider', { name: 'Moment' });
const words = (page: Page, n: number) => page.getByLabel(`Words for key-frame ${n}`);
const mark = (page: Page, n: number) =>
  page.getByRole('slider', { name: `Time of key-frame ${n}`, exact: true });

async function openTimeline(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Timeline/ }).click();
  await words(page, 1).fill('a laughing sailor');
  await words(page, 2).fill('a serious chef with a beard');
  await picture(page).waitFor();
}

/** Lets go of the playhead at a frame and waits for the very picture there. */
async function look(page: Page, frame: number): Promise<number[]> {
  await playhead(page).fill(String(frame));
  await expect
    .poll(() =>
      picture(page).evaluate((canvas) => {
        const { exact, frame } = canvas.closest('figure')?.dataset ?? {};
        return [exact, Number(frame)];
      }),
    )
    .toEqual(['true', frame]);
  return canvasPixels(picture(page));
}

async function download(page: Page, format: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: /^Export film/ }).click();
  await page.getByRole('radio', { name: format, exact: true }).click();
  const file = await exported(page);
  const name = path.basename(file);
  await page.getByText(`Exported: ${name}`).waitFor();
  return { name, bytes: await readFile(file) };
}

describe.skipIf(!hasBrowser)('Timeline', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('takes away key-frames by Delete, and never a portrait unless the history has the keyboard', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    await openTimeline(page);
    const count = async () => (await studio.studio.service.count({})).count;
    for (const n of [3, 4]) {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Add key-frame/ }).click();
      await words(page, n).fill('a punk');
    }
    // Its own button takes the focus with it; what comes next goes to the window.
    await page
      .getByRole('group', { name: 'Key-frame 4' })
      .getByRole('button', { name: 'Remove' })
      .click();
    await expect.poll(() => mark(page, 4).count()).toBe(0);
    await page.keyboard.press('Delete');
    await expect.poll(() => mark(page, 3).count()).toBe(0);
    await page.keyboard.press('Delete');
    expect(await mark(page, 2).count()).toBe(1);
    expect(await count()).toBe(1);
    const history = page.getByRole('listbox', { name: 'History' });
    await history.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Delete');
    await expect.poll(count).toBe(0);
  });

  it('is scrubbed live, remembers its frames, keeps one, and finds its way back to it', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const { service } = studio.studio;
    const page = await openWindow(browser, studio.url);
    await openTimeline(page);
    for (const n of [1, 2]) {
      await page
        .getByRole('button', { name: `Key-frame ${n}` })
        .locator('canvas')
        .waitFor();
    }
    const first = await look(page, 0);
    const middle = await look(page, 20);
    const last = await look(page, 47);
    expect(first).not.toEqual(middle);
    expect(middle).not.toEqual(last);

    // Every frame is drawn ahead; then not one more is asked for.
    const warm = page.locator('.warmth');
    await expect
      .poll(() => warm.evaluate((bar) => bar.style.width), { timeout: 90_000 })
      .toBe('100%');
    const box = (await playhead(page).boundingBox())!;
    await page.mouse.move(box.x + 2, box.y + 10);
    await page.mouse.down();
    for (let x = 0; x <= 10; x++) {
      await page.mouse.move(box.x + 1 + (x / 10) * (box.width - 2), box.y + 10);
      const index = Number(await playhead(page).inputValue());
      const shown = await picture(page).evaluate(
        (canvas) => canvas.closest('figure')?.dataset['frame'],
      );
      expect(Number(shown)).toBe(index);
    }
    await page.mouse.up();

    await look(page, 20);
    await page.keyboard.press('k');
    await page.getByText('Kept in the library.').waitFor();
    const { items } = await service.list({ limit: 1 });
    expect(items[0]?.source).toMatchObject({ kind: 'timeline', segment: 0 });
    await page.reload();
    await expect.poll(() => playhead(page).inputValue()).toBe('20');
    await look(page, 3);
    await page.getByRole('button', { name: /^Library/ }).click();
    await page.getByRole('grid', { name: 'Portraits' }).press('ArrowRight');
    await page.getByRole('button', { name: /^Restore settings/ }).click();
    await page.getByRole('button', { name: 'Open in Timeline' }).click();
    await expect.poll(() => playhead(page).inputValue()).toBe('20');
    expect(await look(page, 20)).toEqual(middle);
    expect(page.complaints).toEqual([]);
  });

  it('is built from the keyboard alone, step by step, and taken back', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a grandmother', 1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('3');
    await words(page, 1).fill('one');
    await words(page, 2).fill('two');
    await page.keyboard.press('Escape');
    // The portrait on the easel comes behind the selected key-frame.
    await page.keyboard.press('t');
    const cards = page.getByRole('list', { name: 'Key-frames' }).getByRole('listitem');
    await expect.poll(() => cards.count()).toBe(3);
    expect(await cards.nth(2).innerText()).toContain('a grandmother');

    await mark(page, 2).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => mark(page, 2).getAttribute('aria-valuetext')).toBe('1.10 s');
    expect(await mark(page, 3).getAttribute('aria-valuetext')).toBe('4.00 s');
    await page.keyboard.press('Alt+ArrowLeft');
    await expect.poll(() => words(page, 1).inputValue()).toBe('two');
    await page.keyboard.press('Control+z');
    await expect.poll(() => words(page, 1).inputValue()).toBe('one');

    await mark(page, 3).focus();
    await page.keyboard.press('Delete');
    await expect.poll(() => cards.count()).toBe(2);
    await page.keyboard.press('Control+z');
    await expect.poll(() => cards.count()).toBe(3);

    await page.keyboard.press('o');
    await page.getByRole('slider', { name: 'Where the loop begins again' }).waitFor();
    await page.getByLabel('Speed').selectOption('Hold, then jump');
    await page.getByRole('radio', { name: '30', exact: true }).click();
    await page.reload();
    await expect.poll(() => cards.count()).toBe(3);
    await page.getByRole('slider', { name: 'Where the loop begins again' }).waitFor();
    await expect(page.getByRole('radio', { name: '30', exact: true }).isChecked()).resolves.toBe(
      true,
    );
    expect(page.complaints).toEqual([]);
  });

  it('is changed with the pointer: times by their marks, order by the cards', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await openTimeline(page);
    await words(page, 2).press('Escape');
    await page.getByRole('button', { name: /^Add key-frame/ }).click();
    await words(page, 3).fill('a child');
    const box = (await mark(page, 2).boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 100, box.y + 10, { steps: 5 });
    await page.mouse.up();
    expect(Number(await mark(page, 2).getAttribute('aria-valuenow'))).toBeGreaterThan(2.2);
    expect(await mark(page, 3).getAttribute('aria-valuenow')).toBe('4');
    const card = (n: number) => page.getByRole('button', { name: `Key-frame ${n}`, exact: true });
    await card(3).dragTo(card(1));
    await expect.poll(() => words(page, 1).inputValue()).toBe('a child');
    await page.getByRole('button', { name: 'Remove' }).first().click();
    await expect.poll(() => words(page, 1).inputValue()).toBe('a laughing sailor');
  });

  it('becomes a film, a moving picture, or numbered pictures', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await openTimeline(page);
    await page.getByRole('button', { name: /^Export film/ }).click();
    await page.getByRole('radio', { name: 'WebP', exact: true }).waitFor();
    const offered = await page.getByRole('dialog').getByRole('radio').allInnerTexts();
    await page.keyboard.press('Escape');
    const starts: Record<string, (bytes: Buffer) => boolean> = {
      MP4: (bytes) => bytes.toString('latin1', 4, 8) === 'ftyp',
      WebM: (bytes) => bytes.readUInt32BE(0) === 0x1a45dfa3,
      WebP: (bytes) => bytes.toString('latin1', 8, 12) === 'WEBP',
      GIF: (bytes) => bytes.toString('latin1', 0, 4) === 'GIF8',
      PNGs: (bytes) => bytes.toString('latin1', 0, 2) === 'PK',
    };
    for (const format of Object.keys(starts).filter((format) => offered.includes(format))) {
      const { name, bytes } = await download(page, format);
      expect(name).toMatch(/^timeline\.(mp4|webm|webp|gif|zip)$/);
      expect(starts[format]?.(bytes), format).toBe(true);
      if (format === 'MP4' || format === 'WebM') {
        expect(bytes.includes('Apache-2.0'), `licence in ${format}`).toBe(true);
        const { duration, width } = await playFilm(page, bytes, format);
        expect(duration).toBeCloseTo(2, 1);
        expect(width).toBe(16);
      }
    }
    expect(await studio.studio.service.renders({})).toEqual([]);
    expect(page.complaints).toEqual([]);
  });

  it('says so where the browser has no encoder, and offers what works', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'VideoEncoder'));
    await page.reload();
    await openTimeline(page);
    await page.getByRole('button', { name: /^Export film/ }).click();
    await page.getByText('This browser has no encoder for MP4 (H.264), WebM (VP9, VP8).').waitFor();
    expect(await page.getByRole('dialog').getByRole('radio', { name: 'MP4' }).count()).toBe(0);
    expect(await page.getByRole('radio', { name: 'WebP', exact: true }).isChecked()).toBe(true);
  });

  it('goes on with a film that broke off', async () => {
    const library = await mkdtemp(path.join(tmpdir(), 'clip-flow-e2e-'));
    try {
      {
        await using studio = await openTestStudio({ library });
        const page = await openWindow(browser, studio.url);
        await openTimeline(page);
        await page.getByRole('button', { name: 'Key-frame 1', exact: true }).click();
        await page.getByLabel('Seconds, as a number').fill('8');
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: /^Export film/ }).click();
        await page.getByRole('radio', { name: 'WebP', exact: true }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
        await page.getByText(/^Drawing frame \d/).waitFor();
        // The window goes away in the middle of it, and the studio with it.
      }
      await using studio = await openTestStudio({ library });
      const [left] = await studio.studio.service.renders({});
      expect(left).toMatchObject({ frames: 192 });
      expect(left!.drawn).toBeLessThan(192);
      const page = await openWindow(browser, studio.url);
      await page.getByRole('button', { name: /^Timeline/ }).click();
      await page.getByText(/^A film was not finished/).waitFor();
      const [file] = await Promise.all([
        page.waitForEvent('download', { timeout: 300_000 }),
        page.getByRole('button', { name: 'Go on' }).click(),
      ]);
      expect(file.suggestedFilename()).toBe('timeline.webp');
      expect(await studio.studio.service.renders({})).toEqual([]);
    } finally {
      await rm(library, { recursive: true, force: true });
    }
  });
});
