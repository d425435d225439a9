import './test-window.ts';
import { describe, expect, it } from 'vitest';
import { MAX_IDS } from '../../electron/contract/library.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { LibraryActions } from './library-actions.ts';
import { Library } from './library.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { UndoStack } from './undo.svelte.ts';

/** An engine that notes what it is asked for, and takes each deed back by its number. */
function openActions() {
  const asked: string[] = [];
  let deeds = 0;
  const deed = (name: string) => (input: { ids?: string[]; undo?: string; starred?: boolean }) => {
    const { ids, undo, starred } = input;
    asked.push([name, starred, undo ?? ids?.length].filter((said) => said !== undefined).join(' '));
    deeds += 1;
    return Promise.resolve({ changed: ids?.length ?? 1, undo: `${deeds}-${deeds}` });
  };
  const service = {
    ...{ star: deed('star'), trash: deed('trash'), restore: deed('restore') },
    ...{ purge: deed('purge'), undo: deed('undo') },
  } as unknown as StudioService;
  const undo = new UndoStack();
  const toasts = new Toasts();
  const library = new Library(service, toasts);
  return {
    service,
    actions: new LibraryActions(service, library, undo, toasts),
    library,
    asked,
    undo,
    toasts,
  };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => portraitId(n + 1));

it('takes back only what a star changed, which the engine knows', async () => {
  const { actions, library, asked, undo } = openActions();
  library.take(stubPortrait(1));
  await actions.toggleStar(many(3));
  expect(library.portrait(portraitId(1))?.starred).toBe(true);
  await undo.undo();
  expect(library.portrait(portraitId(1))?.starred).toBe(false);
  await undo.redo();
  expect(library.portrait(portraitId(1))?.starred).toBe(true);
  expect(asked).toEqual(['star true 3', 'undo 1-1', 'undo 2-2']);
});

it('takes the stars off where all that are known have one', async () => {
  const { actions, library, asked } = openActions();
  await actions.toggleStar(many(3));
  library.take({ ...stubPortrait(1), starred: true });
  await actions.toggleStar(many(3));
  library.take({ ...stubPortrait(2), starred: false });
  await actions.toggleStar(many(3));
  expect(asked).toEqual(['star true 3', 'star false 3', 'star true 3']);
});

it('leaves in the trash what was there before, when a deletion is taken back', async () => {
  const { actions, library, asked, undo } = openActions();
  library.take({ ...stubPortrait(1), trashedAt: 7 });
  library.take(stubPortrait(2));
  const followed: string[] = [];
  await actions.trash(many(2), () => {
    followed.push('left');
    return () => void followed.push('back');
  });
  await undo.undo();
  const trashedAt = many(2).map((id) => library.portrait(id)?.trashedAt);
  expect(trashedAt).toEqual([expect.any(Number), null]);
  expect(followed).toEqual(['left', 'back']);
  expect(asked).toEqual(['trash 2', 'undo 1-1']);
});

it('asks for more portraits than a call takes in several, and tells of them as one', async () => {
  const { actions, asked, undo, toasts } = openActions();
  const ids = many(100_001);
  await actions.star(ids);
  await actions.trash(ids, () => () => undefined);
  await undo.undo();
  await actions.restore(ids);
  await actions.purge(ids);
  expect(asked).toEqual([
    ...['star true 100000', 'star true 1', 'trash 100000', 'trash 1', 'undo 4-4', 'undo 3-3'],
    ...['restore 100000', 'restore 1', 'purge 100000', 'purge 1'],
  ]);
  expect(toasts.items.map(({ text }) => text)).toEqual([
    '100,001 portraits moved to the trash.',
    '100,001 portraits put back.',
    '100,001 portraits deleted for good.',
  ]);
});

it('takes no portrait for gone that the engine did not delete', async () => {
  const { actions, library } = openActions();
  await actions.purge(many(1));
  expect(library.isGone(portraitId(1))).toBe(false);
});

describe('a deed of several calls of which a later one fails', () => {
  /** Portraits for three calls, of which the second fails until `mended`. */
  function openHalf() {
    const opened = openActions();
    const { service } = opened;
    const { trash } = service;
    let calls = 0;
    let isMended = false;
    Object.assign(service, {
      trash: (input: Parameters<StudioService['trash']>[0]) => {
        calls += 1;
        if (calls === 2 && !isMended) return Promise.reject(new Error('no room'));
        return trash(input);
      },
    });
    return { ...opened, ids: many(2 * MAX_IDS + 1), mend: () => (isMended = true) };
  }

  it('tells of it, and takes back what was done before', async () => {
    const { actions, undo, asked, ids } = openHalf();
    await expect(actions.trash(ids, () => () => {})).rejects.toThrow('no room');
    expect(undo.undoLabel).not.toBeNull();
    await undo.undo();
    expect(asked).toEqual([`trash ${MAX_IDS}`, 'undo 1-1']);
  });

  it('does the whole of it when it is done again', async () => {
    const { actions, undo, asked, ids, mend } = openHalf();
    await actions.trash(ids, () => () => {}).catch(() => undefined);
    await undo.undo();
    mend();
    await undo.redo();
    expect(asked.slice(2)).toEqual(['undo 2-2', `trash ${MAX_IDS}`, 'trash 1']);
  });

  it('is no step where nothing was done', async () => {
    const { actions, undo, service } = openActions();
    Object.assign(service, { trash: () => Promise.reject(new Error('no room')) });
    await expect(actions.trash(many(1), () => () => {})).rejects.toThrow('no room');
    expect(undo.undoLabel).toBeNull();
  });
});
