/** What words say beyond themselves, and prompts that are kept: in the window, by keys. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { findMislaid } from './support/layout.ts';
import { openTestStudio, type TestStudio } from './support/studio.ts';
import {
  candidates,
  currentId,
  makePortraits,
  promptField,
  shapeNext,
  waitUntilDrawn,
} from './support/window.ts';

const shelf = (page: Page) => page.getByRole('dialog', { name: 'Saved and recent prompts' });

/** The portrait on the easel. */
async function current(page: Page, { studio }: TestStudio) {
  return studio.service.get({ id: await currentId(page) });
}

describe.skipIf(!hasBrowser)('Prompts', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('tell how many portraits they make, and what in them cannot be read', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    const field = promptField(page);
    await page.getByLabel('How many portraits').selectOption('2');
    await field.fill('a {red|blue sky');
    await page.getByRole('alert').filter({ hasText: 'opened and not closed' }).waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('button', { name: /^Generate/ }).isDisabled()).toBe(true);
    await field.fill('a {red|blue} sky');
    await page.getByText('2 prompts, 4 portraits in one run').waitFor();
    await field.press('Enter');
    await waitUntilDrawn(page);
    expect(await candidates(page).count()).toBe(4);
    const { items } = await studio.studio.service.list({ trashed: false, limit: 9 });
    expect(items.map(({ prompt }) => prompt).toSorted()).toEqual(
      ['a blue sky', 'a blue sky', 'a red sky', 'a red sky'], // prettier-ignore
    );
    expect(page.complaints).toEqual([]);
  });

  it('that make very many portraits say how long they take and ask first; more than a run holds are not drawn', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sky', 2);
    const field = promptField(page);
    const { count: before } = await studio.studio.service.count({});
    await page.getByLabel('How many portraits').selectOption('16');
    await field.fill('{a|b|c|d|e} {sky|hill|tree}');
    await page.getByText(/^15 prompts, 240 portraits in one run, about \d+ s$/).waitFor();
    await field.press('Enter');
    const asked = page.getByRole('dialog', { name: 'Draw 240 portraits?' });
    await asked.getByText(/takes about \d+ s/).waitFor();
    expect(await findMislaid(page)).toEqual([]);
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'hidden' });
    expect((await studio.studio.service.count({})).count).toBe(before);
    await field.press('Enter');
    await asked.getByRole('button', { name: 'Draw 240' }).click();
    await page.getByText(/^\d+ of 240$/).waitFor();
    // However many come, the portrait has most of the room.
    await candidates(page).first().waitFor();
    const pane = page.getByRole('radiogroup', { name: 'Candidates' });
    const easel = page.locator('[data-easel]');
    const widthOf = async (part: Locator) => (await part.boundingBox())?.width ?? 0;
    expect(await widthOf(pane)).toBeLessThan(await widthOf(easel));
    // Escape closes what is open before it stops anything; what it stopped can go on.
    await shapeNext(page, () => Promise.resolve());
    await easel.focus();
    await page.keyboard.press('Escape');
    const stopped = page.locator('.toast').filter({ hasText: /Drawing was stopped: \d+ of 240/ });
    await stopped.getByRole('button', { name: 'Go on' }).click();
    await stopped.waitFor({ state: 'hidden' });
    await page.getByText(/^\d+ of 240$/).waitFor();
    await candidates(page).nth(24).waitFor();
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await stopped.waitFor();
    await waitUntilDrawn(page);
    // What the arrows choose is brought into view.
    await candidates(page).first().click();
    const scrolled = () => pane.evaluate(({ scrollTop }) => scrollTop);
    await expect.poll(scrolled).toBeLessThan(10);
    await easel.focus();
    for (let step = 0; step < 24; step += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(scrolled).toBeGreaterThan(100);

    await field.fill('{a|b|c|d|e} {sky|hill|tree} {at|by|in|on} {noon|night}');
    await page.getByRole('alert').filter({ hasText: '1,920 portraits, and 1,000 are' }).waitFor();
    expect(await page.getByText('1,920 portraits in one run').count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Generate/ }).isDisabled()).toBe(true);
    expect(page.complaints).toEqual([]);
  });

  it('leave out what is asked to be left out', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await page.getByRole('button', { name: 'Leave something out' }).press('Enter');
    const without = page.getByLabel('Without', { exact: true });
    await expect.poll(() => without.evaluate((it) => it === document.activeElement)).toBe(true);
    await page.keyboard.type('a cloud, birds');
    await makePortraits(page, 'a sky', 1);
    expect((await current(page, studio)).settings.without).toBe('a cloud, birds');
    await without.fill('');
    await page.getByRole('button', { name: 'Leave something out' }).click();
    await without.waitFor({ state: 'hidden' });
    await promptField(page).press('Enter');
    await waitUntilDrawn(page);
    expect((await current(page, studio)).settings).not.toHaveProperty('without');
  });

  it('are saved, found in another window, and taken by keys alone', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, '(red:1.3) sky', 1);
    await page.keyboard.press('j');
    await shelf(page).getByLabel('Name').fill('evening');
    await page.keyboard.press('Enter');
    await shelf(page)
      .getByRole('button', { name: /^evening/ })
      .waitFor();
    await page.keyboard.press('Escape');
    await shelf(page).waitFor({ state: 'hidden' });

    const other = await openWindow(browser, studio.url);
    await makePortraits(other, 'a sea', 1);
    await other.keyboard.press('j');
    const saved = shelf(other).getByRole('button', { name: /^evening/ });
    await expect.poll(() => saved.evaluate((it) => it === document.activeElement)).toBe(true);
    for (const [width, height] of [
      [960, 600],
      [1440, 900],
    ] as const) {
      await other.setViewportSize({ width, height });
      await expect.poll(() => findMislaid(other)).toEqual([]);
    }
    await other.keyboard.press('Enter');
    await shelf(other).waitFor({ state: 'hidden' });
    expect(await promptField(other).inputValue()).toBe('(red:1.3) sky');

    // What was drawn there meanwhile stands first here.
    await page.keyboard.press('j');
    const rows = shelf(page).locator('[data-row]');
    await expect
      .poll(() => rows.allInnerTexts())
      .toEqual([
        'evening\n(red:1.3) sky',
        'a sea',
        '(red:1.3) sky', // prettier-ignore
      ]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await promptField(page).inputValue()).toBe('a sea');
    await promptField(page).press('Escape');
    await page.keyboard.press('j');
    await shelf(page).getByRole('button', { name: 'Remove evening' }).press('Enter');
    await page.getByText('Removed: evening').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.keyboard.press('j');
    await shelf(page)
      .getByRole('button', { name: /^evening/ })
      .waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('of a portrait are taken as they were read', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    const origin = { kind: 'prompt', prompt: 'a {sky|sea} (red:1.3)' } as const;
    await studio.studio.service.generate({ origin, count: 1, settings: { seed: 1 } });
    await page.reload();
    await page.getByRole('button', { name: 'Use these words' }).click();
    expect(await promptField(page).inputValue()).toBe(String.raw`a \{sky\|sea\} \(red\:1.3\)`);
    await expect.poll(() => page.getByRole('button', { name: 'Use these words' }).count()).toBe(0);
  });
});
