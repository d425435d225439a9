/** How long a window's thread is kept from drawing. */
import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Time of the processor, in microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * Notes every task of the page's thread while something goes on, and tells how long they were in ms of the
 * processor's time: by the clock they would be longer on a machine that has other things to do.
 */
export async function tasksWhile(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<number[]> {
  await browser.startTracing(page, {
    categories: ['disabled-by-default-devtools.timeline'],
  });
  await work();
  const trace = (await browser.stopTracing()).toString();
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(threadOf),
  );
  return traceEvents
    .filter((event) => event.name === 'RunTask' && main.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1_000);
}

/** Scrolls the library from end to end, and tells how many places were seen on the way. */
export const scrollThrough = (page: Page, steps: number): Promise<number> =>
  page.getByRole('grid', { name: 'Portraits' }).evaluate(async (scroller, count) => {
    const seen = new Set<string>();
    const end = scroller.scrollHeight - scroller.clientHeight;
    for (let step = 0; step <= count; step += 1) {
      scroller.scrollTop = (end * step) / count;
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      const rows = [...scroller.querySelectorAll('[role="row"]')];
      seen.add(
        rows
          .map((row) => row.getAttribute('aria-rowindex'))
          .sort()
          .join(),
      );
    }
    return seen.size;
  }, steps);
