/** How long a hand waits until the window shows what it did: Event Timing, which is what browsers measure it by. */
import type { CDPSession, Page } from 'playwright-core';

declare global {
  /** In the page: the events of inputs since the last that was measured. */
  var inputEvents: PerformanceEventTiming[];
  interface PerformanceObserverInit {
    durationThreshold?: number;
  }
}

/** Of the input of several that waited longest, in ms. All is 0 where it was less than 16 ms, which browsers do not tell. */
export interface Wait {
  /** From the input to the paint after it, in steps of 8 ms; the three parts below are what it is made of. */
  readonly paint: number;
  /** Until what listens to it was called: the thread had other things to do. */
  readonly delay: number;
  /** Until all that listens had returned. */
  readonly listeners: number;
  /** Until what changed was styled, laid out, painted and on screen. */
  readonly frame: number;
  /** What the window's thread computed from before the first input to the paint after the last one, of its processor's time. */
  readonly thread: number;
}

/** A frame that does not come in this time never comes. */
const PATIENCE_MS = 20_000;

/** Measures what inputs cost in a page, from now on and when it is loaded again. */
export async function watchPaints(
  page: Page,
): Promise<(work: () => Promise<void>) => Promise<Wait>> {
  await page.addInitScript(watchInputs);
  await page.evaluate(watchInputs);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async (work) => {
    await page.evaluate(() => void (globalThis.inputEvents = []));
    const before = await threadMs(session);
    await work();
    await untilPainted(page);
    const thread = (await threadMs(session)) - before;
    const waited = await page.evaluate(readLongest);
    return { ...waited, thread };
  };
}

/**
 * Waits until a frame is on screen that was begun after the call, and with it whatever was done before: a mark is painted,
 * and the browser tells when (Element Timing). Timers would be early on a machine that has other things to do.
 */
export function untilPainted(page: Page): Promise<void> {
  return page.evaluate(
    (patience) =>
      new Promise<void>((resolve, reject) => {
        const mark = document.createElement('span');
        mark.setAttribute('elementtiming', 'mark');
        mark.style.cssText = 'position: fixed; inset: 0 auto auto 0; pointer-events: none';
        mark.ariaHidden = 'true';
        mark.textContent = '.';
        const end = (done: () => void) => {
          observer.disconnect();
          mark.remove();
          done();
        };
        const observer = new PerformanceObserver(() => end(resolve));
        observer.observe({ type: 'element' });
        setTimeout(() => end(() => reject(new Error('no frame came'))), patience);
        document.body.append(mark);
      }),
    PATIENCE_MS,
  );
}

function watchInputs(): void {
  globalThis.inputEvents = [];
  const isOfInput = (entry: PerformanceEntry): entry is PerformanceEventTiming =>
    entry instanceof PerformanceEventTiming && entry.interactionId > 0;
  new PerformanceObserver((list) => {
    globalThis.inputEvents.push(...list.getEntries().filter(isOfInput));
  }).observe({ type: 'event', durationThreshold: 16 });
}

function readLongest(): Omit<Wait, 'thread'> {
  const [longest] = globalThis.inputEvents.toSorted((a, b) => b.duration - a.duration);
  if (!longest) return { paint: 0, delay: 0, listeners: 0, frame: 0 };
  const { startTime, processingStart, processingEnd, duration } = longest;
  return {
    paint: duration,
    delay: processingStart - startTime,
    listeners: processingEnd - processingStart,
    frame: Math.max(0, startTime + duration - processingEnd),
  };
}

async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}
