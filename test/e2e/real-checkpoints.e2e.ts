/** From two models that an artist brings to a portrait: a checkpoint, a CLIP, and the bridge that is learnt between them. */
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { writeHfClip } from '../support/hf-clip.ts';
import { TINY_PACK } from '../support/packs.ts';
import { writeCheckpointPickle } from '../support/pickle.ts';
import { styleGan2Network } from '../support/stylegan2-network.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { look } from './support/look.ts';
import { openTestStudio } from './support/studio.ts';
import { bringFile, canvasPixels, currentId, difference, makePortraits } from './support/window.ts';
import { portraitPixels, promptField, shapeNext } from './support/window.ts';

const PAIRS = 200;
/** Two hundred pairs, hundreds of steps, and the checks of a pack, beside whatever else runs. */
const LEARNING_MS = 400_000;

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-e2e-models-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A folder of packs that holds the tiny one, with nothing beside it. */
async function packFolder(): Promise<string> {
  const packs = path.join(await temporaryFolder(), 'packs');
  await mkdir(packs);
  await cp(TINY_PACK, path.join(packs, 'tiny-pack'), { recursive: true });
  return packs;
}

async function pickle(): Promise<number[]> {
  const file = path.join(await temporaryFolder(), 'shapes.pkl');
  await writeCheckpointPickle(
    file,
    styleGan2Network({ resolution: 16, channels: [8, 8, 8], classes: 3 }),
  );
  return [...(await readFile(file))];
}

async function fillForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Learn a bridge…' }).click();
  await page.getByRole('spinbutton', { name: 'Pictures to learn from' }).fill(String(PAIRS));
  await page.getByLabel('What do its pictures show?').fill('a photo of a cat');
  await page.getByLabel('Name of the new model').fill('Shapes by words');
  await page.getByLabel('Words to try while it learns').fill('a red cat\na dog');
}

/** Brings a checkpoint by a drop, in whatever place, and a CLIP by its folder. */
async function bringBoth(page: Page): Promise<void> {
  await bringFile(page, 'drop', { name: 'shapes.pkl', type: '', bytes: await pickle() });
  const generators = page.getByRole('group', { name: 'Generators' });
  await generators.getByRole('article').waitFor();
  await page.locator('input[webkitdirectory]').setInputFiles(await writeHfClip('clip'));
  await page.getByRole('group', { name: 'CLIPs' }).getByRole('article').waitFor();
}

describe.skipIf(!hasBrowser)('Real checkpoints', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('become a model that draws, by a drop, a folder and a bridge', async () => {
    await using studio = await openTestStudio({ pack: 'tiny-pack', packRoot: await packFolder() });
    const page = await openWindow(browser, studio.url);
    const problems: string[] = [];
    const see = async (name: string) => {
      for (const [width, height] of [
        [1440, 900],
        [1280, 800],
      ] as const) {
        await page.setViewportSize({ width, height });
        problems.push(...(await look(page, `models-${name}`, 'dark')));
      }
    };
    await promptField(page).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Models/ }).click();
    await page.getByRole('article').first().waitFor();
    await see('empty');
    await page.getByRole('button', { name: /^Create/ }).click();
    await bringBoth(page);
    await see('brought');
    const generator = page.getByRole('group', { name: 'Generators' }).getByRole('article');
    await generator.getByLabel('Class').fill('2');
    await generator.getByLabel('Class').press('Tab');
    await expect.poll(() => generator.getByLabel('Class').inputValue()).toBe('2');

    await fillForm(page);
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.getByText(/as measured on this computer/).waitFor();
    await see('form');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'Learning a bridge' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('article', { name: 'Shapes by words' }).waitFor();
    await see('paused');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: /^Library/ }).click();
    await page.getByRole('button', { name: /^Models/ }).click();
    const curve = page.getByRole('img', { name: /steps the loss is/ });
    const done = page.locator('.toast').filter({ hasText: 'Shapes by words is learnt.' });
    await curve.or(done).first().waitFor({ timeout: LEARNING_MS });
    await see('learning');
    await done.waitFor({ timeout: LEARNING_MS });
    await done.getByRole('button', { name: 'Use this model' }).click();
    const card = page.getByRole('article').filter({ hasText: 'Shapes by words' });
    await card.getByText('In use').waitFor();
    await card.getByText('Measured').click();
    await card.getByRole('rowheader', { name: 'Neighbours, variety 0.25' }).waitFor();
    await page.getByRole('region', { name: 'Pictures of finished bridges' }).waitFor();
    await see('done');

    await page.getByRole('button', { name: /^Create/ }).click();
    await makePortraits(page, 'a red cat', 1);
    await promptField(page).press('Escape');
    const drawn = await portraitPixels(page, await currentId(page));
    await page.getByLabel('A phrase to make a slider of').fill('a dog');
    await page.keyboard.press('Enter');
    await page.getByRole('slider', { name: 'a dog' }).press('Shift+ArrowRight');
    const edited = page.getByRole('img', { name: 'Portrait with edits' });
    await expect.poll(() => edited.getAttribute('width')).toBe('16');
    expect(difference(await canvasPixels(edited), drawn)).toBeGreaterThan(0);
    await shapeNext(page, (next) => next.getByRole('slider', { name: 'Variety' }).waitFor());

    await page.keyboard.press('ControlOrMeta+e');
    const dialog = page.getByRole('dialog');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.png$/);
    expect(problems).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
