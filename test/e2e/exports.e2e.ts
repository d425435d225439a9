/** What leaves the studio, as the files an artist finds in the folder of their downloads. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openPromise } from 'yauzl';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { exported } from './support/saved.ts';
import { openTestStudio } from './support/studio.ts';
import { makePortraits, playFilm, promptField } from './support/window.ts';

/** Confirms the dialog, and returns the file that the browser then saves. */
async function save(page: Page): Promise<string> {
  const file = await exported(page);
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  return file;
}

/** Unpacks an archive beside itself, and returns where. */
async function unpack(archive: string): Promise<string> {
  const folder = path.join(path.dirname(archive), 'unpacked');
  const zip = await openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const file = path.join(folder, entry.fileName);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await buffer(await zip.openReadStreamPromise(entry)));
  }
  return folder;
}

/** Draws some portraits, selects all of them, and opens the dialog. */
async function openExportOf(page: Page, count: number): Promise<void> {
  await makePortraits(page, 'a sailor', count);
  await promptField(page).press('Escape');
  await page.keyboard.press('4');
  await page.getByRole('grid', { name: 'Portraits' }).press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+e');
  await page.getByRole('dialog', { name: `Export ${count} portraits` }).waitFor();
}

async function openStripExport(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Between/ }).click();
  await page.getByLabel('Words for A').fill('a laughing sailor');
  await page.getByLabel('Words for B').fill('a serious chef');
  await page.getByRole('button', { name: /^Export strip/ }).click();
  await page.getByRole('dialog', { name: 'Export strip' }).waitFor();
}

/** Draws a finger from one place of the middle line to another, in pixels from the left. */
async function swipe(page: Page, from: number, to: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const point = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number) => {
    const touchPoints = type === 'touchEnd' ? [] : [{ x, y: 300 }];
    return session.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
  await point('touchStart', from);
  for (let x = from; x > to; x -= 20) await point('touchMove', x);
  await point('touchEnd', to);
}

const choose = (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).click();

describe.skipIf(!hasBrowser)('Exports', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each(['PNG', 'JPEG', 'WebP', 'AVIF'])(
    'a selection as %s, at twice the size',
    async (format) => {
      await using studio = await openTestStudio();
      const page = await openWindow(browser, studio.url);
      await openExportOf(page, 3);
      await choose(page, format);
      await choose(page, '2 ×');
      await page.getByLabel('File names').fill('{n} {prompt}');
      const folder = await unpack(await save(page));
      const files = (await readdir(folder)).sort();
      expect(files.map((file) => path.parse(file).name)).toEqual(
        [1, 2, 3].map((n) => `000${n} a sailor`),
      );
      const side = 2 * (await studio.studio.packs.models()).pack.manifest.generator.resolution;
      for (const file of files) {
        const about = await sharp(path.join(folder, file)).metadata();
        // AVIF is a kind of HEIF.
        const kind = format === 'AVIF' ? 'heif' : format.toLowerCase();
        expect(about).toMatchObject({ format: kind, width: side, height: side });
      }
    },
  );

  it('one portrait as one file without a word of how it was made', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    await page.getByRole('button', { name: /^Export/ }).click();
    await page.getByRole('switch', { name: /^Write how it was made/ }).click();
    await page.getByLabel('File names').fill('quiet');
    const file = await save(page);
    expect(path.basename(file)).toBe('quiet.png');
    expect((await readFile(file)).includes('sailor')).toBe(false);
  });

  it.each(['WebP', 'GIF'])('the strip as an animated %s', async (format) => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await openStripExport(page);
    await choose(page, format);
    await page.getByLabel('Frames, as a number').fill('12');
    await page.getByLabel('Seconds, as a number').fill('1.5');
    await page.getByLabel('Seconds, as a number').press('Tab');
    const file = await save(page);
    const { format: kind, pages, delay, loop } = await sharp(file).metadata();
    expect(kind).toBe(format.toLowerCase());
    // There and back again, both ends once; frames that look alike may be one that stands longer.
    expect(pages).toBeGreaterThan(11);
    expect(pages).toBeLessThanOrEqual(22);
    const wholeMs = delay?.reduce((sum, ms) => sum + ms, 0) ?? 0;
    expect(Math.abs(wholeMs - 22 * 125)).toBeLessThanOrEqual(22 * 5);
    expect(loop).toBe(0);
  });

  it('the strip as a film, made in the background', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await openStripExport(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'WebP', exact: true }).waitFor();
    const offered = await dialog.getByRole('radio').allInnerTexts();
    const films = ['MP4', 'WebM'].filter((film) => offered.includes(film));
    expect(films).not.toEqual([]);
    await page.keyboard.press('Escape');
    for (const film of films) {
      await page.getByRole('button', { name: /^Export strip/ }).click();
      await choose(page, film);
      await choose(page, '30');
      await page.getByLabel('Seconds, as a number').fill('1');
      await page.getByLabel('Seconds, as a number').press('Tab');
      await dialog.getByText('1.9 s, 58 frames. It is drawn in the background').waitFor();
      const file = await save(page);
      expect(path.basename(file)).toBe(`between.${film.toLowerCase()}`);
      const { duration, width } = await playFilm(page, await readFile(file), film);
      // There and back again, both ends once.
      expect(duration).toBeCloseTo(58 / 30, 1);
      expect(width).toBe(16);
    }
    expect(await studio.studio.service.renders({})).toEqual([]);
    expect(page.complaints).toEqual([]);
  });

  it('the strip as numbered pictures', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await openStripExport(page);
    await choose(page, 'Pictures');
    const folder = path.join(await unpack(await save(page)), 'between');
    expect((await readdir(folder)).sort()).toEqual(
      Array.from({ length: 7 }, (_, n) => `000${n + 1}.png`),
    );
  });

  it('a web gallery that works from the disk, by keyboard and finger, and asks nothing of the network', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await openExportOf(page, 3);
    await choose(page, 'Web gallery');
    await page.getByLabel('Title').fill('My portraits');
    await page.getByLabel('Introduction').fill('For you.');
    const folder = path.join(await unpack(await save(page)), 'My portraits');

    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ colorScheme, offline: true, hasTouch: true });
      const gallery = await context.newPage();
      const asked: string[] = [];
      const complaints: string[] = [];
      gallery.on('request', (request) => asked.push(request.url()));
      gallery.on('console', (message) => complaints.push(message.text()));
      await gallery.goto(pathToFileURL(path.join(folder, 'index.html')).href);
      await gallery.getByRole('heading', { name: 'My portraits' }).waitFor();
      await gallery.getByText('For you.').waitFor();
      const pictures = gallery.locator('ol img');
      await expect
        .poll(() => pictures.evaluateAll((all) => all.every((img) => img.clientWidth > 0)))
        .toBe(true);
      const scan = async () => {
        // What is still coming to light has not its own colours yet.
        await gallery.evaluate(() =>
          Promise.all(document.getAnimations().map(({ finished }) => finished)),
        );
        return new AxeBuilder({ page: gallery }).analyze();
      };
      expect((await scan()).violations).toEqual([]);

      const dialog = gallery.getByRole('dialog');
      const place = dialog.getByRole('status');
      await gallery.getByRole('link').first().focus();
      await gallery.keyboard.press('ArrowRight');
      await gallery.keyboard.press('Enter');
      await expect.poll(() => place.textContent()).toBe('2 / 3');
      expect((await scan()).violations).toEqual([]);
      await gallery.keyboard.press('ArrowRight');
      await expect.poll(() => place.textContent()).toBe('3 / 3');
      await swipe(gallery, 200, 60);
      await expect.poll(() => place.textContent()).toBe('1 / 3');
      expect(new URL(gallery.url()).hash).toBe('#1');
      await gallery.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await expect
        .poll(() => gallery.evaluate(() => document.activeElement?.getAttribute('href')))
        .toBe('pictures/0001.png');
      expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    }
  });

  it('tells how far it is, and leaves nothing of one that is cancelled', async () => {
    const spool = await temporaryFolder();
    const usual = process.env['TMPDIR'];
    process.env['TMPDIR'] = spool;
    onTestFinished(() => {
      if (usual === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = usual;
    });
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    const downloads: string[] = [];
    page.on('download', (download) => downloads.push(download.suggestedFilename()));
    await openStripExport(page);
    await page.getByLabel('Frames, as a number').fill('240');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    const bar = dialog.getByRole('progressbar', { name: 'Exporting…' });
    await expect
      .poll(() => bar.evaluate((element) => (element as HTMLProgressElement).value), {
        timeout: 90_000,
      })
      .toBeGreaterThan(0);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await bar.waitFor({ state: 'hidden' });
    await dialog.getByRole('button', { name: 'Export', exact: true }).waitFor();

    const written = async () => {
      const entries = await readdir(spool, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.parentPath.includes('downloads'))
        .map(({ name }) => name);
    };
    await expect.poll(written).toEqual([]);
    expect(downloads).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
