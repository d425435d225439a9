/** Moved from outside, and shown outside. */
import { createSocket } from 'node:dgram';
import { AxeBuilder } from '@axe-core/playwright';
import { toBuffer } from 'osc-min';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { canvasPixels, makePortraits } from './support/window.ts';

declare global {
  interface Window {
    /** What a controller sends. */
    sendMidi?(...bytes: number[]): void;
  }
}

const preview = (page: Page) => page.getByRole('img', { name: 'Portrait at this position' });
const thumb = (page: Page) => page.getByRole('slider', { name: 'Position between A and B' });
const shown = (output: Page) => output.getByRole('img', { name: 'What the studio shows' });
const live = (page: Page) => page.getByRole('dialog', { name: 'Live' });

async function openBetween(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Between/ }).click();
  await page.getByLabel('Words for A').fill('a laughing sailor');
  await page.getByLabel('Words for B').fill('a serious chef');
  await page.keyboard.press('Escape');
  await preview(page).waitFor();
}

async function openLive(page: Page): Promise<void> {
  await page.locator('body').click({ position: { x: 1, y: 1 } });
  await page.keyboard.press('Shift+L');
  await live(page).waitFor();
}

async function openOutput(page: Page): Promise<Page> {
  await openLive(page);
  const [output] = await Promise.all([
    page.waitForEvent('popup'),
    live(page).getByRole('button', { name: 'Open output' }).click(),
  ]);
  await page.keyboard.press('Escape');
  return output;
}

/** A controller that this browser does not have. */
async function plugIn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const input = { id: '1', name: 'Pads', state: 'connected', onmidimessage: null } as {
      onmidimessage: ((event: { data: Uint8Array }) => void) | null;
    };
    Object.defineProperty(navigator, 'requestMIDIAccess', {
      value: () => Promise.resolve({ inputs: new Map([['1', input]]), onstatechange: null }),
    });
    window.sendMidi = (...bytes) => input.onmidimessage?.({ data: Uint8Array.from(bytes) });
  });
  await page.reload();
}

const send = (page: Page, ...bytes: number[]) =>
  page.evaluate((message) => window.sendMidi?.(...message), bytes);

describe.skipIf(!hasBrowser)('Live', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is moved by another program once that is allowed, until it is not', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await openBetween(page);
    await openLive(page);
    const allow = live(page).getByRole('switch', { name: 'Let programs on this machine move it' });
    expect(await allow.getAttribute('aria-checked')).toBe('false');
    // A port that another program has, and then has not.
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address();
    await live(page).getByLabel('Port').fill(String(port));
    await allow.click();
    await page.getByText(`UDP port ${port} is taken by another program`).waitFor();
    expect(await allow.getAttribute('aria-checked')).toBe('false');
    await new Promise<void>((resolve) => other.close(() => resolve()));
    await allow.click();
    await live(page).getByText(`Send to 127.0.0.1, port ${port}.`).waitFor();
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    const move = (value: number) => {
      const address = '/clip-flow/between/position';
      const { buffer, byteOffset, byteLength } = toBuffer({
        ...{ oscType: 'message', address },
        args: { type: 'float', value },
      });
      socket.send(new Uint8Array(buffer, byteOffset, byteLength), port, '127.0.0.1');
    };
    for (let i = 1; i <= 100; i++) move(i / 100);
    move(0.25);
    socket.send('nonsense', port, '127.0.0.1');
    await live(page).getByText('1 packet was no OSC').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => thumb(page).inputValue()).toBe('0.25');
    await expect
      .poll(() => preview(page).evaluate((canvas) => canvas.closest('figure')?.dataset['position']))
      .toBe('0.25');

    // It is allowed again with the next window, and by nobody's wish but the artist's not any more.
    await page.reload();
    await openLive(page);
    await live(page).getByText(`Send to 127.0.0.1, port ${port}.`).waitFor();
    await allow.click();
    await live(page).getByLabel('Port').waitFor();
    move(0.75);
    await page.keyboard.press('Escape');
    await page.reload();
    await preview(page).waitFor();
    expect(await thumb(page).inputValue()).toBe('0.25');
    expect(page.complaints).toEqual([]);
  });

  it('learns a control by touch and keyboard, keeps it, and forgets it', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await plugIn(page);
    await openBetween(page);
    await openLive(page);
    await live(page).getByRole('button', { name: 'Learn a control' }).click();
    await live(page).waitFor({ state: 'hidden' });
    await page.getByText('Touch what is to be moved').waitFor();
    await thumb(page).focus();
    await page.getByText('Between: position: now move a knob or fader.').waitFor();
    await send(page, 0xb0, 21, 64);
    await page.getByText('Between: position now follows that control.').waitFor();
    await send(page, 0xb0, 21, 127);
    await expect.poll(() => thumb(page).inputValue()).toBe('1');

    await page.reload();
    await preview(page).waitFor();
    await send(page, 0xb0, 21, 0);
    await expect.poll(() => thumb(page).inputValue()).toBe('0');
    await openLive(page);
    await live(page).getByText('Between: position: Pads, control 21, channel 1').waitFor();
    await live(page)
      .getByRole('button', { name: 'Forget the control of Between: position' })
      .click();
    await page.keyboard.press('Escape');
    await send(page, 0xb0, 21, 127);
    // Esc leaves learning, with nothing learnt.
    await openLive(page);
    await live(page).getByRole('button', { name: 'Learn a control' }).click();
    await page.getByText('Touch what is to be moved').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByText('Touch what is to be moved').count()).toBe(0);
    expect(await thumb(page).inputValue()).toBe('0');
    expect(page.complaints).toEqual([]);
  });

  it('says where a browser knows no MIDI', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await page.addInitScript(() =>
      Reflect.deleteProperty(Navigator.prototype, 'requestMIDIAccess'),
    );
    await page.reload();
    await openLive(page);
    await live(page).getByRole('button', { name: 'Learn a control' }).click();
    await live(page).getByText('This browser knows no MIDI.').waitFor();
  });

  it('shows what is looked at in a page of its own, also a loop without an end', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 1);
    const output = await openOutput(page);
    await shown(output).waitFor();
    const easel = page.locator('[data-easel] img.shown');
    const id = (await easel.getAttribute('src'))?.split('/').at(-1);
    expect(await shown(output).getAttribute('src')).toBe(`pictures/${id}`);
    expect((await new AxeBuilder({ page: output }).analyze()).violations).toEqual([]);
    expect(await output.getByRole('button').allInnerTexts()).toEqual(['Full screen (F)']);

    await openBetween(page);
    for (const position of ['0.9', '0.1']) {
      await thumb(page).fill(position);
      await expect
        .poll(() => preview(page).evaluate((canvas) => canvas.closest('figure')?.dataset))
        .toMatchObject({ exact: 'true', position });
      const pixels = await canvasPixels(preview(page));
      await expect.poll(() => canvasPixels(shown(output))).toEqual(pixels);
    }
    // A place that shows no one picture leaves the output as it is.
    await page.getByRole('button', { name: /^Models/ }).click();
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    expect(await shown(output).count()).toBe(1);

    await page.getByRole('button', { name: /^Timeline/ }).click();
    await page.getByLabel('Words for key-frame 1').fill('a laughing sailor');
    await page.getByLabel('Words for key-frame 2').fill('a serious chef');
    await page.keyboard.press('Escape');
    await page.keyboard.press('o');
    await page.getByRole('img', { name: 'Portrait at this moment' }).waitFor();
    await page.getByRole('slider', { name: 'Moment' }).fill('80');
    await page.keyboard.press('p');
    const moment = () => page.getByRole('slider', { name: 'Moment' }).inputValue().then(Number);
    // Past its last frame it begins again, and goes on.
    await expect.poll(moment).toBeLessThan(60);
    await expect.poll(moment).toBeGreaterThan(60);
    await page.getByRole('button', { name: /^Pause/ }).waitFor();
    const seen = new Set<string>();
    await expect
      .poll(async () => seen.add(String(await canvasPixels(shown(output)))).size)
      .toBeGreaterThan(3);
    await output.close();
    expect(page.complaints).toEqual([]);
  });
});
