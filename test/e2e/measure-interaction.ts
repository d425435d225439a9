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
/** Until the paint that follows an input has been told. */
const TOLD_MS = 150;
const CONTROLS =
  'button, a[href], input, select, textarea, [role=slider], [role=option], [role=gridcell]';
/** These end what is to go on meanwhile, or take away what is tried next. */
const LEFT_ALONE =
  /^(Cancel|Move to trash|Hide|Undo|Close|Appearance|Go on|The model|Laying out|Even steps|Loop)/;

interface Control {
  readonly name: string;
  readonly kind: string;
  readonly index: number;
}

interface Measured {
  readonly what: string;
  /** From the input to the next paint: the longest of its events, in steps of 8 ms. */
  readonly paint: number;
  /** Milliseconds that the window's thread computed until it was at rest. */
  readonly thread: number;
}

const asked = process.argv.slice(2);
const browser = await launchBrowser();
const measured: Measured[] = [];
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
    const found = page.locator('[data-tried]');
    await page.evaluate(mark, [CONTROLS, control.index] as const);
    const isThere = (await found.count()) === 1 && (await nameOf(found)) === control.name;
    if (!isThere) continue;
    const before = await threadMs(session);
    await page.evaluate(() => void (Object(globalThis).durations.length = 0));
    await use(found, control.kind).catch(() => undefined);
    await page.waitForTimeout(TOLD_MS);
    const paint = await page.evaluate(() => Math.max(0, ...Object(globalThis).durations));
    const thread = (await threadMs(session)) - before;
    measured.push({ what: `${place}: ${control.kind} ${control.name}`, paint, thread });
    await leave(page);
  }
}

async function open(page: Page, place: string): Promise<void> {
  const tab = page.getByRole('button', { name: new RegExp(`^${place}`) }).first();
  if ((await tab.getAttribute('aria-current')) === null) await tab.click();
  if (place !== 'Between' && place !== 'Timeline') return;
  // Filled once; both keep their words.
  const names = place === 'Between' ? ['A', 'B'].map((end) => `Words for ${end}`) : [];
  const keys = place === 'Timeline' ? [1, 2].map((key) => `Words for key-frame ${key}`) : [];
  for (const [i, name] of [...names, ...keys].entries()) {
    const field = page.getByLabel(name, { exact: true });
    if ((await field.inputValue()) === '') await field.fill(['a sailor', 'a chef'][i] ?? '');
  }
}

/** One more run waits behind the one under way. */
async function keepDrawing(page: Page): Promise<void> {
  if (await page.getByRole('progressbar', { name: 'Generate' }).isVisible()) return;
  await open(page, 'Create');
  await page.getByLabel('How many portraits').selectOption(String(MANY));
  await promptField(page).fill('a punk rocker with pink hair');
  await promptField(page).press('Enter');
  await page.getByRole('progressbar', { name: 'Generate' }).waitFor();
}

/** What is on screen and can be used, each by its place among all. */
function controlsOf(page: Page): Promise<Control[]> {
  return page.evaluate(
    ([selector, most, leftAlone]) => {
      const seen = new Map<string, number>();
      return [...document.querySelectorAll<HTMLElement>(selector)].flatMap((element, index) => {
        const name = (element.ariaLabel ?? Object(element).labels?.[0]?.textContent ?? '').trim();
        const text = (name || element.innerText || element.title).trim().split('\n')[0] ?? '';
        const kind = element.getAttribute('role') ?? Object(element).type ?? element.localName;
        const alike = `${kind} ${element.parentElement?.className} ${element.className}`;
        const isList = /option|gridcell/.test(kind);
        const isUsable = element.checkVisibility() && !element.matches(':disabled, [hidden]');
        if (!isUsable || new RegExp(leftAlone).test(text)) return [];
        seen.set(alike, (seen.get(alike) ?? 0) + 1);
        if (isList && (seen.get(alike) ?? 0) > most) return [];
        return [{ name: text, kind, index }];
      });
    },
    [CONTROLS, OF_A_KIND, LEFT_ALONE.source] as const,
  );
}

function mark([selector, index]: readonly [string, number]): void {
  document.querySelector('[data-tried]')?.removeAttribute('data-tried');
  document.querySelectorAll(selector)[index]?.setAttribute('data-tried', '');
}

async function nameOf(control: Locator): Promise<string> {
  return control.evaluate((element) => {
    const name = (element.ariaLabel ?? Object(element).labels?.[0]?.textContent ?? '').trim();
    return (name || Object(element).innerText || Object(element).title).trim().split('\n')[0];
  });
}

/** As a hand would: a slider by arrows, a field by a letter that is taken away again, anything else by a click. */
async function use(control: Locator, kind: string): Promise<void> {
  const soon = { timeout: 2_000 };
  if (kind === 'range' || kind === 'slider') {
    for (let step = 0; step < 4; step += 1) await control.press('ArrowRight', soon);
    for (let step = 0; step < 4; step += 1) await control.press('ArrowLeft', soon);
  } else if (/^(text|search|textarea|number)/.test(kind)) {
    await control.press('End', soon);
    await control.press('a', soon);
    await control.press('Backspace', soon);
  } else if (/^select/.test(kind)) await control.press('ArrowUp', soon);
  else await control.click(soon);
}

/** Closes what a control has opened. */
async function leave(page: Page): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    if ((await page.locator('[role=dialog], [role=menu]').count()) > 0) {
      await page.keyboard.press('Escape');
    }
  }
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
        `${over} over ${LIMIT_MS}; of the thread ${thread} ms`,
    );
  };
  for (const place of PLACES) {
    const own = measured.filter(({ what }) => what.startsWith(`${place}:`));
    if (own.length > 0) tell(place, own);
  }
  tell('together', measured);
  for (const { what, paint, thread } of measured
    .toSorted((a, b) => b.paint - a.paint)
    .slice(0, SHOWN)) {
    console.log(
      `${String(paint).padStart(5)} ms, of the thread ${thread.toFixed(0).padStart(4)} ms  ${what}`,
    );
  }
}
