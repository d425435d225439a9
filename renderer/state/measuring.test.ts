import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Between } from '../../electron/contract/draw.ts';
import type { StreamOptions } from '../../electron/contract/method.ts';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { Measuring } from './measuring.svelte.ts';

const way = (prompt: string): Between => ({
  from: { kind: 'prompt', prompt, seed: 1 },
  to: { kind: 'prompt', prompt: 'b', seed: 1 },
  ...{ path: 'w', settings: {} },
});

/** Measurings that are told and ended by hand. */
function open() {
  const begun: { of: Between; options: StreamOptions<ProgressEvent>; end(): void }[] = [];
  const measure = (of: Between, options: StreamOptions<ProgressEvent>) =>
    new Promise((resolve) => begun.push({ of, options, end: () => resolve({}) }));
  const measuring = new Measuring({ measure } as unknown as StudioService);
  return { measuring, begun };
}

beforeEach(() => vi.useFakeTimers());

describe('the measuring of a path', () => {
  it('begins when the hand rests, says how long it takes, and ends', async () => {
    const { measuring, begun } = open();
    for (const words of ['a', 'a s', 'a sailor']) measuring.follow(way(words));
    await vi.runAllTimersAsync();
    measuring.follow(way('a sailor'));
    await vi.runAllTimersAsync();
    expect(begun.map(({ of }) => of)).toEqual([way('a sailor')]);
    expect(measuring.now).toBeNull();
    const advance = { done: 8, total: 96, remainingMs: 9_000 };
    begun[0]!.options.onEvent?.({ kind: 'advanced', task: 'measure', ...advance });
    expect(measuring.now).toEqual(advance);
    begun[0]!.end();
    await vi.runAllTimersAsync();
    expect(measuring.now).toBeNull();
  });

  it('is given up with the path that it is of', async () => {
    const { measuring, begun } = open();
    measuring.follow(way('a'));
    await vi.runAllTimersAsync();
    measuring.follow(null);
    expect(begun[0]!.options.signal?.aborted).toBe(true);
    begun[0]!.options.onEvent?.({
      ...{ kind: 'advanced', task: 'measure', done: 1, total: 2, remainingMs: null },
    });
    expect(measuring.now).toBeNull();
  });
});
