import { expect, it, vi } from 'vitest';
import { portraitId } from '../../../test/contract/stub-studio.ts';
import { MAX_EXPORTED } from '../../contract/delivery.ts';
import { type Finding, selectedIds } from './portraits.ts';

const LIST = { by: 'list' as const, query: 'tag:sea', sort: 'rating' as const, reverse: true };
const reading = (ids: string[], total = ids.length) => ({
  listIds: vi.fn<Finding['listIds']>(() => Promise.resolve({ ids, total })),
  rankedIds: vi.fn<Finding['rankedIds']>(() => Promise.resolve(ids)),
});

it('searches once for the best of a ranking, however many', async () => {
  const ids = Array.from({ length: 2_500 }, (_, n) => portraitId(n));
  const reader = reading(ids);
  const best = { by: 'words' as const, words: 'the sea', limit: 2_500 };
  await expect(selectedIds(best, reader)).resolves.toEqual(ids);
  expect(reader.rankedIds.mock.calls).toEqual([[best, expect.anything()]]);
});

it('reads the ids of a list once, in its order', async () => {
  const ids = [3, 1, 2].map(portraitId);
  const reader = reading(ids);
  await expect(selectedIds(LIST, reader)).resolves.toEqual(ids);
  expect(reader.listIds).toHaveBeenCalledTimes(1);
  expect(reader.listIds).toHaveBeenCalledWith(
    expect.objectContaining({ query: 'tag:sea', sort: 'rating', reverse: true }),
  );
});

it('refuses none, and more than one export takes', async () => {
  await expect(selectedIds(LIST, reading([]))).rejects.toMatchObject({ code: 'not-found' });
  const tooMany = reading([portraitId(1)], MAX_EXPORTED + 1);
  await expect(selectedIds(LIST, tooMany)).rejects.toMatchObject({ code: 'invalid-argument' });
});
