/** A walk through every place and dialog of a studio that has something to show in each. */
import type { Page } from 'playwright-core';
import type { StudioService } from '../../../electron/contract/service.ts';
import { makePortraits, promptField } from './window.ts';

/** More of them than show at once. */
const WORDS = `a smiling woman with red hair and round glasses${', who has much to say'.repeat(15)}`;
const SETTINGS = { seed: 7 };

/** Until the next stop of the tour is shown. */
const TURN_MS = 100;

/** Looks at what is on screen, which has a name. */
export type See = (name: string) => Promise<void>;

/** The ways of the walk; each begins in Create, in a library that has something to show, where no field is in use. */
export const WAYS: Readonly<Record<string, (page: Page, see: See) => Promise<void>>> = {
  'to the first portraits': walkFirst,
  'through Create': walkCreate,
  'through the window': walkWindow,
  'through Between': walkBetween,
  'through Timeline': walkTimeline,
  'through Grid': walkGrid,
  'through Library': walkLibrary,
  'through Models': walkModels,
};

/** Goes one of the ways in a window that was just opened on an empty library, in the words and by the keys of an artist. */
export async function walk(
  page: Page,
  service: StudioService,
  way: keyof typeof WAYS,
  see: See,
): Promise<void> {
  await page.getByRole('heading', { name: 'Who would you like to meet?' }).waitFor();
  if (WAYS[way] !== walkFirst) await furnish(service);
  await promptField(page).press('Escape');
  await WAYS[way]?.(page, see);
}

/** Portraits that are rated, tagged, on a board and in the trash. */
async function furnish(service: StudioService): Promise<void> {
  const origin = { kind: 'prompt', prompt: 'an old man with a grey beard' } as const;
  const { ids } = await service.generate({ origin, count: 4, settings: SETTINGS });
  await service.tag({ ids: ids.slice(0, 2), tags: ['for the cover of the second volume', 'sea'] });
  await service.rate({ ids: ids.slice(0, 1), rating: 4 });
  await service.label({ ids: ids.slice(0, 1), label: 'blue' });
  const { board } = await service.createBoard({
    name: 'Everything that belongs to the long series',
  });
  await service.addToBoard({ board: board.id, ids: ids.slice(0, 2) });
  await service.trash({ ids: ids.slice(3) });
  const preset = {
    prompt: '{red|blue} hair, (round glasses:1.3)',
    without: 'a hat',
    settings: null,
  };
  await service.setLibrarySettings({
    presets: [{ ...preset, name: 'For the cover of the second volume' }],
  });
}

async function walkFirst(_: Page, see: See): Promise<void> {
  await see('first-run');
}

async function walkModels(page: Page, see: See): Promise<void> {
  await page.getByRole('button', { name: /^Models/ }).click();
  await page.getByRole('heading', { name: 'Models' }).waitFor();
  await see('models');
}

async function walkCreate(page: Page, see: See): Promise<void> {
  await makePortraits(page, WORDS, 8);
  await promptField(page).press('Escape');
  await page.keyboard.press('s');
  await see('create');
  await page.keyboard.press('+');
  await page.getByRole('group', { name: 'Look at the portrait' }).waitFor();
  await see('create-zoomed');
  await page.keyboard.press('z');
  await page.locator('[data-easel]').focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Find alike' }).waitFor();
  await see('create-menu');
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await page.keyboard.press('Shift+F');
  await promptField(page).waitFor({ state: 'hidden' });
  await see('create-alone');
  await page.keyboard.press('Shift+F');
  await promptField(page).waitFor();
  await page.getByLabel('A phrase to make a slider of').fill('sad → a broad and toothy grin');
  await page.keyboard.press('Enter');
  const phrase = page.getByRole('slider', { name: /toothy grin$/ });
  await phrase.fill('0.6');
  await page.getByRole('button', { name: /^More about sad/ }).click();
  await page.getByRole('group', { name: 'Edited, not kept yet' }).waitFor();
  await page.getByText('nearer to the phrase').waitFor();
  await see('create-edited');
  await page.getByRole('button', { name: 'Let go', exact: true }).click();
  await page.getByRole('button', { name: 'Next portraits' }).click();
  await page.getByRole('slider', { name: 'Truncation' }).waitFor();
  await see('next-portraits');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Leave something out' }).click();
  await page.getByLabel('Without', { exact: true }).press('Escape');
  await dialog(page, 'j', see, 'prompt-shelf');
  await page.keyboard.press('Shift+J');
  const offered = page.getByRole('dialog', { name: 'What can I draw?' });
  await offered.locator('img').last().waitFor();
  await offered.getByText('More words to try').click();
  await see('offer');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Leave something out' }).click();
  await page.getByRole('button', { name: 'Appearance' }).click();
  await page.getByRole('menu').waitFor();
  await see('menu');
  await page.getByRole('menuitemradio', { name: 'As the system' }).click();
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await dialog(page, 'u', see, 'restore');
  await dialog(page, 'ControlOrMeta+e', see, 'export');
  await dialog(page, 'c', see, 'compare');
  await page.keyboard.press('y');
  await page.getByRole('treeitem').first().waitFor();
  await see('tree');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.getByRole('dialog').locator('canvas').waitFor();
  await see('mix');
  await page.getByRole('radio', { name: 'Breed' }).click();
  await page.getByRole('slider', { name: /^Border/ }).waitFor();
  await see('breed');
  await page.keyboard.press('Escape');
}

async function walkWindow(page: Page, see: See): Promise<void> {
  await dialog(page, '?', see, 'keys');
  await walkSettings(page, see);
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('dialog').waitFor();
  await see('palette');
  await page.keyboard.type('About');
  await page.keyboard.press('Enter');
  await page.getByRole('searchbox', { name: 'Search packages' }).fill('libvips');
  await page.getByText(/sharp-libvips.* \d/).click();
  await page.getByText('GNU LESSER GENERAL PUBLIC LICENSE').waitFor();
  await see('about');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+L');
  await page.getByRole('dialog', { name: 'Live' }).getByText('Addresses').click();
  await page.getByRole('group', { name: 'Addresses' }).waitFor();
  await see('live');
  await page.keyboard.press('Escape');
}

async function walkSettings(page: Page, see: See): Promise<void> {
  await page.keyboard.press('ControlOrMeta+,');
  const parts = page.getByRole('dialog').getByRole('tab');
  await parts.first().waitFor();
  for (const part of await parts.all()) {
    await part.click();
    await see(`settings-${await part.innerText()}`);
  }
  await parts.first().click();
  await page.getByRole('button', { name: 'Take the tour' }).click();
  const tour = page.getByRole('dialog', { name: 'Say who' });
  await tour.waitFor();
  while (await page.locator('[data-tour-next]').isVisible()) {
    await see(`tour-${await page.getByRole('dialog').getByRole('heading').innerText()}`);
    await page.locator('[data-tour-next]').press('Enter');
    await page.waitForTimeout(TURN_MS);
  }
}

async function walkBetween(page: Page, see: See): Promise<void> {
  await page.getByRole('button', { name: /^Between/ }).click();
  await see('between-empty');
  await page.getByLabel('Words for A').fill('a laughing sailor, 日本');
  await page.getByLabel('Words for B').fill('a serious chef with a very long beard and a hat');
  await page.getByRole('button', { name: 'Stop at 1.00' }).locator('canvas').waitFor();
  await page.getByText('Not heard: “日本”').waitFor();
  await page.getByLabel('Words for B').press('Escape');
  await see('between');
  await dialog(page, 'ControlOrMeta+e', see, 'export-strip');
}

async function walkTimeline(page: Page, see: See): Promise<void> {
  await page.getByRole('button', { name: /^Timeline/ }).click();
  await see('timeline-empty');
  await page.getByLabel('Words for key-frame 1').fill('a laughing sailor');
  await page.getByLabel('Words for key-frame 2').fill('a serious chef');
  await page.getByRole('img', { name: 'Portrait at this moment' }).waitFor();
  await page.getByLabel('Words for key-frame 2').press('Escape');
  await see('timeline');
  await page.keyboard.press('ControlOrMeta+e');
  await page.getByRole('dialog').getByRole('radio', { name: 'WebP' }).waitFor();
  await see('export-film');
  await page.keyboard.press('Escape');
}

async function walkGrid(page: Page, see: See): Promise<void> {
  await page.getByRole('button', { name: /^Grid/ }).click();
  await see('grid-empty');
  await page.getByRole('textbox', { name: 'Words', exact: true }).fill('a laughing sailor');
  const grid = page.getByRole('grid', { name: 'Grid of portraits' });
  await grid.locator('canvas').first().waitFor();
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ state: 'hidden' });
  await grid.getByRole('gridcell').first().click();
  await see('grid');
  await page.keyboard.press('ControlOrMeta+e');
  await page.getByRole('dialog').getByRole('radio', { name: 'PDF' }).waitFor();
  await see('export-grid');
  await page.keyboard.press('Escape');
}

async function walkLibrary(page: Page, see: See): Promise<void> {
  await page.getByRole('button', { name: /^Library/ }).click();
  const cards = page.getByRole('grid', { name: 'Portraits' }).getByRole('gridcell');
  await cards.first().waitFor();
  await see('library');
  await cards.last().click();
  await see('library-one');
  await dialog(page, 'e', see, 'tags');
  await dialog(page, 'd', see, 'boards');
  await page.keyboard.press('Space');
  await page.getByRole('dialog', { name: 'Loupe' }).waitFor();
  await see('loupe');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+a');
  await page.getByText(/\d selected/).waitFor();
  await see('library-all');
  await page.keyboard.press('Escape');
  await page.getByLabel('Search the library').fill('tag:sea rating>=4 ');
  await page.getByRole('list', { name: 'Filters' }).waitFor();
  await see('search');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Bring in…' }).click();
  await page.getByRole('dialog', { name: 'Bring in pictures' }).waitFor();
  await see('bring-in');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Trash/ }).click();
  await cards.first().click();
  await see('trash');
  await page.getByRole('button', { name: 'Delete for good…' }).click();
  await page.getByRole('dialog').waitFor();
  await see('purge');
  await page.keyboard.press('Escape');
}

async function dialog(page: Page, keys: string, see: See, name: string): Promise<void> {
  await page.keyboard.press(keys);
  await page.getByRole('dialog').waitFor();
  await see(name);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}
