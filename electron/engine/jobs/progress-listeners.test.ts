import { expect, it, vi } from 'vitest';
import { ProgressListeners } from './progress-listeners.ts';

const started = { kind: 'started', task: 'sample', total: 2 } as const;

it('tells all who wait, and nobody else', async () => {
  const audience = new ProgressListeners();
  const [first, second] = [vi.fn(), vi.fn()];
  const { promise, resolve } = Promise.withResolvers<string>();
  const work = audience.during(() => promise, first);
  const joined = audience.during(() => promise, second);
  audience.tell(started);
  expect(first).toHaveBeenCalledExactlyOnceWith(started);
  expect(second).toHaveBeenCalledExactlyOnceWith(started);
  resolve('done');
  await expect(Promise.all([work, joined])).resolves.toEqual(['done', 'done']);
  audience.tell(started);
  expect(first).toHaveBeenCalledOnce();
});
