/** What can I draw: phrases, swatches and styles that a pack offers, by keys and by hand, and words that it does not know. */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyTinyPack, editManifest, TINY_PACK_BARE } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';
import { currentId, promptField, waitUntilDrawn } from './support/window.ts';

const offer = (page: Page) => page.getByRole('dialog', { name: 'What can I draw?' });
const phrase = (page: Page, name: string) => offer(page).getByRole('button', { name, exact: true });

/** A small pack that says what it draws. */
function packOfSkies(): string {
  const pack = copyTinyPack();
  editManifest(pack, (manifest) => {
    manifest.prompts.phrases = [
      { title: 'Things', one: false, phrases: [{ words: 'birds' }, { words: 'a tree' }] },
      {
        ...{ title: 'The sky', one: true },
        phrases: [
          { words: 'red sky', colour: '#d3322d' },
          { words: 'blue sky', colour: '#3f70e2' },
        ],
      },
    ];
    manifest.styles[0]!.words = 'line (thin)';
  });
  return pack;
}

describe.skipIf(!hasBrowser)('What can I draw', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('writes words into the prompt by keys alone, and every run keeps the style', async () => {
    const pack = packOfSkies();
    await using studio = await openTestStudio({ pack, packRoot: path.dirname(pack) });
    const page = await openWindow(browser, studio.url);
    await promptField(page).fill('a hill');
    await promptField(page).press('Escape');
    await page.keyboard.press('Shift+J');
    await phrase(page, 'Any style').waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
    await expect.poll(focused).toBe('Any style');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await promptField(page).inputValue()).toBe('a hill, birds');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await promptField(page).inputValue()).toBe('a hill, birds, blue sky');
    expect(await phrase(page, 'blue sky').getAttribute('aria-pressed')).toBe('true');
    expect(await phrase(page, 'red sky').getAttribute('aria-pressed')).toBe('false');
    await phrase(page, 'birds').click();
    await page.keyboard.press('Escape');
    await offer(page).waitFor({ state: 'hidden' });

    await promptField(page).press('Enter');
    await waitUntilDrawn(page);
    const { prompt } = await studio.studio.service.get({ id: await currentId(page) });
    expect(prompt).toBe(String.raw`a hill, blue sky, (line \(thin\):1.5)`);
    // The words of the portrait are those of the field, and the style is let go by itself.
    expect(await page.getByRole('button', { name: 'Use these words' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Draw in any style again' }).click();
    await page.getByRole('button', { name: 'Use these words' }).click();
    expect(await promptField(page).inputValue()).toBe('a hill, blue sky');
    await page.getByTitle('Style kept: Plain').waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('says so where a pack says nothing of what it draws', async () => {
    const pack = TINY_PACK_BARE;
    await using studio = await openTestStudio({ pack, packRoot: path.dirname(pack) });
    const page = await openWindow(browser, studio.url);
    await page.getByRole('button', { name: 'What can I draw?' }).click();
    await offer(page).getByText('does not say what it can draw').waitFor();
  });

  it.each(['dark', 'light'] as const)('shows all of the default pack, in %s', async (theme) => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url, { width: 1280, height: 800, theme });
    const field = promptField(page);
    await field.fill('a smiling woman with a Cat, grey hair');
    await page.getByText('Not known to Illustrated portraits: “Cat”').waitFor();
    const marked = page.locator('mark');
    expect(await marked.allInnerTexts()).toEqual(['Cat']);
    // Letter over letter: the mark lies where the caret would go.
    const [mark, area] = await Promise.all([marked.boundingBox(), field.boundingBox()]);
    expect(mark!.y).toBeGreaterThanOrEqual(area!.y);
    expect(mark!.y + mark!.height).toBeLessThanOrEqual(area!.y + area!.height);
    const problems = await look(page, 'unknown-words', theme);
    // At a zoom of 150 % it is still told whole.
    await page.setViewportSize({ width: 853, height: 533 });
    const note = page.getByText('Not known to Illustrated portraits: “Cat”');
    const isWhole = (told: HTMLElement) =>
      told.scrollHeight <= told.clientHeight && told.scrollWidth <= told.clientWidth;
    expect(await note.evaluate(isWhole)).toBe(true);
    problems.push(...(await look(page, 'unknown-words', theme)));
    await page.setViewportSize({ width: 1280, height: 800 });
    await field.press('Escape');
    await page.keyboard.press('Shift+J');
    await offer(page).locator('img').last().waitFor();
    await expect.poll(() => phrase(page, 'grey hair').getAttribute('aria-pressed')).toBe('true');
    problems.push(...(await look(page, 'offer', theme)));
    await page.setViewportSize({ width: 853, height: 533 });
    problems.push(...(await look(page, 'offer', theme)));
    expect(problems).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
