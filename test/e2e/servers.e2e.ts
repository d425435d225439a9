/** Model servers in the window: asked about before they are sent anything, tried, lost, and drawn without. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Inference } from '../../electron/engine/inference/inference.ts';
import { startFakeServer } from '../support/model-server.ts';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { lookEverywhere } from './support/look.ts';
import { openTestStudio, type TestStudio } from './support/studio.ts';
import { makePortraits } from './support/window.ts';

const GRAPHS = ['clip/vision_model', 'generator/synthesis', 'generator/preview'].map(
  (name) => `${TINY_PACK}/${name}.onnx`,
);
const SIZES = [
  [1280, 800],
  [960, 600],
] as const;

/** Opens the settings where servers are, by keys. */
async function openServers(page: Page) {
  await page.keyboard.press('Control+,');
  const settings = page.getByRole('dialog', { name: 'Settings' });
  await settings.getByRole('tab', { name: 'Window' }).focus();
  await page.keyboard.press('End');
  await settings.getByLabel('Address', { exact: true }).waitFor();
  return settings;
}

async function closeSettings(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Settings' }).waitFor({ state: 'hidden' });
}

describe.skipIf(!hasBrowser)('Model servers', () => {
  let browser: Browser;
  let studio: TestStudio;
  let serving: Inference;
  beforeAll(async () => {
    browser = await launchBrowser();
    studio = await openTestStudio({ pack: TINY_PACK });
    serving = new Inference({ device: 'cpu' });
  });
  afterAll(async () => {
    await browser.close();
    await studio[Symbol.asyncDispose]();
    serving.close();
  });

  /** Where the last portrait was drawn. */
  const drawnOn = async () => {
    const { items } = await studio.studio.service.list({ limit: 1 });
    const { device, server } = items[0]!;
    return { device, address: server?.address };
  };

  it('are sent nothing before that was allowed, draw then, and are drawn without once they are gone', async () => {
    const server = await startFakeServer({ inference: serving, graphs: GRAPHS, token: 'sesame' });
    const host = `127.0.0.1:${server.port}`;
    const address = `grpc://${host}`;
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a smile', 1);
    const settings = await openServers(page);
    expect(await lookEverywhere(page, 'servers-none', SIZES)).toEqual([]);

    // What is no address is refused with words.
    await settings.getByLabel('Address', { exact: true }).fill('https://box');
    await page.keyboard.press('Enter');
    await settings
      .getByRole('alert')
      .getByText(/is no address of a model server/)
      .waitFor();
    await settings.getByLabel('Address', { exact: true }).fill(address);
    await page.keyboard.press('Enter');

    // The question says what leaves, and to where; a badge repeats it.
    const question = settings.getByRole('group', { name: `Draw on ${host}?` });
    await question.getByText(`are sent to ${address}`).waitFor();
    const allow = question.getByRole('button', { name: 'Draw there' });
    const refuse = question.getByRole('button', { name: 'Do not use it' });
    await expect.poll(() => refuse.evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await lookEverywhere(page, 'servers-question', SIZES)).toEqual([]);
    await settings.getByText('All they can').click();
    await closeSettings(page);
    await makePortraits(page, 'a smile', 1);
    expect(server.computed()).toBe(0);
    await page.getByRole('button', { name: `${host} (allow?)` }).click();
    await settings.getByText('Certificates and token').click();
    await settings.getByLabel('Token', { exact: true }).fill('sesame');
    await page.keyboard.press('Enter');
    await settings.getByText(/There is one/).waitFor();
    expect(await settings.getByLabel('Token', { exact: true }).inputValue()).toBe('');

    // Once it is allowed it is tried, and draws.
    await allow.focus();
    await page.keyboard.press('Enter');
    await settings.getByText('Draws', { exact: true }).waitFor();
    await settings.getByText(/synthesis\.onnx: there/).waitFor();

    const trust = settings.locator('details');
    const token = trust.getByLabel('Token', { exact: true });
    // What is refused is said where it was typed.
    await token.fill('two words');
    await page.keyboard.press('Enter');
    await trust.getByRole('alert').waitFor();
    expect(await settings.getByRole('alert').count()).toBe(1);
    expect(await token.evaluate((it) => it === document.activeElement)).toBe(true);
    await token.fill('');
    await trust.getByRole('button', { name: 'Close' }).click();
    expect(await lookEverywhere(page, 'servers-ready', SIZES)).toEqual([]);
    await closeSettings(page);
    await page.getByRole('button', { name: host, exact: true }).waitFor();
    await makePortraits(page, 'a smile', 1);
    await expect.poll(drawnOn).toEqual({ device: 'server', address });

    // Gone, and then drawn here instead.
    server.kill();
    await openServers(page);
    await settings.getByLabel('Draw here when no server can').focus();
    await page.keyboard.press('Space');
    await settings.getByRole('button', { name: 'Test' }).click();
    await settings.getByText('0 of 1 can draw.').waitFor();
    await settings.getByText('Does not answer', { exact: true }).waitFor();
    expect(await lookEverywhere(page, 'servers-gone', SIZES)).toEqual([]);
    await closeSettings(page);
    await page.getByRole('button', { name: 'CPU (no server)' }).waitFor();
    await makePortraits(page, 'a smile', 1);
    await expect.poll(drawnOn).toEqual({ device: 'cpu', address: undefined });
    await openServers(page);
    await settings.getByRole('button', { name: `Remove ${host}` }).press('Enter');
    await settings.getByText('Portraits are drawn on this computer.').waitFor();
    expect(page.complaints).toEqual([]);
  });
});
