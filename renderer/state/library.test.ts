import './test-window.ts';
import { describe, expect, it, vi } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { LibraryActions } from './library-actions.ts';
import { Library } from './library.svelte.ts';
import { ALL } from './source.ts';
import { Toasts } from './toasts.svelte.ts';
import { UndoStack } from './undo.svelte.ts';

/** A library of `size` portraits whose search answers as the test says, and what it was asked for. */
function openLibrary(size: number, search: () => Promise<unknown> = () => Promise.resolve([])) {
  const asked: { offset: number; limit: number }[] = [];
  /** The newest has the highest number. */
  const there = { size };
  const idAt = (at: number) => portraitId(there.size - at);
  const span = (offset: number, limit: number) =>
    Array.from(
      { length: Math.max(0, Math.min(limit, there.size - offset)) },
      (_, at) => offset + at,
    );
  const service = {
    list: ({ limit, offset = 0 }: { limit: number; offset?: number }) => {
      asked.push({ offset, limit });
      const items = span(offset, limit).map((at) => stubPortrait(there.size - at));
      return Promise.resolve({ items, next: null });
    },
    listIds: ({ limit, offset = 0 }: { limit: number; offset?: number }) =>
      Promise.resolve({ ids: span(offset, limit).map(idAt), total: there.size }),
    count: () => Promise.resolve({ count: there.size }),
    get: ({ id }: { id: string }) => Promise.resolve({ ...stubPortrait(1), id }),
    trash: ({ ids }: { ids: string[] }) => Promise.resolve({ changed: ids.length, undo: '1-1' }),
    search,
  } as unknown as StudioService;
  const undo = new UndoStack();
  const toasts = new Toasts();
  const library = new Library(service, toasts);
  const actions = new LibraryActions(service, library, undo, toasts);
  return { library, actions, undo, toasts, asked, there, service };
}

const at = (index: number) => portraitId(1_000_000 - index);

describe('a library of a million portraits', () => {
  it('is read where it is looked at, and nowhere else', async () => {
    const { library, asked } = openLibrary(1_000_000);
    await library.reload();
    library.want({ start: 500_010, end: 500_050 });
    expect(library.at(500_020)).toBeUndefined();
    await expect.poll(() => library.at(500_020)).toBe(at(500_020));
    expect(library.portrait(at(500_020))?.prompt).toBe(stubPortrait(1).prompt);
    expect(library.indexOf(at(500_020))).toBe(500_020);
    expect(asked).toEqual([
      { offset: 0, limit: 100 },
      { offset: 500_000, limit: 100 },
    ]);
  });

  it('asks for nothing that was scrolled by meanwhile', async () => {
    const { library, asked } = openLibrary(1_000_000);
    await library.reload();
    for (let start = 0; start < 900_000; start += 10_000) library.want({ start, end: start + 40 });
    await expect.poll(() => library.at(890_020)).toBe(at(890_020));
    expect(asked.length).toBeLessThan(4);
  });

  it('keeps in mind what was looked at last, what is selected and what is held', async () => {
    const { library } = openLibrary(1_000_000);
    await library.reload();
    library.selection.select(at(5));
    library.hold(at(6));
    for (let start = 0; start < 16_000; start += 100) {
      library.want({ start, end: start + 100 });
      await expect.poll(() => library.at(start + 99), { interval: 0 }).toBeDefined();
    }
    expect(library.at(15_999)).toBe(at(15_999));
    expect([4, 5, 6, 7].map((index) => library.portrait(at(index)) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('reaches its end, and tells all of a span', async () => {
    const { library, asked } = openLibrary(1_000_000);
    await library.reload();
    expect(await library.reach(999_999)).toBe(portraitId(1));
    asked.length = 0;
    const ids = await library.idsIn(100, 300_100);
    expect(ids.length).toBe(300_000);
    expect([ids[0], ids.at(-1)]).toEqual([at(100), at(300_099)]);
    expect(asked).toEqual([]);
  });

  it('has a new portrait in front, and all others one further', async () => {
    const { library } = openLibrary(1_000_000);
    await library.reload();
    await library.reach(700_000);
    library.take(stubPortrait(1_000_001));
    expect(library.total).toBe(1_000_001);
    expect(library.at(0)).toBe(portraitId(1_000_001));
    expect(library.at(700_001)).toBe(at(700_000));
  });

  it('is read anew where somebody else has changed it, and only what is in view', async () => {
    const { library, asked, there } = openLibrary(1_000_000);
    await library.reload();
    library.want({ start: 400_000, end: 400_100 });
    await expect.poll(() => library.at(400_000)).toBeDefined();
    asked.length = 0;
    there.size = 999_000;
    const removed = Array.from({ length: 1_000 }, (_, nth) => portraitId(1_000_000 - nth));
    await library.takeNews({ kind: 'library', added: [], changed: [], removed });
    await expect.poll(() => library.total).toBe(999_000);
    expect(library.at(400_000)).toBe(portraitId(599_000));
    expect(asked).toEqual([{ offset: 400_000, limit: 100 }]);
  });
});

it('has what was added while it was read', async () => {
  const { library, there, service } = openLibrary(300);
  const { list } = service;
  const page = Promise.withResolvers<undefined>();
  vi.spyOn(service, 'list').mockImplementationOnce(async (request) => {
    const read = await list(request);
    await page.promise;
    return read;
  });
  const reading = library.reload();
  await expect.poll(() => service.list).toHaveBeenCalled();
  there.size = 301;
  await library.takeNews({ kind: 'library', added: [portraitId(301)], changed: [], removed: [] });
  page.resolve(undefined);
  await reading;
  await expect.poll(() => library.total).toBe(301);
  expect(library.at(0)).toBe(portraitId(301));
});

it('lets go of a list that is being read when something else is asked for', async () => {
  let answer = (_hits: unknown[]): void => undefined;
  const { library } = openLibrary(1_700, () => new Promise((resolve) => (answer = resolve)));
  await library.reload();
  const reading = library.reach(1_699);
  const searching = library.show({ ...ALL, query: 'a sailor' });
  await reading;
  await expect.poll(() => answer.length).toBe(1);
  answer([{ generation: stubPortrait(7) }]);
  await searching;
  expect(library.head).toEqual([portraitId(7)]);
  expect(library.total).toBe(1);
});

it('shows nothing in place of what could not be found, and says so until it can', async () => {
  let fails = true;
  const hits = () => (fails ? Promise.reject(new Error('no model')) : Promise.resolve([]));
  const { library, toasts } = openLibrary(3, hits);
  await library.reload();
  await library.show({ ...ALL, query: 'a sailor' });
  expect(library).toMatchObject({ head: [], total: 0, failed: true });
  expect(toasts.items).toHaveLength(1);
  fails = false;
  await library.reload();
  expect(library.failed).toBe(false);
});

it('does not take back what was deleted for good', async () => {
  const { library, actions, undo } = openLibrary(2);
  await library.reload();
  const removed = [portraitId(1)];
  await actions.trash([portraitId(1)], () => () => undefined);
  expect(undo.undoLabel).not.toBeNull();
  await library.takeNews({ kind: 'library', added: [], changed: [], removed });
  expect(undo.undoLabel).toBeNull();
  expect(await undo.undo()).toBeNull();
  expect(library.head).toEqual([portraitId(2)]);
});

describe('a portrait that goes to the trash', () => {
  const hits = (...numbers: number[]) =>
    Promise.resolve(numbers.map((n) => ({ generation: stubPortrait(n) })));

  it('leaves whatever is shown, and its neighbour is next', async () => {
    const { library, actions } = openLibrary(3, () => hits(3, 2, 1));
    await library.show({ ...ALL, query: 'a sailor' });
    library.selection.select(portraitId(2));
    await actions.trash([portraitId(2)], () => () => undefined);
    expect(library.head).toEqual([3, 1].map(portraitId));
    expect(library.selection).toMatchObject({ ids: [portraitId(1)], cursor: portraitId(1) });
  });

  it('is selected no longer, also where it has not been read', async () => {
    const { library, actions, there } = openLibrary(20_000);
    await library.reload();
    await library.selectAll();
    there.size = 0;
    await actions.trash(library.selection.ids, () => () => undefined);
    expect(library.selection.size).toBe(0);
    await expect.poll(() => library.total).toBe(0);
  });

  it('leaves the trash when it is put back', async () => {
    const { library } = openLibrary(3);
    await library.show({ ...ALL, query: 'is:trashed', sort: 'rating' });
    library.change([portraitId(3)], { trashedAt: Date.now() });
    expect(library.head).toEqual([3, 2, 1].map(portraitId));
    library.change([portraitId(3)], { trashedAt: null });
    expect(library.head).toEqual([2, 1].map(portraitId));
  });
});
