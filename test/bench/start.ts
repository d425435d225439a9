/**
 * How long it takes from a command to a portrait: `node test/bench/start.ts [PACK]`. A program of its own, for a
 * browser's driver and a bundler are no part of the studio, and the garbage collector goes through all that is
 * loaded.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { buildIfStale } from '../../electron/hosts/launch/build.ts';
import { hasBrowser, launchBrowser, openWindow } from '../e2e/support/browser.ts';
import { timed } from './bare.ts';
import { PROMPT } from './prompt.ts';
import { ms, print, processorMsOf } from './report.ts';

const CLI = path.resolve(import.meta.dirname, '../../electron/hosts/cli/clip-flow.mjs');

const [pack] = process.argv.slice(2);
const named = pack === undefined ? [] : ['--pack', pack];
const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
try {
  const line = [CLI, 'generate', PROMPT, '--library', path.join(folder, 'cold'), ...named];
  const generate = () => promisify(execFile)(process.execPath, line);
  // The first time the pack is checked, and what was compiled may be kept from before.
  for (const start of ['first', 'second']) {
    let time = NaN;
    const processor = await processorMsOf(async () => (time = await timed(generate)));
    print(`command to a portrait, ${start} start`, `${ms(time)}, ${ms(processor)} of processors`);
  }
  if (hasBrowser) await benchWindow();
  else print('cold start to first portrait visible', 'no browser here');
} finally {
  await rm(folder, { recursive: true });
}

/** From the command to a portrait before the artist's eyes: host, page, pack, words, picture. */
async function benchWindow(): Promise<void> {
  await buildIfStale();
  const browser = await launchBrowser();
  const library = path.join(folder, 'window');
  const line = ['serve', '--port', '0', '--no-open', '--json', '--library', library, ...named];
  const startedAt = performance.now();
  const host = spawn(process.execPath, [CLI, ...line], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [announced] = await once(createInterface(host.stdout), 'line');
    const page = await openWindow(browser, JSON.parse(announced).url);
    await page.getByLabel('Describe a portrait').fill(PROMPT);
    const open = performance.now() - startedAt;
    await page.getByLabel('Describe a portrait').press('Enter');
    await page.locator('main figure img').last().waitFor();
    print('cold start to window ready', ms(open));
    print('cold start to first portrait visible', ms(performance.now() - startedAt));
  } finally {
    host.kill('SIGTERM');
    await Promise.all([browser.close(), once(host, 'exit')]);
  }
}
