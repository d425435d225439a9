/** Several windows on one library: what happens in one is seen in the others. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { currentId, makePortraits, promptField } from './support/window.ts';

const option = (page: Page, id: string) =>
  page.getByRole('option').filter({ has: page.locator(`[src*="${id}"]`) });

describe.skipIf(!hasBrowser)('Two windows', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('show the same library, and paths lose what the other deletes for good', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const { service } = studio.studio;
    const here = await openWindow(browser, studio.url);
    const there = await openWindow(browser, studio.url);

    // Drawn in one, it is in the history of the other, and so is its star.
    await makePortraits(here, 'a sailor', 2);
    const id = await currentId(here);
    await option(there, id).waitFor();
    await here.keyboard.press('s');
    await there.getByRole('option', { name: /starred/i }).waitFor();

    // At an end of a path and at a key-frame.
    await here.keyboard.press('b');
    await here.getByRole('region', { name: 'End A' }).locator(`[src*="${id}"]`).waitFor();
    await here.keyboard.press('Escape');
    await here.keyboard.press('1');
    await here.locator('main figure').click();
    await here.keyboard.press('t');
    await here.getByRole('button', { name: 'Key-frame 1' }).locator('img').waitFor();

    // In the trash it can still be put back from where it stands.
    await option(there, id).click();
    await there.keyboard.press('Delete');
    const putBack = here.getByRole('button', { name: 'In the trash. Put it back' });
    await putBack.first().waitFor();
    await here.keyboard.press('Escape');
    await here.keyboard.press('2');
    await putBack.click();
    await expect.poll(async () => (await service.get({ id })).trashedAt).toBeNull();
    await putBack.waitFor({ state: 'hidden' });

    // Deleted for good it is gone from both, and the artist is told.
    await service.trash({ ids: [id] });
    await service.purge({ ids: [id] });
    await here.getByText('was deleted for good. Its place is empty now.').first().waitFor();
    await here.getByLabel('Words for A').waitFor();
    await here.keyboard.press('3');
    await here.getByLabel('Words for key-frame 1').waitFor();
    await expect.poll(() => option(there, id).count()).toBe(0);
    for (const page of [here, there]) expect(page.complaints).toEqual([]);
  });

  it('have their queue again after a reload, say how much was drawn, and go on at one click', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const { service } = studio.studio;
    const page = await openWindow(browser, studio.url);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByLabel('How many portraits').selectOption('16');
    await promptField(page).fill('a sailor');
    for (let times = 0; times < 12; times += 1) await promptField(page).press('Enter');
    const queue = page.getByRole('button', { name: 'Show what is being drawn and what waits' });
    await queue.waitFor();
    await expect.poll(async () => (await service.count({})).count).toBeGreaterThan(0);
    await page.reload();
    const told = page.locator('.toast').filter({ hasText: /\d+ of \d+ were drawn/ });
    await told.waitFor();
    await queue.waitFor();
    const { count: drawn } = await service.count({});
    expect(drawn).toBeLessThan(12 * 16);
    await told.getByRole('button', { name: 'Go on' }).click();
    await queue.waitFor({ state: 'hidden' });
    // Each of them once.
    expect((await service.count({})).count).toBe(12 * 16);
    await page.reload();
    await promptField(page).waitFor();
    expect(await told.count()).toBe(0);
    expect(page.complaints).toEqual([]);
  });

  it('ask before they go while something waits in them', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    const asked: string[] = [];
    let answer: 'accept' | 'dismiss' = 'dismiss';
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog[answer]();
    });
    await page.getByLabel('How many portraits').selectOption('16');
    await promptField(page).fill('a sailor');
    for (let times = 0; times < 12; times += 1) await promptField(page).press('Enter');
    await page.getByRole('button', { name: 'Show what is being drawn and what waits' }).waitFor();
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => asked).toEqual(['beforeunload']);
    // It stays, and goes on.
    await promptField(page).waitFor();
    answer = 'accept';
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    expect(asked).toEqual(['beforeunload', 'beforeunload']);

    // Where nothing waits, nothing is asked.
    const idle = await openWindow(browser, studio.url);
    await promptField(idle).fill('a sailor');
    idle.on('dialog', (dialog) => void dialog.accept().then(() => asked.push('idle')));
    const gone = idle.waitForEvent('close');
    await idle.close({ runBeforeUnload: true });
    await gone;
    expect(asked).not.toContain('idle');
  });
});
