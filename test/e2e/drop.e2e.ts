/** Files that are dropped on the studio: what becomes of them is told before. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { currentId, makePortraits, promptField } from './support/window.ts';

/** Drags pictures over the window at a share of its width, and drops them there. */
async function dragPictures(
  page: Page,
  pictures: readonly (readonly number[])[],
  share: number,
): Promise<{ drop(): Promise<void> }> {
  const tell = (type: 'dragover' | 'drop') =>
    page.evaluate(
      ({ type, pictures, share }) => {
        const dataTransfer = new DataTransfer();
        for (const [nth, bytes] of pictures.entries()) {
          const file = new File([new Uint8Array(bytes)], `${nth}.png`, { type: 'image/png' });
          dataTransfer.items.add(file);
        }
        const at = { clientX: innerWidth * share, clientY: innerHeight / 2 };
        const options = { bubbles: true, cancelable: true, ...at, dataTransfer };
        document.querySelector('main')?.dispatchEvent(new DragEvent(type, options));
      },
      { type, pictures, share },
    );
  await tell('dragover');
  return { drop: () => tell('drop') };
}

describe.skipIf(!hasBrowser)('What is dropped', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is drawn from, one after the other, or lies in the library, as is told before', async () => {
    await using studio = await openTestStudio({ pack: TINY_PACK });
    const { service } = studio.studio;
    const page = await openWindow(browser, studio.url);
    await makePortraits(page, 'a sailor', 2);
    const { items } = await service.list({ limit: 2 });
    const pictures = await Promise.all(
      items.map(async ({ id }) => [...(await service.picture({ id }))]),
    );
    await page.getByLabel('How many portraits').selectOption('1');
    await promptField(page).fill('with a hat');

    const left = await dragPictures(page, pictures, 0.25);
    await page.getByText('Draw 1 portrait from each of 2 pictures').waitFor();
    await page
      .getByText('They are drawn one after the other, with the words in the field.')
      .waitFor();
    await left.drop();
    await page.getByText('Drawing from 2 pictures, one after the other.').waitFor();
    await expect.poll(async () => (await service.count({})).count).toBe(4);
    const drawn = (await service.list({ limit: 2 })).items;
    expect(drawn.map(({ prompt, source }) => [prompt, source.kind])).toEqual([
      ['with a hat', 'image'],
      ['with a hat', 'image'],
    ]);
    expect(
      new Set(drawn.map(({ source }) => source.kind === 'image' && source.reference)).size,
    ).toBe(2);
    await expect.poll(() => currentId(page)).toBe(drawn[0]?.id);
    // What the field started from stays.
    expect(await page.getByText('From your picture').count()).toBe(0);

    const right = await dragPictures(page, pictures, 0.75);
    await page.getByText('Bring 2 into the library').waitFor();
    await right.drop();
    await page.getByRole('dialog', { name: 'Bring in pictures' }).waitFor();
    await page.getByText('2 files ready').waitFor();
    await page.keyboard.press('Escape');

    // A single one waits for words.
    const one = await dragPictures(page, pictures.slice(0, 1), 0.25);
    await page.getByText('Drop a picture to start from it').waitFor();
    await one.drop();
    await page.getByText('From your picture').waitFor();
    expect((await service.count({})).count).toBe(4);
    expect(page.complaints).toEqual([]);
  });
});
