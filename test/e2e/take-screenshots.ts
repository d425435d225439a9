/** Takes the screenshots that README shows: `npm run screenshots`. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { StudioService } from '../../electron/contract/service.ts';
import { launchBrowser, openWindow, type Theme } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { candidates, makePortraits, promptField, shapeNext } from './support/window.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../resources/screenshots');
const SIZE = { width: 1440, height: 900 };
/** The same seed draws the same portraits for as long as the pack is the same. */
const SEED = 7;
/** What the history is filled with, eight of each. */
const EARLIER = [
  'an old man with a grey beard',
  'a punk rocker with pink hair',
  'a laughing grandmother with white hair',
  'a young man with black curly hair and glasses',
  'a woman with long blond hair and a blue shirt',
  'a laughing man in a hat',
];

async function fill(service: StudioService): Promise<void> {
  for (const prompt of EARLIER) {
    const origin = { kind: 'prompt' as const, prompt };
    const { ids } = await service.generate({ origin, count: 8, settings: { seed: SEED } });
    await service.star({ ids: ids.slice(2, 3), starred: true });
  }
}

async function open(browser: Browser, url: string, theme: Theme): Promise<Page> {
  const page = await openWindow(browser, url, { ...SIZE, theme });
  await promptField(page).waitFor();
  return page;
}

async function take(page: Page, name: string): Promise<void> {
  // Nothing is pointed at or scrolled to, no field is being written in, and every picture has come.
  await page.mouse.move(0, 0);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    document.querySelector('aside')?.scrollTo(0, 0);
  });
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  await page.waitForTimeout(500);
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
  console.log(`${name}.png`);
}

await mkdir(FOLDER, { recursive: true });
const browser = await launchBrowser();
try {
  await using studio = await openTestStudio();
  await fill(studio.studio.service);

  const dark = await open(browser, studio.url, 'dark');
  await shapeNext(dark, async (next) => {
    await next.getByRole('textbox', { name: 'Seed' }).fill(String(SEED));
    await next.getByRole('textbox', { name: 'Seed' }).press('Enter');
    const lock = next.getByRole('button', { name: 'Lock this seed' });
    if (await lock.isVisible()) await lock.click();
  });
  await makePortraits(dark, 'a smiling woman with red hair and round glasses', 8);
  const best = dark.getByRole('button', { name: 'Sort best first' });
  if (await best.isEnabled()) await best.click();
  await candidates(dark).first().click();
  await take(dark, 'create');

  const light = await open(browser, studio.url, 'light');
  await light.getByRole('button', { name: /^Between/ }).click();
  await light.getByRole('textbox', { name: 'Seed' }).fill(String(SEED));
  await light.getByLabel('Words for A').fill('a young woman with red hair, soft cartoon');
  await light.getByLabel('Words for B').fill('an old man with a grey beard, soft cartoon');
  await light.getByRole('button', { name: 'Stop at 1.00' }).locator('canvas').waitFor();
  await take(light, 'between');

  await dark.getByRole('button', { name: /^Library/ }).click();
  await dark.getByRole('grid', { name: 'Portraits' }).press('ArrowRight');
  await take(dark, 'library');

  await light.getByRole('button', { name: /^Library/ }).click();
  const cards = light.getByRole('grid', { name: 'Portraits' }).getByRole('gridcell');
  await cards.nth(0).click();
  await cards.nth(1).click({ modifiers: ['ControlOrMeta'] });
  await light.keyboard.press('c');
  await light.getByRole('dialog', { name: 'Compare' }).waitFor();
  await take(light, 'compare');
} finally {
  await browser.close();
}
