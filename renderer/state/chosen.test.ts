import './test-window.ts';
import { expect, it } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { Chosen, type ChosenParts } from './chosen.ts';
import { Library } from './library.svelte.ts';
import { ALL } from './source.ts';
import { Toasts } from './toasts.svelte.ts';

/** A library of three portraits, and another one on the easel. */
function openChosen(place: 'create' | 'library') {
  const service = {
    list: () => Promise.resolve({ items: [3, 2, 1].map((n) => stubPortrait(n)), next: null }),
    count: () => Promise.resolve({ count: 3 }),
  } as unknown as StudioService;
  const library = new Library(service, new Toasts());
  const opened: string[] = [];
  const view = { place, open: ({ kind }: { kind: string }) => opened.push(kind) };
  const create = { easel: { current: stubPortrait(9), slots: [] } };
  const chosen = new Chosen({ view, library, create } as unknown as ChosenParts);
  return { chosen, library, opened };
}

it('is in the trash only where the library shows it selected there', async () => {
  const { chosen, library } = openChosen('create');
  await library.show({ ...ALL, query: 'is:trashed' });
  expect(chosen.count).toBe(1);
  expect(chosen.areTrashed).toBe(false);
  library.selection.select(portraitId(2));
  expect(chosen.areTrashed).toBe(true);
  await library.show(ALL);
  library.selection.select(portraitId(2));
  expect(chosen.areTrashed).toBe(false);
});

it.each([null, 1, 2])(
  'looks through several from one of them, with the cursor at %s',
  async (at) => {
    const { chosen, library, opened } = openChosen('library');
    await library.show(ALL);
    library.selection.put([3, 2].map(portraitId), at === null ? null : portraitId(at));
    chosen.openLoupe();
    expect(library.selection.ids).toEqual([3, 2].map(portraitId));
    expect(library.selection.cursor).toBe(portraitId(at === 2 ? 2 : 3));
    expect(opened).toEqual(['loupe']);
  },
);
