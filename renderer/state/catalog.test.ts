import './test-window.ts';
import { expect, it } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { Catalog } from './catalog.svelte.ts';
import { filterOf, Search } from './search.svelte.ts';
import type { Source } from './source.ts';

it('the board that is shown stays so when it is renamed, and when that is taken back', async () => {
  const there = { id: 'series-id', name: 'Series' };
  const service = {
    boards: () => Promise.resolve([{ ...there }, { id: 'other-id', name: 'Other' }]),
    tags: () => Promise.resolve([]),
    packs: () => Promise.resolve([]),
    count: () => Promise.resolve({ count: 0 }),
  } as unknown as StudioService;
  const shown: Source[] = [];
  const search = new Search(
    (source) => shown.push(source),
    (name) => catalog.boardNamed(name),
  );
  const catalog = new Catalog(
    service,
    () => true,
    (from, to) => search.renameBoard(from, to),
  );
  await catalog.reload();
  search.showBoard('Series');
  for (const name of ['Sea', 'Series']) {
    there.name = name;
    await catalog.reload();
    expect(search.has(filterOf('board', name))).toBe(true);
    expect(shown.at(-1)).toMatchObject({
      query: `board:${name}`,
      sort: 'board',
      board: 'series-id',
    });
  }
  expect(shown).toHaveLength(3);
});
