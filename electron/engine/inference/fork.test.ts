import { execFile, fork } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import { forkAhead, forkInference } from './fork.ts';
import type { InferenceProcess } from './worker.ts';

vi.mock('node:child_process', { spy: true });

const started: InferenceProcess[] = [];
afterEach(() => started.forEach((one) => one.kill()));

it('gives the process that was started ahead to whoever asks first, and starts no other ahead', () => {
  forkAhead();
  forkAhead();
  expect(fork).toHaveBeenCalledTimes(1);
  started.push(forkInference());
  expect(fork).toHaveBeenCalledTimes(1);
  started.push(forkInference());
  forkAhead();
  expect(fork).toHaveBeenCalledTimes(2);
  expect(new Set(started.map(({ pid }) => pid)).size).toBe(2);
});

it('keeps nobody from ending who has not asked for it', async () => {
  const ahead = JSON.stringify(new URL('fork.ts', import.meta.url).href);
  const script = `const { forkAhead } = await import(${ahead}); forkAhead(); console.log('started');`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    script,
  ]);
  expect(stdout).toBe('started\n');
});
