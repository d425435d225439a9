import './test-window.ts';
import { expect, it } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { Arranging } from './arranging.ts';
import { Library } from './library.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { UndoStack } from './undo.svelte.ts';

/** An engine that notes what it is asked for, and takes each deed back by its number. */
function openArranging() {
  const asked: string[] = [];
  let deeds = 0;
  const deed = (name: string) => (input: object) => {
    const { ids, undo } = input as { ids?: string[]; undo?: string };
    asked.push(`${name} ${undo ?? ids?.length ?? ''}`.trim());
    deeds += 1;
    return Promise.resolve({ changed: ids?.length ?? 1, undo: `${deeds}-${deeds}` });
  };
  const service = {
    ...{ rate: deed('rate'), tag: deed('tag'), addToBoard: deed('add'), undo: deed('undo') },
    createBoard: async (input: object) => {
      const { undo } = await deed('create')(input);
      return { undo, board: { id: 'made' } };
    },
    label: ({ label }: { label: string | null }) => deed(`label ${label}`)({}),
    untag: () => Promise.resolve({ changed: 0 }),
  } as unknown as StudioService;
  const undo = new UndoStack();
  const toasts = new Toasts();
  const library = new Library(service, toasts);
  const arranging = new Arranging(service, library, undo, toasts);
  return { arranging, library, asked, undo, toasts };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => portraitId(n));

it('does what is about more portraits than a call takes in several, and takes all back as one', async () => {
  const { arranging, asked, undo, toasts } = openArranging();
  await arranging.rate(many(100_001), 4);
  expect(toasts.items.map(({ text }) => text)).toEqual(['100,001 portraits rated 4 stars.']);
  await undo.undo();
  await undo.redo();
  expect(asked).toEqual(['rate 100000', 'rate 1', 'undo 2-2', 'undo 1-1', 'undo 4-4', 'undo 3-3']);
  expect(undo.redoLabel).toBeNull();
});

it('makes a board with portraits on it, and unmakes it the other way round', async () => {
  const { arranging, asked, undo } = openArranging();
  await arranging.createBoard('Series', null, many(3));
  expect(undo.undoLabel).toBe('board “Series”');
  await undo.undo();
  expect(asked).toEqual(['create', 'add 3', 'undo 2-2', 'undo 1-1']);
});

it('is no step of the history where nothing was changed, and says nothing of one portrait', async () => {
  const { arranging, undo, toasts } = openArranging();
  await arranging.untag(many(5), 'sea');
  expect(undo.undoLabel).toBeNull();
  await arranging.tag(many(1), 'sea');
  expect(undo.undoLabel).toBe('1 portrait tagged “sea”');
  expect(toasts.items).toEqual([]);
});

it('takes a label off where all that are known bear it', async () => {
  const { arranging, library, asked } = openArranging();
  await arranging.toggleLabel(many(3), 'red');
  library.take({ ...stubPortrait(1), label: 'red' });
  await arranging.toggleLabel(many(3), 'red');
  await arranging.toggleLabel(many(3), 'blue');
  expect(asked).toEqual(['label red', 'label null', 'label blue']);
});
