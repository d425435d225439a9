/**
 * How long the window lets a hand wait, for every control of the places where one works, while 16 portraits after 16
 * are drawn: `npm run bench:interaction -- [place ...]`. From the input to the next paint, as browsers measure it (Event
 * Timing), and by the processor's time of the window's thread, which other programs do not lengthen.
 */
import type { CDPSession, Locator, Page } from 'playwright-core';
import { percentile } from '../bench/report.ts';
import { launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { makePortraits, promptField } from './support/window.ts';

/** What the project promises. */
const LIMIT_MS = 100;
const SHOWN = 12;
const PLACES = ['Create', 'Between', 'Timeline', 'Library'];
const MANY = 16;
/** Of controls that are alike, such as the portraits of a list, so many are tried. */
const OF_A_KIND = 2;
const STEPS = 4;
/** A control that cannot be used by then is in nobody's reach. */
const SOON = { timeout: 2_000 };
/** Until the paint that follows an input has been told. */
const TOLD_MS = 150;
const CONTROLS =
  'button, a[href], input, select, textarea, [role=slider], [role=option], [role=gridcell]';
/** What a control opens over the place. What is in there belongs to what was opened. */
const OPENED = '[role=dialog], [role=menu], [data-popover-content]';
/** What says how a control stands that is put back the way it is used. */
const STANDS = ['aria-expanded', 'aria-pressed', 'aria-checked'];
/** These end what is to go on meanwhile, or take away what is tried next. */
const LEFT_ALONE =
  /^(Cancel|Move to trash|Hide|Undo|Close|Appearance|Go on|The model|Laying out|Even steps|Loop)/;

/** A control as it is found again when the page around it has changed. */
interface Control {
  readonly kind: string;
  /** Its accessible name, the numbers in it left open: they count what is drawn meanwhile. */
  readonly name: string;
  /** Its place among those of its kind and name. */
  readonly place: number;
}

interface Measured {
  readonly what: string;
  /** From the input to the next paint: the longest of its events, in steps of 8 ms. */
  readonly paint: number;
  /** Milliseconds that the window's thread computed until it was at rest, for each input. */
  readonly thread: number;
}

const asked = process.argv.slice(2);
const browser = await launchBrowser();
const measured: Measured[] = [];
const untried: string[] = [];
try {
  await using studio = await openTestStudio();
  const page = await openWindow(browser, studio.url, { width: 1440, height: 900 });
  await watch(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await makePortraits(page, 'an old man with a grey beard', 4);
  for (const place of asked.length > 0 ? asked : PLACES) await tryPlace(page, session, place);
} finally {
  await browser.close();
}
report();

/** Notes every event from here on that is a part of an interaction. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const durations: number[] = Object.assign(globalThis, { durations: [] }).durations;
    const note = (list: PerformanceObserverEntryList) => {
      for (const entry of list.getEntries()) {
        if (Object(entry).interactionId > 0) durations.push(entry.duration);
      }
    };
    new PerformanceObserver(note).observe({ type: 'event', durationThreshold: 16 } as object);
  });
}

async function tryPlace(page: Page, session: CDPSession, place: string): Promise<void> {
  await open(page, place);
  for (const control of await controlsOf(page)) {
    await keepDrawing(page);
    await open(page, place);
    const what = `${place}: ${control.kind} ${control.name}`;
    const found = await find(page, control);
    if (!found) {
      untried.push(`${what} (is not there any more)`);
      continue;
    }
    const stood = await standing(found);
    const before = await threadMs(session);
    await page.evaluate(() => void (Object(globalThis).durations.length = 0));
    try {
      const inputs = await use(found, control.kind);
      await page.waitForTimeout(TOLD_MS);
      const paint = await page.evaluate(() => Math.max(0, ...Object(globalThis).durations));
      const thread = ((await threadMs(session)) - before) / inputs;
      measured.push({ what, paint, thread });
      console.log(line({ what, paint, thread }));
    } catch (error) {
      untried.push(`${what} (${String(error).split('\n')[0]})`);
    }
    await leave(page);
    await putBack(found, stood);
  }
}

async function open(page: Page, place: string): Promise<void> {
  const tab = page.getByRole('button', { name: new RegExp(`^${place}`) }).first();
  if ((await tab.getAttribute('aria-current')) === null) await tab.click();
  if (place !== 'Between' && place !== 'Timeline') return;
  // Filled once; both keep their words, or what was put in their place.
  const names = place === 'Between' ? ['A', 'B'].map((end) => `Words for ${end}`) : [];
  const keys = place === 'Timeline' ? [1, 2].map((key) => `Words for key-frame ${key}`) : [];
  for (const [i, name] of [...names, ...keys].entries()) {
    const field = page.getByLabel(name, { exact: true });
    if (!(await field.isVisible())) continue;
    if ((await field.inputValue()) === '') await field.fill(['a sailor', 'a chef'][i] ?? '');
  }
}

/** One more run waits behind the one under way. */
async function keepDrawing(page: Page): Promise<void> {
  if (await page.getByRole('progressbar', { name: 'Generate' }).isVisible()) return;
  await open(page, 'Create');
  // New words for the same person are one portrait.
  const base = page.getByRole('button', { name: 'Start from words alone' });
  if (await base.isVisible()) await base.click();
  await page.getByLabel('How many portraits').selectOption(String(MANY));
  await promptField(page).fill('a punk rocker with pink hair');
  await promptField(page).press('Enter');
  await page.getByRole('progressbar', { name: 'Generate' }).waitFor();
}

/** What is on screen and can be used. */
async function controlsOf(page: Page): Promise<Control[]> {
  const all = await readControls(page);
  const leftAlone = new RegExp(LEFT_ALONE);
  const seen = new Map<string, number>();
  return all.filter(({ kind, name, place, alike }) => {
    if (leftAlone.test(name) || place >= OF_A_KIND) return false;
    if (!/option|gridcell/.test(kind)) return true;
    seen.set(alike, (seen.get(alike) ?? 0) + 1);
    return (seen.get(alike) ?? 0) <= OF_A_KIND;
  });
}

/** Marks the control, and returns it; null where it is gone. */
async function find(page: Page, { kind, name, place }: Control): Promise<Locator | null> {
  const all = await readControls(page);
  const index = all.find(
    (one) => one.kind === kind && one.name === name && one.place === place,
  )?.index;
  if (index === undefined) return null;
  await page.evaluate(mark, [CONTROLS, index] as const);
  return page.locator('[data-tried]');
}

/** All that belongs to the place itself, by kind and accessible name. */
function readControls(page: Page): Promise<(Control & { index: number; alike: string })[]> {
  return page.evaluate(
    ([selector, opened]) => {
      const seen = new Map<string, number>();
      return [...document.querySelectorAll<HTMLElement>(selector)].flatMap((element, index) => {
        const isUsable = element.checkVisibility() && !element.matches(':disabled, [hidden]');
        if (!isUsable || element.closest(opened)) return [];
        const label = element.ariaLabel ?? Object(element).labels?.[0]?.textContent ?? '';
        const picture = element.querySelector('img')?.alt ?? '';
        const told = [
          label,
          element.innerText,
          picture,
          element.title,
          Object(element).placeholder,
        ];
        const text = told.map((one) => String(one ?? '').trim()).find((one) => one !== '') ?? '';
        const name = (text.split('\n')[0] ?? '').replace(/\d+/g, '#');
        const kind = element.getAttribute('role') ?? Object(element).type ?? element.localName;
        const place = seen.get(`${kind} ${name}`) ?? 0;
        seen.set(`${kind} ${name}`, place + 1);
        const alike = `${kind} ${element.parentElement?.className} ${element.className}`;
        return [{ kind, name, place, index, alike }];
      });
    },
    [CONTROLS, OPENED] as const,
  );
}

function mark([selector, index]: readonly [string, number]): void {
  document.querySelector('[data-tried]')?.removeAttribute('data-tried');
  document.querySelectorAll(selector)[index]?.setAttribute('data-tried', '');
}

/** How a control stands that can be switched, null where it is gone. */
async function standing(control: Locator): Promise<string | null> {
  if ((await control.count()) === 0) return null;
  return control
    .evaluate(
      (element, names) =>
        [Object(element).checked, ...names.map((name) => element.getAttribute(name))].join(),
      STANDS,
      SOON,
    )
    .catch(() => null);
}

/** Folds what was unfolded and the other way round, so that the next control is where it was. */
async function putBack(control: Locator, stood: string | null): Promise<void> {
  const stands = await standing(control);
  if (stands === null || stands === stood) return;
  await control.click(SOON).catch(() => undefined);
}

/**
 * As a hand would: a slider by arrows, a field by a letter that is taken away again, anything else by a click.
 *
 * @returns how many inputs these were
 */
async function use(control: Locator, kind: string): Promise<number> {
  const keys = /^(range|slider)$/.test(kind)
    ? ['ArrowRight', 'ArrowLeft'].flatMap((key) => Array.from({ length: STEPS }, () => key))
    : /^(text|search|number)/.test(kind)
      ? ['End', 'a', 'Backspace']
      : /^select/.test(kind)
        ? ['ArrowUp']
        : [];
  for (const key of keys) await control.press(key, SOON);
  if (keys.length === 0) await control.click(SOON);
  return Math.max(1, keys.length);
}

/** Closes what a control has opened, and gets the places back where it has hidden them. */
async function leave(page: Page): Promise<void> {
  for (let times = 0; times < 3; times += 1) {
    if ((await page.locator(OPENED).count()) === 0) break;
    await page.keyboard.press('Escape');
    await page.waitForTimeout(TOLD_MS);
  }
  const tab = page.getByRole('button', { name: /^Create/ }).first();
  const isClosed = (await page.locator(OPENED).count()) === 0;
  if (isClosed && (await tab.isVisible())) return;
  await page.reload();
  await tab.waitFor();
  await watch(page);
}

async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}

function report(): void {
  const tell = (what: string, values: readonly Measured[]) => {
    const [paint, thread] = (['paint', 'thread'] as const).map((by) => {
      const all = values.map((one) => one[by]);
      return [50, 95, 100].map((at) => percentile(all, at).toFixed(0)).join(' / ');
    });
    const over = values.filter(({ paint: ms }) => ms > LIMIT_MS).length;
    console.log(
      `${what.padEnd(10)} ${values.length} controls; to the next paint p50 / p95 / longest ${paint} ms, ` +
        `${over} over ${LIMIT_MS}; of the thread ${thread} ms an input`,
    );
  };
  for (const place of PLACES) {
    const own = measured.filter(({ what }) => what.startsWith(`${place}:`));
    if (own.length > 0) tell(place, own);
  }
  tell('together', measured);
  const longest = measured.toSorted((a, b) => b.paint - a.paint).slice(0, SHOWN);
  console.log(['the longest:', ...longest.map(line)].join('\n'));
  if (untried.length > 0) console.log(`not tried:\n${untried.join('\n')}`);
}

function line({ what, paint, thread }: Measured): string {
  const ms = (value: number) => `${value.toFixed(0).padStart(4)} ms`;
  return `${ms(paint)}, of the thread ${ms(thread)}  ${what}`;
}
