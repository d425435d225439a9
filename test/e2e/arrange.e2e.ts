/** Finding and arranging: the search field, the panel of boards and tags, keys, and the way back of each deed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { fillLibrary } from '../support/fill-library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { samplePicture } from '../support/portraits.ts';
import { hasBrowser, launchBrowser, openWindow, type WindowOptions } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';

const COUNT = 24;

describe.skipIf(!hasBrowser)('A library that is arranged', () => {
  let browser: Browser;
  let library: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    library = await mkdtemp(path.join(tmpdir(), 'clip-flow-e2e-arrange-'));
    const picture = await sharpCodec.encode(samplePicture(0), 'png');
    const thumbnail = await sharpCodec.thumbnail(samplePicture(0), 256);
    await fillLibrary(library, COUNT, () => ({ picture, thumbnail }));
  });
  afterAll(async () => {
    await browser.close();
    await rm(library, { recursive: true });
  });

  const open = async (url: string, options?: WindowOptions) => {
    const page = await openWindow(browser, url, options);
    await page.getByRole('button', { name: /^Library/ }).click();
    await cardsOf(page).first().waitFor();
    return page;
  };

  it('is rated, labelled, tagged and put on boards, one or many at once, and each is taken back', async () => {
    await using studio = await openTestStudio({ library, pack: TINY_PACK });
    const { service } = studio.studio;
    const page = await open(studio.url);
    const cards = cardsOf(page);
    const panel = page.getByRole('navigation', { name: 'Browse the library' });
    const ids = (await service.list({ limit: COUNT })).items.map(({ id }) => id);
    const get = (at: number) => service.get({ id: ids[at]! });

    await cards.nth(0).click();
    await page.keyboard.press('4');
    await page.keyboard.press('6');
    await expect.poll(() => get(0)).toMatchObject({ rating: 4, label: 'red' });
    await page.getByRole('gridcell', { name: /rated 4, labelled red/ }).waitFor();

    await cards.nth(3).click({ modifiers: ['Shift'] });
    await page.keyboard.press('e');
    await page.getByPlaceholder('Find a tag').fill('By the sea');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await get(3)).tags).toEqual(['By the sea']);
    await page.keyboard.press('Escape');
    await panel.getByRole('button', { name: /By the sea 4/ }).waitFor();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(async () => (await service.tags({})).length).toBe(0);
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await expect.poll(async () => (await service.tags({}))[0]?.count).toBe(4);

    await page.keyboard.press('d');
    await page.getByPlaceholder('Find a board').fill('Series');
    await page.keyboard.press('Enter');
    const board = panel.getByRole('button', { name: /^Series/ });
    await panel.getByRole('button', { name: 'Series 4' }).waitFor();
    await cards.nth(8).dragTo(board);
    await panel.getByRole('button', { name: 'Series 5' }).waitFor();
    await board.click();
    await expect.poll(() => cards.count()).toBe(5);

    await cards.nth(4).click();
    await page.keyboard.press('Alt+ArrowLeft');
    const [series] = await service.boards({});
    const order = async () =>
      (await service.list({ board: series!.id, sort: 'board', limit: 9 })).items.map(
        ({ id }) => id,
      );
    await expect.poll(async () => (await order())[3]).toBe(ids[8]);
    expect(page.complaints).toEqual([]);
  });

  it('is searched with words and filters, typed and clicked, and what cannot be read loses nothing', async () => {
    await using studio = await openTestStudio({ library, pack: TINY_PACK });
    const { service } = studio.studio;
    const ids = (await service.list({ limit: COUNT })).items.map(({ id }) => id);
    await service.tag({ ids: ids.slice(0, 6), tags: ['two words'] });
    await service.rate({ ids: ids.slice(4, 9), rating: 5 });
    const page = await open(studio.url);
    const cards = cardsOf(page);

    await page.keyboard.press('/');
    await page.keyboard.type('wo');
    await page.getByRole('option', { name: /two words/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => cards.count()).toBe(6);
    await page.keyboard.type('rating>=5 ');
    await expect.poll(() => cards.count()).toBe(2);
    await page.getByRole('button', { name: 'Tag: two words', exact: true }).click();
    await expect.poll(() => cards.count()).toBe(5);

    await page.keyboard.press('/');
    await page.keyboard.type('mood:happy');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('There is no filter "mood"').waitFor();
    expect(await cards.count()).toBe(5);
    await page.keyboard.press('Escape');
    await page.getByText(`${COUNT} portraits`, { exact: true }).waitFor();

    await page.keyboard.type('"portrait 7" -is:starred ');
    await page.getByRole('button', { name: 'Sort by: Closest first' }).waitFor();
    await cards
      .first()
      .and(page.getByRole('gridcell', { name: /^portrait 7,/ }))
      .waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await cards.nth(2).click();
    await page.keyboard.press('f');
    await page.getByText('Like this portrait').waitFor();
    await page.getByText(`${COUNT - 1} portraits`, { exact: true }).waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('keeps what is selected in it to itself, and deletes for good what is asked to be', async () => {
    await using studio = await openTestStudio({ library, pack: TINY_PACK });
    const { service } = studio.studio;
    const origin = { kind: 'prompt', prompt: 'a sailor' } as const;
    const { ids } = await service.generate({ origin, count: 1, settings: {} });
    const page = await open(studio.url);
    await page.keyboard.press('ControlOrMeta+a');
    await page.getByText(`${COUNT + 1} selected`).waitFor();
    await page.getByRole('button', { name: /^Create/ }).click();
    await page.locator('main figure img').last().waitFor();
    await page.getByRole('textbox', { name: 'Describe a portrait' }).press('Escape');
    await page.keyboard.press('Delete');
    await expect.poll(async () => (await service.count({ trashed: true })).count).toBe(1);

    await page.getByRole('button', { name: /^Library/ }).click();
    await page.getByRole('button', { name: /^Trash/ }).click();
    await cardsOf(page).first().click();
    await page.getByRole('button', { name: 'Put back', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing to throw away' }).waitFor();
    expect((await service.count({ trashed: true })).count).toBe(0);

    await service.trash({ ids });
    await cardsOf(page).first().click();
    await page.getByRole('button', { name: 'Delete for good…' }).click();
    await page.getByRole('button', { name: 'Delete 1 portrait for good' }).click();
    await page.getByText('1 portrait deleted for good').waitFor();
    expect((await service.count({ trashed: true })).count).toBe(0);
    expect((await service.count({})).count).toBe(COUNT);
    expect(page.complaints).toEqual([]);
  });

  it.each([
    ['dark', 1280, 800],
    ['light', 1280, 800],
    ['light', 960, 600],
  ] as const)('looks well in %s at %i × %i', async (theme, width, height) => {
    await using studio = await openTestStudio({ library, pack: TINY_PACK });
    const { service } = studio.studio;
    const ids = (await service.list({ limit: COUNT })).items.map(({ id }) => id);
    await service.tag({ ids: ids.slice(0, 6), tags: ['sea', 'for the cover'] });
    await service.label({ ids: ids.slice(2, 4), label: 'blue' });
    await service.rate({ ids: ids.slice(0, 3), rating: 4 });
    const page = await open(studio.url, { theme, width, height });
    const problems: string[] = [];
    const see = async (name: string) => problems.push(...(await look(page, name, theme)));
    await page.getByLabel('Search the library').fill('tag:sea rating>=4 ');
    await page.getByRole('list', { name: 'Filters' }).waitFor();
    expect(await page.getByLabel('Search the library').inputValue()).toBe('');
    await cardsOf(page).first().click();
    await page.getByRole('toolbar', { name: 'The selection' }).waitFor();
    await see('library-selected');
    await page.keyboard.press('/');
    await page.keyboard.type('la');
    await page.getByRole('option', { name: 'label:' }).waitFor();
    await see('library-completion');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Group/ }).click();
    await page.getByRole('menuitemradio', { name: 'By prompt' }).click();
    await page.getByRole('button', { name: /portrait 7/ }).waitFor();
    await see('library-groups');
    expect(problems).toEqual([]);
  });
});

function cardsOf(page: Page): Locator {
  return page.locator('main [data-id]');
}
