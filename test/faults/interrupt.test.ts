import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const NODE24 = path.resolve('electron/hosts/node24.mjs');
const INTERRUPT = path.resolve('electron/hosts/cli/interrupt.ts');

/** Work that goes on after Ctrl+C; what it says last, it says by `gave up`. */
const STUBBORN = `
  import { onInterrupt } from ${JSON.stringify(INTERRUPT)};
  onInterrupt(() => console.log('gave up'));
  setInterval(() => {}, 1_000);
  console.log('ready');`;
/** Work that hears of nothing, and as long as nobody ends it, goes on. */
const BUSY = `
  process.on('SIGINT', () => {}).on('SIGTERM', () => {});
  console.log('ready');
  for (const end = Date.now() + 60_000; Date.now() < end; );`;

/** Sends signals to a program once it is ready, and tells how it ended and after how many seconds. */
async function interrupt(args: string[], signals: NodeJS.Signals[]) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await once(child.stdout, 'data');
  const startedAt = performance.now();
  for (const signal of signals) {
    child.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const [code] = await (child.exitCode === null ? once(child, 'close') : [child.exitCode]);
  return { code, said, seconds: (performance.now() - startedAt) / 1_000 };
}

const evaluate = (source: string) => ['--input-type=module', '--eval', source];

describe.concurrent('Ctrl+C', { timeout: 30_000 }, () => {
  it.concurrent.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('once (%s): work that does not end is given up in time', async (signal, expected) => {
    const { code, said, seconds } = await interrupt(evaluate(STUBBORN), [signal]);
    expect({ code, said }).toEqual({ code: expected, said: 'ready\ngave up\n' });
    expect(seconds).toBeLessThan(11);
  });

  it.concurrent('twice: at once', async () => {
    const { code, seconds } = await interrupt(evaluate(STUBBORN), ['SIGTERM', 'SIGINT']);
    expect(code).toBe(130);
    expect(seconds).toBeLessThan(3);
  });

  it.concurrent('twice: at once, also where nothing is heard any more', async () => {
    const busy = [NODE24, 'node', ...evaluate(BUSY)];
    const { code, seconds } = await interrupt(busy, ['SIGINT', 'SIGINT']);
    expect(code).toBe(137);
    expect(seconds).toBeLessThan(6);
  });

  it.concurrent('once: in time, also where nothing is heard any more', async () => {
    const busy = [NODE24, 'node', ...evaluate(BUSY)];
    const { code, seconds } = await interrupt(busy, ['SIGTERM']);
    expect(code).toBe(137);
    expect(seconds).toBeLessThan(18);
  });
});
