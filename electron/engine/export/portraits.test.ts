import { expect, it, vi } from 'vitest';
import { portraitId, stubStudio } from '../../../test/contract/stub-studio.ts';
import { MAX_EXPORTED } from '../../contract/delivery.ts';
import { type Finding, selectedIds } from './portraits.ts';

const LIST = { by: 'list' as const, query: 'tag:sea', sort: 'rating' as const, reverse: true };
const reading = (ids: string[], total = ids.length) =>
  stubStudio({ listIds: vi.fn<Finding['listIds']>(() => Promise.resolve({ ids, total })) });

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
