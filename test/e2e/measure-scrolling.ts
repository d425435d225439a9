/**
 * How long the window's thread is kept from drawing while a library is scrolled from end to end:
 * `npm run bench:scrolling -- [count]`.
 */
import { launchBrowser, openWindow } from './support/browser.ts';
import { openTestStudio } from './support/studio.ts';
import { syntheticLibrary } from './support/synthetic.ts';
import { scrollThrough, tasksWhile } from './support/tasks.ts';
import { TINY_PACK } from '../support/packs.ts';

/** What the project promises: no task is longer. */
const LIMIT_MS = 50;
const STEPS = 60;
const count = Number(process.argv[2] ?? 1_000_000);

const browser = await launchBrowser();
try {
  await using studio = await openTestStudio({ pack: TINY_PACK, instead: syntheticLibrary(count) });
  const page = await openWindow(browser, studio.url);
  await page.getByRole('button', { name: /^Library/ }).click();
  await page.getByRole('grid', { name: 'Portraits' }).locator('[data-id]').first().waitFor();

  const tasks = await tasksWhile(
    browser,
    page,
    async () => void (await scrollThrough(page, STEPS)),
  );
  tasks.sort((a, b) => a - b);
  const at = (share: number) => (tasks[Math.floor(share * (tasks.length - 1))] ?? NaN).toFixed(1);
  const long = tasks.filter((ms) => ms > LIMIT_MS).length;
  console.log(
    `${count.toLocaleString('en')} portraits, ${STEPS} steps: ${tasks.length} tasks of the window's thread, ` +
      `by the processor's time p99 ${at(0.99)} ms, longest ${at(1)} ms; ${long} over ${LIMIT_MS} ms`,
  );
} finally {
  await browser.close();
}
