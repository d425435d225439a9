/** What the tests do in a window, in the words of an artist. */
import type { Locator, Page } from 'playwright-core';

export const promptField = (page: Page): Locator => page.getByLabel('Describe a portrait');

export const candidates = (page: Page): Locator =>
  page.getByRole('radio', { name: /^Candidate \d/ });

/** Asks for portraits and waits until the last of them has landed. */
export async function makePortraits(page: Page, prompt: string, count: number): Promise<void> {
  await page.getByLabel('How many portraits').selectOption(String(count));
  await promptField(page).fill(prompt);
  await promptField(page).press('Enter');
  await waitUntilDrawn(page);
}

/** Opens what shapes the next portraits, does something there, and closes it. */
export async function shapeNext(
  page: Page,
  work: (panel: Locator) => Promise<void>,
): Promise<void> {
  await page.getByRole('button', { name: 'Next portraits' }).click();
  const panel = page.getByRole('group', { name: 'Next portraits' });
  await panel.waitFor();
  await work(panel);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
}

/** Waits until the work under way has ended, whichever way. */
export async function waitUntilDrawn(page: Page): Promise<void> {
  await page.getByRole('progressbar', { name: 'Generate' }).waitFor({ state: 'hidden' });
  await page.getByRole('toolbar', { name: 'The portrait' }).waitFor();
}

/** Drops a file on the window or pastes it; `bytes` are filled up to `size` with zeros. */
export async function bringFile(
  page: Page,
  how: 'drop' | 'paste',
  { size, ...file }: { name: string; type: string; bytes: number[]; size?: number },
): Promise<void> {
  await page.evaluate(
    ({ how, name, type, bytes, size }) => {
      const content = new Uint8Array(size);
      content.set(bytes);
      const files = new DataTransfer();
      files.items.add(new File([content], name, { type }));
      const options = { bubbles: true, cancelable: true };
      const event =
        how === 'drop'
          ? new DragEvent('drop', { ...options, dataTransfer: files })
          : new ClipboardEvent('paste', { ...options, clipboardData: files });
      document.querySelector('main')?.dispatchEvent(event);
    },
    { how, ...file, size: size ?? file.bytes.length },
  );
}

/** Id of the portrait on the easel. */
export async function currentId(page: Page): Promise<string> {
  // The last of its layers is the portrait itself.
  const src = await page.locator('main figure img').last().getAttribute('src');
  return src?.split('/').at(-1) ?? '';
}

/** RGBA bytes of a kept portrait. */
export function portraitPixels(page: Page, id: string): Promise<number[]> {
  return page.evaluate(async (url) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    return [...(context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? [])];
  }, `pictures/${id}`);
}

/** RGBA bytes of a canvas on screen. */
export function canvasPixels(canvas: Locator): Promise<number[]> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext('2d');
    return [...(context?.getImageData(0, 0, width, height).data ?? [])];
  });
}

/** Mean absolute difference of two pictures, 0 to 255. */
export function difference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

/** What a player makes of a film; one that is broken plays nowhere. */
export async function playFilm(page: Page, bytes: Buffer, format: string) {
  // The studio's own pages may play nothing.
  const player = await page.context().newPage();
  const film = await player.evaluate(
    async ([data, type]) => {
      const source = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const video = document.createElement('video');
      video.src = URL.createObjectURL(new Blob([source], { type }));
      await new Promise((resolve, reject) => {
        video.onloadedmetadata = resolve;
        video.onerror = () => reject(new Error(video.error?.message));
      });
      return { duration: video.duration, width: video.videoWidth };
    },
    [bytes.toString('base64'), `video/${format.toLowerCase()}`] as const,
  );
  await player.close();
  return film;
}
