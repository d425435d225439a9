import './test-window.ts';
import { describe, expect, it } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { Chosen, type ChosenParts } from './chosen.ts';
import { Library } from './library.svelte.ts';
import type { Place } from './places.ts';
import { ALL } from './source.ts';
import { Toasts } from './toasts.svelte.ts';

/** A library of three portraits, and another one on the easel. */
function openChosen(place: Place, showsHistory = place !== 'library' && place !== 'models') {
  const service = {
    list: () => Promise.resolve({ items: [3, 2, 1].map((n) => stubPortrait(n)), next: null }),
    count: () => Promise.resolve({ count: 3 }),
  } as unknown as StudioService;
  const opened: string[] = [];
  const view = { place, showsHistory, open: ({ kind }: { kind: string }) => opened.push(kind) };
  const library = new Library(service, new Toasts(), () => view.place === 'library');
  const onEasel = stubPortrait(9);
  const easel = { current: onEasel, slots: [], arrive: () => library.selection.select(onEasel.id) };
  const chosen = new Chosen({ view, library, create: { easel } } as unknown as ChosenParts);
  return { chosen, library, opened, view };
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

describe('a place acts on what it shows', () => {
  it('what is selected in the library stays there', async () => {
    const { chosen, library, view } = openChosen('library');
    await library.show(ALL);
    library.selection.put([3, 2].map(portraitId));
    expect(chosen.count).toBe(2);
    Object.assign(view, { place: 'create', showsHistory: true });
    expect(chosen.rows).toEqual([portraitId(9)]);
    view.place = 'library';
    expect(chosen.rows).toEqual([3, 2].map(portraitId));
  });

  it.each([
    ['between', false, 0],
    ['timeline', false, 0],
    ['models', false, 0],
    ['create', false, 1],
    ['between', true, 2],
    ['create', true, 2],
  ] as const)('in %s, with the history to be seen: %s', async (place, showsHistory, count) => {
    const { chosen, library } = openChosen(place, showsHistory);
    await library.show(ALL);
    library.selection.put([3, 2].map(portraitId));
    expect(chosen.count).toBe(count);
    expect(chosen.rows).toHaveLength(count);
    expect(chosen.canClear).toBe(showsHistory);
  });

  it('what is on the easel is what is left when the selection is let go of', async () => {
    const { chosen, library } = openChosen('create');
    await library.show(ALL);
    library.selection.put([3, 2].map(portraitId));
    chosen.clear();
    expect(library.selection.ids).toEqual([portraitId(9)]);
    expect(chosen.canClear).toBe(false);
  });
});
