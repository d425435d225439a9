import './test-window.ts';
import { describe, expect, it } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { LibraryActions } from './library-actions.ts';
import { Library } from './library.svelte.ts';
import { ALL } from './source.ts';
import { Toasts } from './toasts.svelte.ts';
import { UndoStack } from './undo.svelte.ts';

interface ListRequest {
  readonly limit: number;
  readonly before?: string;
}

/** A library of `size` portraits whose search answers as the test says. */
function openLibrary(size: number, search: () => Promise<unknown> = () => Promise.resolve([])) {
  const there = Array.from({ length: size }, (_, at) => stubPortrait(size - at));
  const service = {
    list: ({ limit, before }: ListRequest) => {
      const older = there.filter(({ id }) => before === undefined || id < before);
      const items = older.slice(0, limit);
      const next = older.length > limit ? (items.at(-1)?.id ?? null) : null;
      return Promise.resolve({ items, next });
    },
    count: () => Promise.resolve({ count: there.length }),
    get: ({ id }: { id: string }) => Promise.resolve(there.find((one) => one.id === id)),
    trash: ({ ids }: { ids: string[] }) => Promise.resolve({ changed: ids.length }),
    purge: ({ ids }: { ids: string[] }) => Promise.resolve({ changed: ids.length }),
    search,
  } as unknown as StudioService;
  const undo = new UndoStack();
  const toasts = new Toasts();
  const library = new Library(service, toasts);
  return { library, actions: new LibraryActions(service, library, undo, toasts), undo, toasts };
}

describe('a library of more portraits than a page', () => {
  it('lets go of a list that is read to its end when something else is asked for', async () => {
    let answer = (_hits: unknown[]): void => undefined;
    const { library } = openLibrary(1_700, () => new Promise((resolve) => (answer = resolve)));
    await library.reload();
    const reading = library.reach(1_699);
    const searching = library.show({ ...ALL, query: 'a sailor' });
    await reading;
    await library.reach(1_699);
    answer([{ generation: stubPortrait(7) }]);
    await searching;
    expect(library.ids).toEqual([portraitId(7)]);
  });

  it('counts what it has not read as the engine counts it', async () => {
    const { library } = openLibrary(900);
    await library.reload();
    library.take({ ...stubPortrait(3), starred: true });
    await expect.poll(() => library.total).toBe(900);
    library.take(stubPortrait(901));
    expect(library.total).toBe(901);
    expect(library.ids[0]).toBe(portraitId(901));
  });
});

it('shows nothing in place of what could not be found, and says so until it can', async () => {
  let fails = true;
  const hits = () => (fails ? Promise.reject(new Error('no model')) : Promise.resolve([]));
  const { library, toasts } = openLibrary(3, hits);
  await library.reload();
  await library.show({ ...ALL, query: 'a sailor' });
  expect(library).toMatchObject({ ids: [], total: 0, failed: true });
  expect(toasts.items).toHaveLength(1);
  fails = false;
  await library.reload();
  expect(library.failed).toBe(false);
});

it('does not take back what was deleted for good', async () => {
  const { library, actions, undo } = openLibrary(2);
  await library.reload();
  await actions.trash([portraitId(1)], () => () => undefined);
  expect(undo.undoLabel).not.toBeNull();
  await actions.purge([portraitId(1)]);
  expect(undo.undoLabel).toBeNull();
  expect(await undo.undo()).toBeNull();
  expect(library.ids).toEqual([portraitId(2)]);
});
