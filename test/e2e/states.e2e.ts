/** The states a studio can be in, each with what it says and what can be done about it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forkInference } from '../../electron/engine/inference/fork.ts';
import type { SpawnInference } from '../../electron/engine/inference/worker.ts';
import { mountDisk } from '../support/disk.ts';
import { copyTinyPack, TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { candidates, makePortraits, promptField, waitUntilDrawn } from './support/window.ts';

const notice = (page: Page, text: string) => page.locator('.notice').filter({ hasText: text });

const films = (page: Page) => page.getByRole('listbox', { name: 'History' }).getByRole('option');

/** An inference process that claims to have CUDA, which then cannot be loaded. */
const claimingCuda: SpawnInference = () => {
  const inference = forkInference();
  const claim = (message: unknown) => {
    const result = resultOf(message);
    return Array.isArray(result) ? { ...Object(message), result: [...result, 'cuda'] } : message;
  };
  return {
    ...inference,
    onMessage: (listener) => inference.onMessage((message) => listener(claim(message))),
  };
};

/** An inference process whose pictures come so late that there is time to stop them. */
const slow: SpawnInference = () => {
  const inference = forkInference();
  const delayMs = (message: unknown) => ('pixels' in Object(resultOf(message)) ? 3_000 : 0);
  return {
    ...inference,
    onMessage: (listener) =>
      inference.onMessage((message) => void setTimeout(listener, delayMs(message), message)),
  };
};

const resultOf = (message: unknown): unknown => Object(message).result;

describe.skipIf(!hasBrowser)('A studio', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('with an empty library says what will be where', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await page.getByRole('button', { name: /^Library/ }).click();
    await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
    await page.getByRole('button', { name: /^Starred/ }).click();
    await page.getByText('No portrait has a star.').waitFor();
    await page.getByRole('button', { name: /^Trash/ }).click();
    await page.getByText('The trash is empty.').waitFor();
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByRole('button', { name: 'Make the first one' }).click();
    await promptField(page).waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('that draws tells how far it is and how long it takes, and stops when asked to', async () => {
    await using studio = await openTestStudio({
      pack: TINY_PACK,
      inference: { device: 'cpu', spawn: slow },
    });
    const page = await openWindow(browser, studio.url);
    await page.getByLabel('How many portraits').selectOption('16');
    await promptField(page).fill('a sailor');
    await promptField(page).press('Enter');
    await page.getByText(/^[2-9] of 16$/).waitFor();
    await page.getByText(/ left$/).waitFor();
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await waitUntilDrawn(page);
    const drawn = await candidates(page).count();
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThan(16);
    await expect.poll(() => films(page).count()).toBe(drawn);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('draws what is asked for meanwhile in its turn, put in order and cancelled by keys', async () => {
    await using studio = await openTestStudio({
      pack: TINY_PACK,
      inference: { device: 'cpu', spawn: slow },
    });
    const page = await openWindow(browser, studio.url);
    await page.getByLabel('How many portraits').selectOption('16');
    for (const words of ['a sailor', 'a chef', 'a queen']) {
      await promptField(page).waitFor();
      await page.keyboard.press('/');
      await promptField(page).and(page.locator(':focus')).waitFor();
      await promptField(page).fill(words);
      await page.keyboard.press('Enter');
      await page.locator('[data-easel]:focus').waitFor();
    }
    await candidates(page).first().waitFor();
    await page.keyboard.press('q');
    const queue = page.getByRole('dialog', { name: 'Being drawn' });
    const rows = queue.getByRole('listitem');
    const order = () => rows.locator('.words').allInnerTexts();
    await rows.first().and(page.locator(':focus')).waitFor();
    expect(await order()).toEqual(['a sailor', 'a chef', 'a queen']);
    for (const key of ['ArrowDown', 'ArrowDown', 'Alt+ArrowUp']) await page.keyboard.press(key);
    await expect.poll(order).toEqual(['a sailor', 'a queen', 'a chef']);
    await rows.nth(1).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Delete');
    await expect.poll(order).toEqual(['a sailor', 'a chef']);
    await rows
      .first()
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await expect.poll(order).toEqual(['a chef']);
    await queue.getByRole('button', { name: 'Cancel all' }).click();
    await waitUntilDrawn(page);
    await expect
      .poll(() => films(page).count())
      .toBe((await studio.studio.service.count({})).count);
    expect(await films(page).count()).toBeGreaterThan(0);
    expect(await films(page).count()).toBeLessThan(32);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(page.complaints).toEqual([]);
  });

  it('without a pack says so, leads to the models, and draws with the one chosen there', async () => {
    await using studio = await openTestStudio({
      pack: 'no-such-pack',
      packRoot: path.dirname(TINY_PACK),
    });
    const page = await openWindow(browser, studio.url);
    const missing = notice(page, 'No model yet.');
    await missing.waitFor();
    await missing.getByRole('button', { name: 'Open Models' }).click();
    await page.getByRole('alert').filter({ hasText: 'no-such-pack' }).waitFor();
    await page.getByRole('button', { name: 'Use this model' }).first().click();
    await page.getByText('In use').first().waitFor();
    await page.getByRole('button', { name: /^Create/ }).click();
    await makePortraits(page, 'a smile', 1);
    expect(await missing.count()).toBe(0);
  });

  it('with a damaged pack says what is wrong, and draws once it is mended', async () => {
    const pack = copyTinyPack();
    const graph = path.join(pack, 'flow/decode.onnx');
    const sound = await readFile(graph);
    await writeFile(graph, sound.with(-1, sound[sound.length - 1]! ^ 1));
    await using studio = await openTestStudio({ pack });
    const page = await openWindow(browser, studio.url);
    await notice(page, 'This model cannot be used.').filter({ hasText: 'decode.onnx' }).waitFor();
    await writeFile(graph, sound);
    await page.getByRole('button', { name: 'Open Models' }).click();
    await page.getByRole('button', { name: 'Use this model' }).click();
    await page.getByRole('button', { name: /^Create/ }).click();
    await makePortraits(page, 'a smile', 1);
  });

  it('on a full disk says so, loses nothing, and goes on when there is room', async ({ skip }) => {
    const disk = (await mountDisk(12)) ?? skip();
    const ballast = path.join(disk, 'ballast');
    await writeFile(ballast, new Uint8Array(10_800_000));
    await using studio = await openTestStudio({
      library: path.join(disk, 'library'),
      pack: TINY_PACK,
    });
    const page = await openWindow(browser, studio.url);
    const refusal = page.locator('[data-code="disk-full"]');
    for (let tries = 0; tries < 20 && !(await refusal.isVisible()); tries++) {
      await makePortraits(page, 'a smile', 16);
    }
    expect(await refusal.innerText()).toContain('Everything kept before is still there.');
    expect(await promptField(page).inputValue()).toBe('a smile');
    const { count } = await studio.studio.service.count({});
    expect(count).toBeGreaterThan(0);
    await rm(ballast);
    await makePortraits(page, 'a smile', 2);
    expect(await refusal.isVisible()).toBe(false);
    expect((await studio.studio.service.count({})).count).toBe(count + 2);
  });

  it('that fell back to another device says from which, and why', async () => {
    await using studio = await openTestStudio({
      pack: TINY_PACK,
      inference: { spawn: claimingCuda },
    });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a smile', 1);
    const badge = page.getByRole('button', { name: /^(CPU|WebGPU)$/ });
    await badge.hover();
    const why = page.getByRole('tooltip');
    await why.waitFor();
    expect(await why.innerText()).toMatch(/^(CPU|WebGPU), because CUDA could not be used: ./);
    await badge.click();
    const cuda = page.getByRole('listitem').filter({ hasText: 'CUDA' });
    expect(await cuda.innerText()).toMatch(/Not available\s+./);
  });
});
