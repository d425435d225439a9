/**
 * What an artist does from the first start to the exported set of three finished portraits, in clicks, keys and
 * seconds: `npm run walk`.
 */
import type { Page } from 'playwright-core';
import { openPromise } from 'yauzl';
import { launchBrowser, openWindow } from '../support/browser.ts';
import { openTestStudio } from '../support/studio.ts';
import { candidates, currentId, promptField, waitUntilDrawn } from '../support/window.ts';
import { type Effort, Hand, nothing } from './hand.ts';

const PROMPTS = [
  'a young woman with red hair and round glasses',
  'an old man with a grey beard',
  'a punk rocker with pink hair',
];
const SLIDER = 'Smile';

const browser = await launchBrowser();
try {
  await using studio = await openTestStudio();
  const begun = performance.now();
  const page = await openWindow(browser, studio.url, { width: 1440, height: 900 });
  const hand = new Hand(page);
  hand.begin('start');
  await hand.waitFor(() => page.locator('[data-prompt]:focus').waitFor());
  for (const prompt of PROMPTS) await makePortrait(page, hand, prompt);
  const files = await exportStarred(page, hand);
  if (files.filter((name) => name.endsWith('.png')).length !== PROMPTS.length) {
    throw new Error(`Not ${PROMPTS.length} portraits came out, but ${files.join(', ')}.`);
  }
  printTable(hand.steps);
  console.log(`From the opened window to the files: ${seconds(performance.now() - begun)} s.`);
} finally {
  await browser.close();
}

async function makePortrait(page: Page, hand: Hand, prompt: string): Promise<void> {
  hand.begin('words');
  if ((await promptField(page).inputValue()) !== '') {
    await hand.press('/');
    await hand.waitFor(() => page.locator('[data-prompt]:focus').waitFor());
  }
  await hand.type(prompt);
  await hand.press('Enter');

  hand.begin('drawn');
  await hand.waitFor(() => waitUntilDrawn(page));

  hand.begin('choose');
  const best = candidates(page).nth(await bestOf(page));
  if ((await best.getAttribute('aria-checked')) !== 'true') await hand.click(best);

  hand.begin('edit');
  const slider = page.getByRole('slider', { name: SLIDER });
  await hand.drag(slider, 0.5, 0.8);
  await hand.waitFor(() => page.getByRole('group', { name: 'Edited, not kept yet' }).waitFor());

  hand.begin('keep');
  const before = await currentId(page);
  await hand.press('k');
  await hand.waitFor(() =>
    page.locator(`main figure img:not([src$="${before}"])`).first().waitFor(),
  );

  hand.begin('star');
  await hand.press('s');
  const unstar = page.getByRole('toolbar', { name: 'The portrait' });
  await hand.waitFor(() => unstar.getByRole('button', { name: /^Remove star/ }).waitFor());
}

/** Which candidate is said to fit the words best. */
async function bestOf(page: Page): Promise<number> {
  const labels = await candidates(page).evaluateAll((all) => all.map((one) => one.ariaLabel ?? ''));
  const scores = labels.map((label) => Number(/-?[\d.]+$/.exec(label)?.[0]));
  return scores.indexOf(Math.max(...scores));
}

/** @returns the files of the archive that the browser saves */
async function exportStarred(page: Page, hand: Hand): Promise<string[]> {
  hand.begin('export');
  await hand.press('4');
  await hand.click(page.getByRole('navigation').getByRole('button', { name: /^Starred/ }));
  await hand.waitFor(() =>
    page.getByRole('status').getByText(`${PROMPTS.length} portraits`, { exact: true }).waitFor(),
  );
  await hand.press('Control+Shift+e');
  const dialog = page.getByRole('dialog');
  const saving = page.waitForEvent('download');
  await hand.click(dialog.getByRole('button', { name: 'Export', exact: true }));
  const file = await hand.waitFor(async () => (await saving).path());
  const names: string[] = [];
  for await (const { fileName } of (await openPromise(file)).eachEntry()) names.push(fileName);
  return names;
}

function printTable(steps: ReadonlyMap<string, Effort>): void {
  const all = nothing();
  for (const effort of steps.values()) {
    for (const key of ['clicks', 'keys', 'hand', 'waits'] as const) all[key] += effort[key];
  }
  const row = (cells: readonly unknown[]) =>
    console.log(cells.map((cell) => String(cell).padEnd(10)).join(''));
  row(['', 'clicks', 'keys', 'hand, s', 'waits, s']);
  for (const [step, { clicks, keys, hand, waits }] of [...steps, ['together', all] as const]) {
    row([step, clicks, keys, hand.toFixed(1), waits.toFixed(1)]);
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
