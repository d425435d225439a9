/** A window from its first paint until there is a model to draw with. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forkInference } from '../../electron/engine/inference/fork.ts';
import type { SpawnInference } from '../../electron/engine/inference/worker.ts';
import { draw, words } from '../support/drawing.ts';
import { TINY_PACK } from '../support/packs.ts';
import { hasBrowser, launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';

/** An inference process that says which devices there are, and nothing else until a promise is kept. */
const silentUntil =
  (ready: Promise<void>): SpawnInference =>
  () => {
    const inference = forkInference();
    const isOfDevices = (message: unknown) => Array.isArray(Object(message).result);
    return {
      ...inference,
      onMessage: (listener) =>
        inference.onMessage((message) => {
          if (isOfDevices(message)) listener(message);
          else void ready.then(() => listener(message));
        }),
    };
  };

/** What has moved in a window since its first paint without having been asked to, as far as it has told by now. */
function moved(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const shifts: string[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, sources = [] } = entry as PerformanceEntry & {
          value: number;
          sources?: readonly { node?: Node; previousRect: DOMRect; currentRect: DOMRect }[];
        };
        const parts = sources.map(({ node, previousRect: from, currentRect: to }) => {
          const what = node instanceof Element ? node.outerHTML : (node?.textContent ?? 'gone');
          return `${what.slice(0, 90)} from ${from.x},${from.y} to ${to.x},${to.y}`;
        });
        shifts.push(`${value.toFixed(4)}: ${parts.join('; ')}`);
      }
    });
    observer.observe({ type: 'layout-shift', buffered: true });
    // Two frames: what moved in the last one is told in the next.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
    observer.disconnect();
    return shifts;
  });
}

describe.skipIf(!hasBrowser)('A window that opens', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each([
    [1440, 900, 'nothing was drawn yet'],
    [853, 533, 'nothing was drawn yet'],
    [1440, 900, 'portraits are there'],
    [853, 533, 'portraits are there'],
  ] as const)(
    'holds still at %i × %i until the model is there, where %s',
    async (width, height, begun) => {
      const library = await mkdtemp(path.join(tmpdir(), 'clip-flow-e2e-'));
      // The examples of the first run are those of the pack that the studio brings.
      const isFirst = begun === 'nothing was drawn yet';
      const pack = isFirst ? {} : { pack: TINY_PACK };
      if (!isFirst) {
        await using before = await openTestStudio({ library, ...pack });
        await draw(before.studio, words('a sailor with a beard'), 3);
      }
      const { promise: ready, resolve: load } = Promise.withResolvers<undefined>();
      {
        const inference = { device: 'cpu', spawn: silentUntil(ready) } as const;
        await using studio = await openTestStudio({ library, inference, ...pack });
        const page = await openWindow(browser, studio.url, { width, height });
        const badge = page.getByRole('button', { name: 'Loading model…' });
        await badge.waitFor();
        const dice = page.getByRole('button', { name: 'Surprise me' });
        expect(await dice.isDisabled()).toBe(true);
        await page.locator('main :is(figure img, h2)').first().waitFor();
        load(undefined);
        await badge.waitFor({ state: 'hidden' });
        await expect.poll(() => dice.isEnabled()).toBe(true);
        // Whatever is drawn of the model itself: samples, or sliders.
        await page.waitForLoadState('networkidle');
        expect(await moved(page)).toEqual([]);
        expect(page.complaints).toEqual([]);
      }
      await rm(library, { recursive: true, force: true });
    },
  );
});
