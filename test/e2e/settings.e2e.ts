/** An empty studio, the tour, and what an artist sets: keys, theme, density. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow, type Theme } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio, type TestStudio } from './support/studio.ts';
import { waitUntilDrawn } from './support/window.ts';

const WINDOWS: readonly [Theme, number, number][] = [
  ['dark', 1280, 800],
  ['light', 1280, 800],
  ['dark', 960, 600],
  ['light', 2560, 1440],
];

/** Looks at what is on screen in both themes and three sizes. */
async function lookAround(page: Page, name: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [theme, width, height] of WINDOWS) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    problems.push(...(await look(page, name, theme)));
  }
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 800 });
  return problems;
}

const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

const rowOf = (within: Locator, title: string): Locator =>
  within.getByRole('button', { name: `Key of ${title}:` });

describe.skipIf(!hasBrowser)('A new studio', () => {
  let browser: Browser;
  let studio: TestStudio;
  beforeAll(async () => {
    browser = await launchBrowser();
    studio = await openTestStudio();
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
  });

  it('shows what it can draw, and begins with one of them', async () => {
    const page = await openWindow(browser, studio.url);
    const examples = page.getByRole('main').getByRole('listitem').getByRole('button');
    await expect.poll(() => examples.locator('img').count()).toBe(4);
    expect(await lookAround(page, 'first-run')).toEqual([]);
    const sizes = await examples
      .locator('img')
      .evaluateAll((all) => all.map((each) => (each as HTMLImageElement).naturalWidth));
    expect(sizes).toEqual([256, 256, 256, 256]);
    // Nothing of it is the artist's.
    expect((await studio.studio.service.count({})).count).toBe(0);
    const words = await examples.first().innerText();
    await page.getByLabel('How many portraits').selectOption('1');
    await examples.first().focus();
    await press(page, 'Enter');
    await waitUntilDrawn(page);
    const { items } = await studio.studio.service.list({ limit: 1 });
    expect(items[0]?.prompt).toBe(words);
    expect(page.complaints).toEqual([]);
  });

  it('is shown around in a minute, by keys, without being held up', async () => {
    const page = await openWindow(browser, studio.url);
    const field = page.getByLabel('Describe a portrait');
    await field.waitFor();
    await press(page, 'Control+k');
    await page.keyboard.type('take the tour');
    await press(page, 'Enter');
    const tour = page.getByRole('dialog', { name: 'Say who' });
    await tour.waitFor();
    expect(await lookAround(page, 'tour')).toEqual([]);
    await expect.poll(() => page.locator('[data-toured]').count()).toBe(1);
    await press(page, 'ArrowRight');
    await page.getByRole('dialog', { name: 'How far they may go' }).waitFor();
    await press(page, 'ArrowLeft');
    await tour.waitFor();
    // The window goes on working.
    await field.fill('a sailor');
    expect(await field.inputValue()).toBe('a sailor');
    await tour.getByRole('button', { name: 'Next' }).focus();
    const seen: string[] = [];
    for (let stop = 0; stop < 6; stop++) {
      seen.push(await page.getByRole('dialog').getByRole('heading').innerText());
      await press(page, 'Enter');
    }
    expect(new Set(seen).size).toBe(6);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.locator('[data-toured]').count()).toBe(0);
    // Called again, and waved away.
    await press(page, 'Control+k');
    await page.keyboard.type('take the tour');
    await press(page, 'Enter');
    await tour.waitFor();
    await press(page, 'Escape');
    await tour.waitFor({ state: 'hidden' });
    expect(page.complaints).toEqual([]);
  });

  it('has keys that are changed, taken from others, and given back', async () => {
    const page = await openWindow(browser, studio.url);
    const { service } = studio.studio;
    await page.getByRole('toolbar', { name: 'The portrait' }).waitFor();
    await press(page, 'Control+,');
    const settings = page.getByRole('dialog', { name: 'Settings' });
    await settings.getByRole('tab', { name: 'Window' }).waitFor();
    expect(await lookAround(page, 'settings')).toEqual([]);
    await settings.getByRole('tab', { name: 'Window' }).focus();
    await press(page, 'ArrowDown');
    await settings.getByLabel('Find a command').fill('star');
    const star = rowOf(settings, 'Star');
    await star.press('Enter');
    await press(page, 'Enter');
    await settings.getByText(/belongs to what has the focus/).waitFor();
    await press(page, 't');
    const asked = settings.getByRole('alert');
    await asked.getByText('T is the key of “To Timeline”').waitFor();
    expect(await lookAround(page, 'settings-keys')).toEqual([]);
    await asked.getByRole('button', { name: 'Leave it' }).press('Enter');
    expect(await star.innerText()).toBe('S');
    await star.press('Enter');
    await press(page, 't');
    await asked.getByRole('button', { name: 'Give it' }).press('Enter');
    expect(await star.innerText()).toBe('T');
    // Escape ends the listening, and then the dialog.
    await star.press('Enter');
    await press(page, 'Escape');
    expect(await settings.isVisible()).toBe(true);
    await press(page, 'Escape');
    await settings.waitFor({ state: 'hidden' });

    // It means a star everywhere, and nothing else.
    await page.locator('[data-easel]').focus();
    await press(page, 't');
    await expect.poll(async () => (await service.count({ starred: true })).count).toBe(1);
    expect(await page.locator('nav [aria-current]').innerText()).toContain('Create');
    await press(page, '?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    await sheet
      .locator('div', { hasText: /^Star\s*T/ })
      .first()
      .waitFor();
    expect(await sheet.getByText('To Timeline').count()).toBe(0);
    await sheet.getByRole('button', { name: 'Change keys…' }).press('Enter');
    await settings.getByRole('button', { name: 'Reset all keys' }).press('Enter');
    expect(await rowOf(settings, 'To Timeline').innerText()).toBe('T');
    await press(page, 'Escape');
    expect(page.complaints).toEqual([]);
  });

  it('takes its theme and density at once, keeps them, and mends what is damaged', async () => {
    const page = await openWindow(browser, studio.url);
    await press(page, 'Control+,');
    const settings = page.getByRole('dialog', { name: 'Settings' });
    const height = () =>
      page
        .locator('header')
        .first()
        .evaluate((bar) => bar.getBoundingClientRect().height);
    const roomy = await height();
    await settings.getByRole('radio', { name: 'Dense' }).press('Space');
    await settings.getByRole('radio', { name: 'Light' }).press('Space');
    expect(await height()).toBeLessThan(roomy);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(
      'light',
    );
    expect(await lookAround(page, 'settings-dense')).toEqual([]);
    await settings.getByRole('tab', { name: 'This machine' }).click();
    await settings.getByText(/CLIP_FLOW_DEVICE/).waitFor();
    expect(await lookAround(page, 'settings-machine')).toEqual([]);
    await settings.getByRole('tab', { name: 'Next portraits' }).click();
    await settings.getByRole('slider', { name: 'Temperature' }).waitFor();
    expect(await lookAround(page, 'settings-next')).toEqual([]);
    await page.reload();
    await page.getByLabel('Describe a portrait').waitFor();
    expect(await page.evaluate(() => ({ ...document.documentElement.dataset }))).toMatchObject({
      density: 'dense',
      theme: 'light',
    });
    await page.evaluate(() => {
      const view: unknown = JSON.parse(localStorage.getItem('clip-flow-studio/view') ?? '{}');
      const damaged = JSON.stringify({ ...(view as object), density: 7 });
      localStorage.setItem('clip-flow-studio/view', damaged);
    });
    await page.reload();
    await page.getByText(/was damaged and begins afresh: how the window is laid out/).waitFor();
    expect(await page.evaluate(() => ({ ...document.documentElement.dataset }))).toMatchObject({
      density: 'roomy',
      theme: 'light',
    });
  });
});
