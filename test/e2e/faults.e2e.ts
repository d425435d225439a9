import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pngThatClaims } from '../support/pictures.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import {
  bringFile,
  candidates,
  currentId,
  makePortraits,
  promptField,
  waitUntilDrawn,
} from './support/window.ts';

const HUGE_PNG = [...pngThatClaims(30_000, 30_000)];

describe.skipIf(!hasBrowser)('When something goes wrong', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('goes on after the inference process was killed in the middle of a job', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    const { inference, service } = studio.studio;
    // A kill between two runs harms nobody and is no news: it is repeated until one hits a run.
    const watching = new AbortController();
    service
      .watch(
        {},
        {
          signal: watching.signal,
          onEvent: ({ kind }) => {
            if (kind === 'inference-restarted') watching.abort();
            if (kind === 'library' && inference.pid) process.kill(inference.pid, 'SIGKILL');
          },
        },
      )
      .catch(() => undefined);
    const news = page.getByText('The drawing process stopped and was started again.').waitFor();
    await page.getByLabel('How many portraits').selectOption('16');
    await promptField(page).fill('a sailor');
    await promptField(page).press('Enter');
    await news;
    await waitUntilDrawn(page);
    expect(await candidates(page).count()).toBe(16);
  });

  it('shows in a second tab what the first one makes, stars and deletes', async () => {
    await using studio = await openTestStudio();
    const first = await openWindow(browser, studio.url);
    const second = await first.context().newPage();
    await second.goto(studio.url);
    await makePortraits(first, 'a sailor', 2);
    const films = second.getByRole('listbox', { name: 'History' }).getByRole('option');
    await expect.poll(() => films.count()).toBe(2);
    await promptField(first).press('Escape');
    await first.keyboard.press('s');
    await second.getByRole('option', { name: /starred/ }).waitFor();
    await first.keyboard.press('Delete');
    await expect.poll(() => films.count()).toBe(1);
  });

  it.each([
    ['a file of 200 MB', 'big.png', 'image/png', [0x89], 200_000_000, /larger than 100 MB/],
    [
      'a text file named .png',
      'notes.png',
      'image/png',
      [104, 101, 108, 108, 111],
      5,
      /holds no picture/,
    ],
    [
      'a picture of 30,000 × 30,000 px',
      'huge.png',
      'image/png',
      HUGE_PNG,
      HUGE_PNG.length,
      /30000 × 30000/,
    ],
  ])(
    'explains why %s cannot be used, and loses nothing',
    async (_, name, type, bytes, size, says) => {
      await using studio = await openTestStudio();
      const page = await openWindow(browser, studio.url);
      await makePortraits(page, 'a sailor', 1);
      const current = await currentId(page);
      await bringFile(page, 'drop', { name, type, bytes, size });
      const news = page.locator('.toast.bad');
      await news.waitFor();
      expect(await news.innerText()).toMatch(says);
      expect(await currentId(page)).toBe(current);
      expect(await promptField(page).inputValue()).toBe('a sailor');
    },
  );

  it('refuses an empty prompt and one of 20,000 characters, and takes emoji and Hebrew', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    const generate = page.getByRole('button', { name: /^Generate/ });
    expect(await generate.isDisabled()).toBe(true);
    await promptField(page).fill('  ');
    await promptField(page).press('Enter');
    await page.getByRole('alert').filter({ hasText: 'There are no words yet.' }).waitFor();
    await promptField(page).fill('long'.repeat(5_000));
    await page.getByRole('alert').filter({ hasText: 'no words yet' }).waitFor({ state: 'hidden' });
    expect(await generate.isDisabled()).toBe(true);
    await page.getByText('20,000 of 2,000 characters').waitFor();
    await makePortraits(page, 'איש עם זקן 🧔🏽‍♂️', 1);
    expect(await promptField(page).evaluate((field) => getComputedStyle(field).direction)).toBe(
      'rtl',
    );
  });

  it('says which words were not heard: beside the field, and among what is known of a portrait', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a man 🎩 with a hat, 日本', 1);
    const told = page.locator('form').getByRole('status').filter({ hasText: 'Not heard:' });
    await told.filter({ hasText: '“🎩”, “日本”.' }).waitFor();
    await page.getByRole('definition').filter({ hasText: '🎩, 日本' }).waitFor();
    await promptField(page).fill('a man with a hat');
    await told.waitFor({ state: 'detached' });
    expect(page.complaints).toEqual([]);
  });

  it('connects again after its connection broke, and hears of what happened meanwhile', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await page.addInitScript(() => {
      const sockets: WebSocket[] = [];
      window.WebSocket = class extends WebSocket {
        constructor(url: string | URL) {
          super(url);
          sockets.push(this);
        }
      };
      Object.assign(window, { breakConnection: () => sockets.forEach((socket) => socket.close()) });
    });
    await page.reload();
    await makePortraits(page, 'a sailor', 1);
    await page.evaluate('breakConnection()');
    await studio.studio.service.trash({ ids: [await currentId(page)] });
    const films = page.getByRole('listbox', { name: 'History' }).getByRole('option');
    await expect.poll(() => films.count()).toBe(0);
    await makePortraits(page, 'another sailor', 1);
    await expect.poll(() => films.count()).toBe(1);
  });
});
