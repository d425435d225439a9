import { expect, it } from 'vitest';
import type { Job } from '../../contract/job.ts';
import { JobQueue } from '../jobs/queue.ts';
import { IndexKeeper } from './index-keeper.ts';
import type { Library } from './library.ts';
import type { VectorIndex } from './vector-index/vector-index.ts';

type SyncOptions = Parameters<VectorIndex['sync']>[0];

/** A library of so many portraits, of which so many are not in the index. */
function keeperOf(count: number, behind: number, sync: (options: SyncOptions) => Promise<void>) {
  const jobs = new JobQueue();
  const told: Job[] = [];
  jobs.subscribe((job) => told.push(job));
  const { promise: reconciled, resolve } = Promise.withResolvers<undefined>();
  const reader = { count: () => count };
  const index = { behind: async () => behind, sync };
  const keeper = new IndexKeeper({ reader, index, reconciled } as unknown as Library, jobs);
  return { keeper, jobs, told, lookedThrough: () => resolve(undefined) };
}

it('makes a large index once the library was looked through, and says how far it is', async () => {
  const { keeper, told, lookedThrough } = keeperOf(90_000, 50_000, async (options) => {
    options?.onRead?.(20_000);
  });
  const begun = keeper.begin();
  await Promise.resolve();
  expect(told).toEqual([]);
  lookedThrough();
  await begun;
  expect(told.map(({ kind, status }) => [kind, status.state])).toEqual([
    ...[['index', 'queued'] as const, ['index', 'running'], ['index', 'running']],
    ['index', 'done'],
  ]);
  expect(told[2]).toMatchObject({ status: { progress: { done: 20_000, total: 50_000 } } });
});

it('reads one that is there without a word, and leaves a small one to the first search', async () => {
  for (const [count, expected] of [
    [90_000, 1],
    [900, 0],
  ] as const) {
    let synced = 0;
    const { keeper, told, lookedThrough } = keeperOf(count, 7, async () => void (synced += 1));
    lookedThrough();
    await keeper.begin();
    expect([synced, told]).toEqual([expected, []]);
  }
});

it('stops when the artist says so, and begins nothing in a closed library', async () => {
  const { keeper, jobs, lookedThrough } = keeperOf(90_000, 50_000, async (options) => {
    const { promise, reject } = Promise.withResolvers<never>();
    options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
    await promise;
  });
  lookedThrough();
  const begun = keeper.begin();
  await expect.poll(() => jobs.list()[0]?.status.state).toBe('running');
  jobs.cancel(jobs.list()[0]?.id ?? '');
  await begun.catch(() => undefined);
  expect(jobs.list()).toEqual([]);
  keeper.close();
  await keeper.begin();
  expect(jobs.list()).toEqual([]);
});
