import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio, type TestStudio } from './support/studio.ts';
import {
  currentId,
  promptField,
  makePortraits,
  portraitPixels,
  waitUntilDrawn,
} from './support/window.ts';

const tree = (page: Page) => page.getByRole('tree', { name: 'The family of this portrait' });
const lines = (page: Page) => tree(page).getByRole('treeitem');
const active = (page: Page) => lines(page).and(page.locator(':focus'));

/** A sailor, two more like the sailor, and one of these in other words, which is on the easel. */
async function makeFamily(page: Page, { studio }: TestStudio) {
  const { service } = studio;
  await makePortraits(page, 'a sailor', 1);
  const sailor = await currentId(page);
  const { ids } = await service.generate({
    ...{ origin: { kind: 'variation', of: sailor, strength: 0.4 }, count: 2, settings: {} },
  });
  const of = ids[1]!;
  const origin = { kind: 'reword' as const, of, prompt: 'a chef' };
  const [chef] = (await service.generate({ origin, count: 1, settings: {} })).ids;
  await page.keyboard.press('Escape');
  await page.locator(`[data-id="${chef!}"]`).click();
  await expect.poll(() => currentId(page)).toBe(chef);
  return { sailor, similar: ids, chef: chef! };
}

describe.skipIf(!hasBrowser)('Lineage', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('shows the line a portrait came by, and the tree it is part of, to the keyboard too', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    const { sailor, similar, chef } = await makeFamily(page, studio);
    const line = page.getByRole('region', { name: 'How it came to be' });
    // But for the one that folds the section.
    await expect.poll(() => line.locator('button:not([aria-expanded])').count()).toBe(4);
    expect(await line.innerText()).toContain('more like this');

    await page.keyboard.press('y');
    await expect.poll(() => lines(page).count()).toBe(4);
    await expect.poll(() => active(page).getAttribute('data-row')).toBe(chef);
    expect(await active(page).getAttribute('aria-level')).toBe('3');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => active(page).getAttribute('data-row')).toBe(similar[1]);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => lines(page).count()).toBe(3);
    expect(await active(page).getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Home');
    expect(await active(page).getAttribute('aria-label')).toBe('from words: a sailor');
    await page.keyboard.press('Enter');
    await tree(page).waitFor({ state: 'hidden' });
    await expect.poll(() => currentId(page)).toBe(sailor);
    expect(page.complaints).toEqual([]);
  });

  it('replays a portrait to the same pixels, and with a change to others', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    const { chef, similar } = await makeFamily(page, studio);
    await page.keyboard.press('y');
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await expect.poll(() => currentId(page)).not.toBe(chef);
    await waitUntilDrawn(page);
    const again = await currentId(page);
    expect(await portraitPixels(page, again)).toEqual(await portraitPixels(page, chef));

    await page.keyboard.press('y');
    await page.getByRole('button', { name: 'Replay with a change…' }).click();
    await page.getByRole('dialog').getByLabel('Words', { exact: true }).fill('a punk');
    await page.getByRole('button', { name: 'Draw it' }).click();
    await expect.poll(() => currentId(page)).not.toBe(again);
    await waitUntilDrawn(page);
    await expect(studio.studio.service.get({ id: await currentId(page) })).resolves.toMatchObject({
      prompt: 'a punk',
      parents: [similar[1]],
    });
  });

  it('does to the portrait on the easel what was done to another', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    const { chef, sailor } = await makeFamily(page, studio);
    await page.locator(`[data-id="${sailor}"]`).click();
    await page.keyboard.press('y');
    await lines(page).filter({ hasText: 'a chef' }).click();
    await page.getByRole('button', { name: 'Do the same to the portrait on the easel' }).click();
    await expect.poll(() => currentId(page)).not.toBe(sailor);
    await waitUntilDrawn(page);
    const applied = await currentId(page);
    expect(applied).not.toBe(chef);
    await expect(studio.studio.service.get({ id: applied })).resolves.toMatchObject({
      ...{ prompt: 'a chef', parents: [sailor], source: { kind: 'reword' } },
    });
  });

  it('shows parents in the trash, and those that are gone for good', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    const { similar, sailor } = await makeFamily(page, studio);
    const { service } = studio.studio;
    await service.trash({ ids: [similar[1]!, sailor] });
    await service.purge({ ids: [sailor] });
    await page.reload();
    const line = page.getByRole('region', { name: 'How it came to be' });
    await line.getByRole('img', { name: 'Deleted for good' }).waitFor();
    await line.getByRole('button', { name: 'a sailor, in the trash' }).waitFor();
    await promptField(page).press('Escape');
    await page.keyboard.press('y');
    await lines(page).filter({ hasText: 'in the trash' }).waitFor();
    await lines(page).filter({ hasText: 'from one deleted for good' }).first().waitFor();
  });
});
