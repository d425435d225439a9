/**
 * How long the window lets a hand wait, for every control of every place and of what they open, while 16 portraits after
 * 16 are drawn: `npm run bench:interaction -- [place ...]`. From the input to the next paint, as browsers measure it (Event
 * Timing), and by the processor's time of the window's thread, which other programs do not lengthen.
 */
import type { Locator, Page } from 'playwright-core';
import { percentile } from '../bench/report.ts';
import { launchBrowser, openWindow } from './support/browser.ts';
import {
  type Control,
  findControl,
  isSame,
  OVER,
  reachFor,
  readControls,
  SOON,
  standing,
  use,
} from './support/controls.ts';
import { untilPainted, type Wait, watchPaints } from './support/paints.ts';
import { openTestStudio } from './support/studio.ts';
import { makePortraits, promptField } from './support/window.ts';

/** What the project promises. */
const LIMIT_MS = 100;
const SHOWN = 10;
const PLACES = ['Create', 'Between', 'Timeline', 'Library', 'Models', 'Grid'];
const MANY = 16;
/** Of controls that are alike and as many as there are portraits, or lie behind others, so many are tried. */
const OF_A_KIND = 2;
const MANY_ALIKE = /option|gridcell|treeitem|menuitem/;
/** Until the window shows what it is to be tried in; else it is opened anew. */
const PATIENCE_MS = 10_000;
/** How many controls lead to another one at the most: one that opens a dialog, a tab in it. */
const DEEPEST = 2;

/** What is not pressed, by its name, and why. */
const LEFT_ALONE: readonly (readonly [RegExp, string])[] = [
  [/^(Cancel|Stop|Pause)/, 'ends what is to go on meanwhile'],
  [/^(Delete|Empty trash|Remove…|Remove$)/, 'deletes for good'],
  [
    /^(Export$|To a folder|Download|From a |Move the library)/,
    'writes to the disk, or asks the network',
  ],
  [
    /^(Verify|Rebuild|Learn a bridge|Begin|Check)/,
    'has the engine do other work than draw, for long',
  ],
  [/^(CPU|GPU|WebGPU|CUDA|Use this)/, 'has others draw'],
];

/** What stands in the fields of a place while it is tried. */
const WORDS: Readonly<Record<string, readonly (readonly [field: string, words: string])[]>> = {
  Between: [
    ['Words for A', 'a sailor'],
    ['Words for B', 'a chef'],
  ],
  Timeline: [
    ['Words for key-frame 1', 'a sailor'],
    ['Words for key-frame 2', 'a chef'],
  ],
};

/** A control, and which one has to be used first so that it is there. */
interface Found extends Control {
  readonly behind: Found | null;
}

interface Measured extends Wait {
  readonly what: string;
}

const asked = process.argv.slice(2);
const browser = await launchBrowser();
const measured: Measured[] = [];
const untried: string[] = [];
try {
  await using studio = await openTestStudio();
  const page = await openWindow(browser, studio.url, { width: 1440, height: 900 });
  page.on('popup', (popup) => void popup.close());
  page.on('filechooser', () => undefined);
  const measure = await watchPaints(page);
  await makePortraits(page, 'an old man with a grey beard', 4);
  const layout = await storage(page);
  page.setDefaultTimeout(PATIENCE_MS);
  for (const place of asked.length > 0 ? asked : PLACES)
    await tryPlace(page, place, measure, layout);
} finally {
  await browser.close();
}
report();

/** Uses every control there is, and each that comes to light by it. */
async function tryPlace(
  page: Page,
  place: string,
  measure: (work: () => Promise<void>) => Promise<Wait>,
  layout: string,
): Promise<void> {
  const found: Found[] = [];
  const take = async (behind: Found | null) => {
    for (const control of await readControls(page)) {
      if (isWorthATry(control, behind, found)) found.push({ ...control, behind });
    }
  };
  await keepDrawing(page);
  await open(page, place);
  await take(null);
  // It grows meanwhile.
  for (const control of found) {
    const what = nameOf(place, control);
    try {
      const reachNow = async () => {
        await keepDrawing(page);
        return reach(page, place, control);
      };
      let there = await reachNow().catch(() => null);
      if (!there) {
        await startOver(page, layout);
        there = await reachNow();
      }
      if (!there) throw new Error('is not there any more');
      const stood = await standing(there);
      await reachFor(there, control.kind);
      await untilPainted(page);
      const wait = await measure(() => use(page, there, control.kind));
      measured.push({ what, ...wait });
      console.log(line({ what, ...wait }));
      if (depthOf(control) < DEEPEST && !PLACES.includes(control.name)) await take(control);
      await putBack(there, stood);
    } catch (error) {
      untried.push(`${what} (${String(error).split('\n')[0]})`);
    }
  }
}

function isWorthATry(control: Control, behind: Found | null, found: readonly Found[]): boolean {
  if (found.some((other) => isSame(other, control))) return false;
  const reason = LEFT_ALONE.find(([pattern]) => pattern.test(control.name))?.[1];
  if (reason !== undefined) {
    const line = `${control.kind} ${control.name} (${reason})`;
    if (!untried.includes(line)) untried.push(line);
    return false;
  }
  if (!behind && !MANY_ALIKE.test(control.kind)) return true;
  return found.filter(({ alike }) => alike === control.alike).length < OF_A_KIND;
}

function depthOf({ behind }: Found): number {
  return behind ? depthOf(behind) + 1 : 0;
}

function nameOf(place: string, { kind, name, behind }: Found): string {
  return `${behind ? `${nameOf(place, behind)} ›` : `${place}:`} ${kind} ${name}`;
}

/** Gets to a control by way of what it lies behind; null where it is gone. */
async function reach(page: Page, place: string, control: Found): Promise<Locator | null> {
  if (!control.isOver) {
    await closeAll(page);
    await open(page, place);
  }
  const there = await findControl(page, control);
  if (there || !control.behind) return there;
  const door = await reach(page, place, control.behind);
  await door?.click(SOON);
  await untilPainted(page);
  return findControl(page, control);
}

/** Opens the window anew, laid out as it was at first. */
async function startOver(page: Page, layout: string): Promise<void> {
  await page.evaluate((saved) => {
    localStorage.clear();
    Object.assign(localStorage, JSON.parse(saved));
  }, layout);
  await page.reload();
}

function storage(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify({ ...localStorage }));
}

async function closeAll(page: Page): Promise<void> {
  for (let times = 0; times < 3 && (await page.locator(OVER).count()) > 0; times += 1) {
    await page.keyboard.press('Escape');
    await untilPainted(page);
  }
}

/** Folds what was unfolded and the other way round, so that the next control is where it was. */
async function putBack(control: Locator, stood: string | null): Promise<void> {
  const stands = await standing(control);
  if (stands === null || stands === stood) return;
  await control.click(SOON).catch(() => undefined);
}

/** Goes to a place, which has something to work on. */
async function open(page: Page, place: string): Promise<void> {
  const tab = page.getByRole('button', { name: new RegExp(`^${place}`) }).first();
  if ((await tab.getAttribute('aria-current')) === null) await tab.click();
  for (const [name, words] of WORDS[place] ?? []) {
    const field = page.getByLabel(name, { exact: true });
    // Both keep their words, or what was put in their place.
    if (!(await field.isVisible())) continue;
    if ((await field.inputValue()) === '') await field.fill(words);
  }
  if (place !== 'Library') return;
  // The inspector is about what is chosen. Two clicks would open it.
  const cards = page.getByRole('grid', { name: 'Portraits' });
  if (!(await cards.locator('[aria-selected=true]').first().isVisible())) await cards.press('Home');
}

/** One more run waits behind the one under way. */
async function keepDrawing(page: Page): Promise<void> {
  if (await page.getByRole('progressbar', { name: 'Generate' }).isVisible()) return;
  await closeAll(page);
  await open(page, 'Create');
  // New words for the same person are one portrait.
  const base = page.getByRole('button', { name: 'Start from words alone' });
  if (await base.isVisible()) await base.click();
  await page.getByLabel('How many portraits').selectOption(String(MANY));
  await promptField(page).fill('a punk rocker with pink hair');
  await promptField(page).press('Enter');
  await page.getByRole('progressbar', { name: 'Generate' }).waitFor();
}

function report(): void {
  for (const place of PLACES) {
    const own = measured.filter(({ what }) => what.startsWith(`${place}:`));
    if (own.length > 0) tell(place, own);
  }
  tell('together', measured);
  const longest = measured.toSorted((a, b) => b.paint - a.paint).slice(0, SHOWN);
  console.log(['the longest:', ...longest.map(line)].join('\n'));
  if (untried.length > 0) console.log(`not tried:\n${untried.join('\n')}`);
}

/** p50, p95 and the longest of some controls. */
function tell(what: string, values: readonly Measured[]): void {
  const [paint, thread] = (['paint', 'thread'] as const).map((by) => {
    const all = values.map((one) => one[by]);
    return [50, 95, 100].map((at) => percentile(all, at).toFixed(0)).join(' / ');
  });
  const over = values.filter(({ paint: ms }) => ms > LIMIT_MS).length;
  console.log(
    `${what.padEnd(10)} ${values.length} controls; to the next paint p50 / p95 / longest ${paint} ms, ` +
      `${over} over ${LIMIT_MS}; of the thread ${thread} ms`,
  );
}

function line({ what, paint, delay, listeners, frame, thread }: Measured): string {
  const ms = (value: number) => value.toFixed(0).padStart(4);
  return `${ms(paint)} ms (${ms(delay)} +${ms(listeners)} +${ms(frame)}), of the thread ${ms(thread)} ms  ${what}`;
}
