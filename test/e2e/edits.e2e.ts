import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import {
  candidates,
  canvasPixels,
  currentId,
  difference,
  makePortraits,
  portraitPixels,
  promptField,
  shapeNext,
} from './support/window.ts';

/** What is computed once for a pack takes its time where others compute as well. */
const COMPUTING_MS = 300_000;

const slider = (page: Page, name: string) => page.getByRole('slider', { name, exact: true });
const edited = (page: Page) => page.getByRole('img', { name: 'Portrait with edits' });
const keepBar = (page: Page) => page.getByRole('group', { name: 'Edited, not kept yet' });

/** Waits until the edited portrait is there at full size, and reads it. */
async function editedPixels(page: Page): Promise<number[]> {
  await expect.poll(() => edited(page).getAttribute('width')).toBe('16');
  return canvasPixels(edited(page));
}

async function addPhrase(page: Page, phrase: string): Promise<void> {
  await page.getByLabel('A phrase to make a slider of').fill(phrase);
  await page.keyboard.press('Enter');
}

/** Where sliders stand, as the window remembers it. */
const remembered = (page: Page) =>
  page.evaluate(() => localStorage.getItem('clip-flow-studio/touches'));

describe.skipIf(!hasBrowser)('Edits', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('shapes the portrait by keyboard, undoes it, and keeps what is seen', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    const parent = await currentId(page);
    await slider(page, 'Smile').focus();
    await page.keyboard.press('Shift+ArrowRight');
    const seen = await editedPixels(page);
    expect(difference(seen, await portraitPixels(page, parent))).toBeGreaterThan(0.5);

    await page.keyboard.press('Escape');
    await page.locator('main figure').click();
    await page.keyboard.press('Control+z');
    await edited(page).waitFor({ state: 'hidden' });
    expect(await slider(page, 'Smile').inputValue()).toBe('0');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => editedPixels(page)).toEqual(seen);

    // Sliders stand where they stood when the window is opened again.
    await expect.poll(() => remembered(page)).toContain('0.5');
    await page.reload();
    await expect.poll(() => editedPixels(page)).toEqual(seen);
    expect(await slider(page, 'Smile').inputValue()).toBe('0.5');
    await promptField(page).press('Escape');

    await page.keyboard.press('k');
    await expect.poll(() => currentId(page)).not.toBe(parent);
    const child = await currentId(page);
    expect(await portraitPixels(page, child)).toEqual(seen);
    expect(await slider(page, 'Smile').inputValue()).toBe('0');
    const { parents, source } = await studio.studio.service.get({ id: child });
    expect(parents).toEqual([parent]);
    expect(source).toMatchObject({ kind: 'edit', edits: [{ amount: 0.5 }] });
    await page.keyboard.press('Control+z');
    await expect.poll(() => currentId(page)).toBe(parent);
    expect(page.complaints).toEqual([]);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => currentId(page)).toBe(child);

    // Made again with one of its sliders elsewhere.
    await page.keyboard.press('y');
    await page.getByRole('button', { name: 'Replay with a change…' }).click();
    await page.getByRole('dialog').getByRole('slider', { name: 'smile' }).fill('-1');
    await page.getByRole('button', { name: 'Draw it' }).click();
    await expect.poll(() => currentId(page)).not.toBe(child);
    const other = await studio.studio.service.get({ id: await currentId(page) });
    expect(other).toMatchObject({ parents: [parent], source: { edits: [{ amount: -1 }] } });

    // And opened as the sliders it was made with, on the portrait it was made from.
    await page.keyboard.press('u');
    await page.getByRole('button', { name: 'Open with its sliders' }).click();
    await expect.poll(() => currentId(page)).toBe(parent);
    expect(await slider(page, 'Smile').inputValue()).toBe('-1');
    await expect.poll(() => editedPixels(page)).toEqual(await portraitPixels(page, other.id));
  });

  it('moves nothing but the picture when a slider is moved, finely with Shift, and back', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    await page.locator('main figure').click();
    await page.keyboard.press('a');
    await addPhrase(page, 'red hair');
    await slider(page, 'red hair').waitFor();
    await page.evaluate(() => {
      const shifts: number[] = Object.assign(globalThis, { shifts: [] }).shifts;
      const note = (list: PerformanceObserverEntryList) =>
        list.getEntries().forEach((entry) => shifts.push(Object(entry).value));
      new PerformanceObserver(note).observe({ type: 'layout-shift' });
    });
    const drag = async (name: string, by: number) => {
      const { x, y, width, height } = (await slider(page, name).boundingBox())!;
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width / 2 + by, y + height / 2, { steps: 12 });
      await page.mouse.up();
    };
    await drag('Smile', 60);
    await editedPixels(page);
    await drag('red hair', 60);
    await page.getByText(/nearer to the phrase$/).waitFor();
    expect(await page.evaluate(() => Object(globalThis).shifts)).toEqual([]);

    const smile = async () => Number(await slider(page, 'Smile').inputValue());
    const far = await smile();
    await slider(page, 'Smile').dblclick();
    expect(await smile()).toBe(0);
    await page.keyboard.down('Shift');
    await drag('Smile', 60);
    await page.keyboard.up('Shift');
    const near = await smile();
    expect(near).toBeGreaterThan(0);
    expect(near).toBeLessThan(far / 4);
    await slider(page, 'Smile').press('Alt+ArrowRight');
    expect(await smile()).toBeCloseTo(near + 0.01, 6);
    await page.getByLabel('Smile, as a number').fill('0,7');
    await page.keyboard.press('Enter');
    expect(await smile()).toBe(0.7);

    await page.getByRole('button', { name: 'Shape it' }).click();
    await slider(page, 'Smile').waitFor({ state: 'hidden' });
    await page.reload();
    await slider(page, 'red hair').waitFor();
    expect(await slider(page, 'Smile').isVisible()).toBe(false);
    expect(page.complaints).toEqual([]);
  });

  it('makes a slider of a phrase, says what it does, and narrows it', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    await page.locator('main figure').click();
    await page.keyboard.press('a');
    await addPhrase(page, 'sad -> red hair');
    await slider(page, 'sad → red hair').fill('1');
    await page.getByText(/nearer to the phrase$/).waitFor();
    const whole = await editedPixels(page);

    await page.getByRole('button', { name: 'More about sad → red hair' }).click();
    await page.getByRole('radio', { name: 'Colours' }).click();
    await expect.poll(() => editedPixels(page)).not.toEqual(whole);
    await slider(page, 'Only this').fill('1');
    await keepBar(page).getByRole('button', { name: /^Keep/ }).click();
    await page.getByText('Kept as a new portrait.').waitFor();
    const kept = await studio.studio.service.get({ id: await currentId(page) });
    expect(kept.source).toMatchObject({
      edits: [{ direction: { from: 'sad', to: 'red hair', disentangle: 1 }, layers: [2, 3] }],
    });
    await page.reload();
    await slider(page, 'sad → red hair').waitFor();
    await page.getByRole('button', { name: 'More about sad → red hair' }).click();
    await page.getByRole('button', { name: 'Remove this slider' }).click();
    await slider(page, 'sad → red hair').waitFor({ state: 'hidden' });

    await addPhrase(page, '日本');
    await slider(page, '日本').fill('1');
    await page.getByText('The model does not know “日本”').waitFor();
  });

  it('finds the model’s own directions, which can be named', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    await page.getByRole('button', { name: 'The model’s own directions' }).click();
    await slider(page, 'Direction 2').waitFor({ timeout: COMPUTING_MS });
    await slider(page, 'Direction 2').fill('2');
    const seen = await editedPixels(page);
    await page.getByRole('button', { name: 'More about Direction 2' }).click();
    await page.getByLabel('Name of Direction 2').fill('Pose');
    await page.keyboard.press('Enter');
    await slider(page, 'Pose').waitFor();
    const names = await studio.studio.service.principalDirections({});
    expect(names[1]).toEqual({ index: 1, name: 'Pose' });
    await expect.poll(() => remembered(page)).toContain('principal/1');
    await page.reload();
    await slider(page, 'Pose').waitFor();
    await expect.poll(() => editedPixels(page)).toEqual(seen);
  });

  it('moves two sliders at once on the plane', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    await addPhrase(page, 'red hair');
    await page.getByLabel('Across').selectOption('Smile');
    await page.getByLabel('Upward').selectOption('red hair');
    const pad = page.getByRole('slider', { name: 'Plane of Smile and red hair' });
    await pad.focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowUp');
    expect(Number(await slider(page, 'Smile').inputValue())).toBeCloseTo(0.6);
    expect(Number(await slider(page, 'red hair').inputValue())).toBeCloseTo(0.2);
    await page.keyboard.press('Home');
    await edited(page).waitFor({ state: 'hidden' });
    const box = (await pad.boundingBox())!;
    await page.mouse.click(box.x + box.width - 2, box.y + box.height / 2);
    expect(Number(await slider(page, 'Smile').inputValue())).toBeGreaterThan(2.5);
  });

  it('moves between portraits on the plane', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 4);
    // The best of them is on the easel, wherever it stands.
    const others = page.locator('[data-history] .card:not(.current)');
    for (const nth of [0, 1]) await others.nth(nth).click({ modifiers: ['Control'] });
    await page.getByRole('radio', { name: 'Portraits' }).click();
    await page.getByRole('button', { name: /^Use the \d selected/ }).click();
    const pad = page.getByRole('slider', { name: /^Plane between \d portraits/ });
    await pad.focus();
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('Shift+ArrowRight');
    const corner = await page.locator('.corner.right.low img').getAttribute('src');
    const id = corner!.split('/').at(-1)!;
    await expect.poll(() => editedPixels(page)).toEqual(await portraitPixels(page, id));
  });

  it('says what a portrait means, and makes sliders of it', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    await page.getByRole('button', { name: 'What does this portrait mean?' }).click();
    const gauge = page.getByRole('meter', { name: 'How usual it is for its words' });
    await gauge.waitFor({ timeout: COMPUTING_MS });
    const phrase = page.getByRole('button', { name: /^Make a slider of/ }).first();
    const words = await phrase.textContent();
    await phrase.click();
    await slider(page, words!).waitFor();
  });

  it('keeps the best of many, and puts the best first', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    const scores = async () => {
      const names = await candidates(page).evaluateAll((all) =>
        all.map((one) => one.getAttribute('aria-label')),
      );
      return names.map((name) => Number(name?.split(' ').at(-1)));
    };
    const isSorted = (values: number[]) => values.every((v, i) => i === 0 || v <= values[i - 1]!);
    await makePortraits(page, 'a sailor', 4);
    const best = page.getByRole('button', { name: 'Sort best first' });
    if (await best.isEnabled()) await best.click();
    expect(isSorted(await scores())).toBe(true);
    await shapeNext(page, (next) => next.getByRole('radio', { name: 'of 4 ×' }).click());
    await makePortraits(page, 'a sailor', 2);
    expect(isSorted(await scores())).toBe(true);
    expect((await studio.studio.service.count({})).count).toBe(6);
    await shapeNext(page, async (next) => {
      await next.getByRole('button', { name: 'Reset keep the best' }).click();
      const kept = next.getByRole('radiogroup', { name: 'Keep the best' });
      await kept.getByRole('radio', { name: 'All', checked: true }).waitFor();
      await page.keyboard.press('Control+z');
      await kept.getByRole('radio', { name: 'of 4 ×', checked: true }).waitFor();
    });
  });

  it('carries words to pictures the way that is chosen', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    const shifted = await currentId(page);
    await shapeNext(page, async (next) => {
      const way = next.getByRole('radiogroup', { name: 'Words to picture' });
      await way.getByRole('radio', { name: 'Shifted' }).focus();
      await page.keyboard.press('ArrowLeft');
    });
    await makePortraits(page, 'a sailor', 1);
    await expect.poll(() => currentId(page)).not.toBe(shifted);
    const { settings } = await studio.studio.service.get({ id: await currentId(page) });
    expect(settings.gap).toBe('ensemble');
  });

  it('leads the default model to one change, and back to the same pixels', async () => {
    await using studio = await openTestStudio();
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a young woman with short black hair', 1);
    const before = await portraitPixels(page, await currentId(page));
    const { width } = await studio.studio.service.get({ id: await currentId(page) });
    const settled = () =>
      expect
        .poll(() => edited(page).getAttribute('width'), { timeout: COMPUTING_MS })
        .toBe(String(width));
    await slider(page, 'Background hue').fill('1');
    await settled();
    const there = await canvasPixels(edited(page));
    expect(difference(there, before)).toBeGreaterThan(5);
    await slider(page, 'Background hue').fill('0');
    await edited(page).waitFor({ state: 'hidden' });
    expect(await portraitPixels(page, await currentId(page))).toEqual(before);
    await addPhrase(page, 'a big beard');
    await slider(page, 'a big beard').fill('1');
    await settled();
    expect(difference(await canvasPixels(edited(page)), before)).toBeGreaterThan(0.5);
    expect(page.complaints).toEqual([]);
  });
});
