/** The portrait on the easel: looked at closely, as it was before, alone, and asked what can be done to it. */
import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import {
  candidates,
  currentId,
  difference,
  makePortraits,
  portraitPixels,
  promptField,
} from './support/window.ts';

const easel = (page: Page) => page.locator('[data-easel]');
const picture = (page: Page) => easel(page).getByRole('img', { name: /^(Portrait|Before):/ });
const edited = (page: Page) => page.getByRole('img', { name: 'Portrait with edits' });
const slider = (page: Page, name: string) => page.getByRole('slider', { name, exact: true });

/** Where the picture is drawn, which reaches out of the easel where it is zoomed. */
const drawn = async (page: Page) => (await picture(page).boundingBox())!;

async function middle(page: Page): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await easel(page).boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

/** Notes what drags take along. */
const watchDrags = (page: Page) =>
  page.evaluate(() => {
    const drags: string[][] = Object.assign(globalThis, { drags: [] }).drags;
    // Behind the easel's own listener.
    addEventListener('dragstart', ({ dataTransfer, defaultPrevented }) => {
      if (!defaultPrevented) drags.push([...dataTransfer!.types]);
    });
  });
const drags = (page: Page): Promise<string[][]> => page.evaluate(() => Object(globalThis).drags);

async function dragFromMiddle(page: Page, by: number): Promise<void> {
  const { x, y } = await middle(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by, y + by, { steps: 6 });
  await page.mouse.up();
}

describe.skipIf(!hasBrowser)('The easel', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is looked at closely by wheel, pointer and keys, and stays so while sliders move', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    await watchDrags(page);
    const fitted = await drawn(page);

    // All of it is seen: the hand takes it along.
    await dragFromMiddle(page, 40);
    expect(await drags(page)).toEqual([expect.arrayContaining(['downloadurl'])]);

    // What is under the pointer stays there.
    const at = await middle(page);
    await page.mouse.move(at.x - 60, at.y + 40);
    await page.mouse.wheel(0, -400);
    await expect.poll(async () => (await drawn(page)).width).toBeCloseTo(fitted.width * Math.E, 0);
    const zoomed = await drawn(page);
    const share = (box: typeof zoomed) => (at.x - 60 - box.x) / box.width;
    expect(share(zoomed)).toBeCloseTo(share(fitted), 2);

    // There is more than is seen: the hand moves it, and takes nothing along.
    await dragFromMiddle(page, 40);
    const moved = await drawn(page);
    expect([moved.x - zoomed.x, moved.y - zoomed.y]).toEqual(
      [40, 40].map((by) => expect.closeTo(by, 0)),
    );
    expect(await drags(page)).toHaveLength(1);

    // So it stays while previews are drawn, and from one candidate to the next.
    await slider(page, 'Smile').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await edited(page).waitFor();
    expect(await drawn(page)).toEqual(moved);
    expect(await edited(page).boundingBox()).toEqual(moved);
    await page.keyboard.press('Shift+ArrowLeft');
    await edited(page).waitFor({ state: 'hidden' });
    const first = await currentId(page);
    await candidates(page).nth(1).click();
    await expect.poll(() => currentId(page)).not.toBe(first);
    expect(await drawn(page)).toEqual(moved);

    // Keys move it where it is zoomed, and go to another candidate where it is not.
    const second = await currentId(page);
    await easel(page).focus();
    await page.keyboard.press('ArrowRight');
    expect((await drawn(page)).x).toBeLessThan(moved.x);
    expect(await currentId(page)).toBe(second);
    await page.keyboard.press('z');
    expect(await drawn(page)).toEqual(fitted);
    await page.keyboard.press('+');
    expect((await drawn(page)).width).toBeGreaterThan(fitted.width);
    await page.keyboard.press('-');
    expect(await drawn(page)).toEqual(fitted);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => currentId(page)).toBe(first);

    await page.mouse.dblclick(at.x, at.y);
    expect((await drawn(page)).width).toBeCloseTo(fitted.width * 2, 0);
    await page.mouse.dblclick(at.x, at.y);
    expect(await drawn(page)).toEqual(fitted);
    expect(page.complaints).toEqual([]);
  });

  it('is zoomed by two fingers, about the point between them', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    const fitted = await drawn(page);
    const { x, y } = await middle(page);
    const client = await page.context().newCDPSession(page);
    const fingers = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
      client.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: x - apart, y, id: 0 },
                { x: x + apart, y, id: 1 },
              ],
      });
    await fingers('touchStart', 40);
    for (const apart of [50, 60, 70, 80]) await fingers('touchMove', apart);
    await fingers('touchEnd', 0);
    await expect.poll(async () => (await drawn(page)).width).toBeGreaterThan(fitted.width * 1.8);
    const zoomed = await drawn(page);
    // But for what the edges held back at first, where it could not be moved.
    expect(Math.abs(zoomed.x + zoomed.width / 2 - x)).toBeLessThan(20);
  });

  it.each([1, 1.5, 2])(
    'shows pixel on pixel in its own size, with %d of them to a CSS px',
    async (pixelRatio) => {
      await using studio = await openTestStudio({ pack: TINY_PACK });
      const page = await openWindow(browser, studio.url, { width: 1283, height: 801, pixelRatio });
      await makePortraits(page, 'a sailor', 1);
      await easel(page).hover();
      await easel(page).getByRole('button', { name: '100 %', exact: true }).click();
      const { x, y, width, height } = await drawn(page);
      expect([width * pixelRatio, height * pixelRatio]).toEqual([
        expect.closeTo(16, 1),
        expect.closeTo(16, 1),
      ]);
      const shot = await sharp(await page.screenshot({ scale: 'device' }))
        .extract({
          left: Math.round(x * pixelRatio),
          top: Math.round(y * pixelRatio),
          width: 16,
          height: 16,
        })
        .ensureAlpha()
        .raw()
        .toBuffer();
      expect(difference([...shot], await portraitPixels(page, await currentId(page)))).toBe(0);
    },
  );

  it('shows what was before as long as a key or a button is held', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    const parent = await currentId(page);
    await promptField(page).press('Escape');
    await slider(page, 'Smile').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await edited(page).waitFor();
    await page.keyboard.down('\\');
    await edited(page).waitFor({ state: 'hidden' });
    await page
      .getByRole('status')
      .getByText('Before')
      .or(page.getByText('Before', { exact: true }))
      .first()
      .waitFor();
    await page.keyboard.up('\\');
    await edited(page).waitFor();

    // Kept, what was before is the portrait that it was made from.
    await page.keyboard.press('k');
    await expect.poll(() => currentId(page)).not.toBe(parent);
    const child = await currentId(page);
    await easel(page).hover();
    const before = page.getByRole('button', { name: 'Hold to see it as it was before' });
    const { x, y, width, height } = (await before.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await expect.poll(() => currentId(page)).toBe(parent);
    await page.mouse.up();
    await expect.poll(() => currentId(page)).toBe(child);

    // Whoever does something meanwhile does it to what is on the easel, which is seen again.
    await page.keyboard.down('\\');
    await expect.poll(() => currentId(page)).toBe(parent);
    await page.keyboard.press('s');
    await expect.poll(() => currentId(page)).toBe(child);
    await page.keyboard.up('\\');
    const { service } = studio.studio;
    await expect.poll(async () => (await service.get({ id: child })).starred).toBe(true);
    expect((await service.get({ id: parent })).starred).toBe(false);
  });

  it('has the screen to itself, and gives it back', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    // The best of them, which is on the easel, may be the last.
    await candidates(page).first().click();
    await page.keyboard.press('Shift+F');
    await promptField(page).waitFor({ state: 'hidden' });
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
    const first = await currentId(page);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => currentId(page)).not.toBe(first);
    await page.keyboard.press('s');
    const { service } = studio.studio;
    const second = await currentId(page);
    await expect.poll(async () => (await service.get({ id: second })).starred).toBe(true);
    await page.keyboard.press('Shift+F');
    await promptField(page).waitFor();
    expect(await page.evaluate(() => document.fullscreenElement)).toBeNull();
    // What belongs elsewhere brings it back too.
    await page.keyboard.press('Shift+F');
    await promptField(page).waitFor({ state: 'hidden' });
    await page.keyboard.press('/');
    await page.keyboard.type('a chef');
    expect(await promptField(page).inputValue()).toContain('a chef');
  });

  it('says what can be done to what is seen, by the right button and by the menu key', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const { service } = studio.studio;
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    const parent = await currentId(page);
    await slider(page, 'Smile').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await edited(page).waitFor();
    await picture(page).click({ button: 'right', force: true });
    await page.getByRole('menuitem', { name: /^Star/ }).click();
    await expect.poll(() => currentId(page)).not.toBe(parent);
    const child = await currentId(page);
    await expect.poll(async () => (await service.get({ id: child })).starred).toBe(true);
    expect((await service.get({ id: parent })).starred).toBe(false);

    // All of the history is selected: on the easel the menu is about what stands there.
    await page.keyboard.press('Escape');
    await easel(page).focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menu').waitFor();
    await page.getByRole('menuitem', { name: /^Closer to its pixels/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });
    // The keys are where they were.
    await page.locator('[data-easel]:focus').waitFor();

    // In a list the menu stands at the card that the keyboard is at.
    const strip = page.getByRole('listbox', { name: 'History' });
    await strip.focus();
    await page.keyboard.press('End');
    const card = strip.getByRole('option').last();
    await page.keyboard.press('ContextMenu');
    const menu = page.getByRole('menu');
    await menu.waitFor();
    const box = (await card.boundingBox())!;
    expect((await menu.boundingBox())!.x).toBeGreaterThan(box.x - 10);
    await page.getByRole('menuitem', { name: /^Move to trash/ }).click();
    await expect.poll(async () => (await service.count({})).count).toBe(2);
    expect(page.complaints).toEqual([]);
  });

  it('is compared with its candidates: starred, taken out, and what was taken out thrown away', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const { service } = studio.studio;
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 4);
    const strip = page.getByRole('listbox', { name: 'History' });
    await strip.getByRole('option').first().click();
    await strip
      .getByRole('option')
      .last()
      .click({ modifiers: ['Shift'] });
    await page.keyboard.press('c');
    const survey = page.getByRole('dialog', { name: 'Compare' });
    const figures = survey.getByRole('group', { name: /^Portrait \d/ });
    await expect.poll(() => figures.count()).toBe(4);
    await figures.first().focus();
    await page.keyboard.press('s');
    await expect.poll(async () => (await service.count({ query: 'is:starred' })).count).toBe(1);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Delete');
    await expect.poll(() => figures.count()).toBe(3);
    await page.keyboard.press('Delete');
    await expect.poll(() => figures.count()).toBe(2);
    await page.keyboard.press('Escape');
    await page
      .getByText('2 portraits taken out of the comparison. The others are selected.')
      .waitFor();
    expect((await service.count({})).count).toBe(4);
    const told = page.getByRole('group').filter({ hasText: 'taken out' });
    await told.getByRole('button', { name: 'Move 2 to trash' }).click();
    await expect.poll(async () => (await service.count({})).count).toBe(2);
    expect((await service.count({ query: 'is:starred' })).count).toBe(1);
  });
});
