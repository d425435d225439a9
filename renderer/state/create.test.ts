import './test-window.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { GenerateEvent, GenerateRequest } from '../../electron/contract/draw.ts';
import { StudioError } from '../../electron/contract/errors.ts';
import type { Task } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { Create } from './create.svelte.ts';
import { LibraryActions } from './library-actions.ts';
import { Library } from './library.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { UndoStack } from './undo.svelte.ts';

/** A studio whose portraits land when the test says so. */
function openCreate(isAtEasel = () => true) {
  let land: (event: GenerateEvent) => void = () => {};
  let end: (failure?: Error) => void = () => {};
  const asked: GenerateRequest[] = [];
  const service = {
    generate: (
      request: GenerateRequest,
      { onEvent, signal }: { onEvent: typeof land; signal: AbortSignal },
    ) => {
      asked.push(request);
      land = onEvent;
      return new Promise<void>((resolve, reject) => {
        end = (failure) => (failure ? reject(failure) : resolve());
        signal.addEventListener('abort', () => reject(new StudioError('cancelled', 'Cancelled.')));
      });
    },
    trash: () => Promise.resolve({ changed: 1, undo: '1-1' }),
    undo: () => Promise.resolve({ changed: 1, undo: '2-2' }),
  } as unknown as StudioService;
  const undo = new UndoStack();
  const toasts = new Toasts();
  const library = new Library(service, toasts);
  const actions = new LibraryActions(service, library, undo, toasts);
  const settings = new Settings(undo, () => null);
  const create = new Create(service, library, settings, undo, isAtEasel);
  const begin = (count: number, words = 'a sailor') => {
    create.field.setCount(count);
    create.field.setPrompt(words);
    return create.generate();
  };
  return {
    ...{ create, library, settings, undo, toasts, asked, begin },
    land: (n: number, index: number, clipScore: number | null = 0.25) =>
      land({ kind: 'portrait', index, generation: { ...stubPortrait(n), clipScore } }),
    advance: (task: Task, done: number, total: number) =>
      land({ kind: 'advanced', task, done, total, remainingMs: 1_000 }),
    end: (failure?: Error) => end(failure),
    trash: (n: number) =>
      actions.trash([portraitId(n)], () => create.easel.forget([portraitId(n)])),
  };
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

it('misses words until there are some, however many', async () => {
  const { create } = openCreate();
  create.field.setPrompt('  ');
  await create.generate();
  expect(create.error?.code).toBe('prompt-empty');
  create.field.setPrompt(' ');
  expect(create.error?.code).toBe('prompt-empty');
  create.field.setPrompt('long'.repeat(5_000));
  expect(create.error).toBeNull();
});

describe('a run', () => {
  it('counts portraits, and nothing of what comes before them', async () => {
    const { create, begin, advance, end } = openCreate();
    const run = begin(16);
    advance('verify-pack', 94_058, 100_278);
    advance('load-models', 9, 10);
    expect(create.run).toMatchObject({ done: 0, count: 16, remainingMs: null });
    advance('render', 5, 16);
    expect(create.run).toMatchObject({
      ...{ id: 1, kind: '', words: 'a sailor', count: 16 },
      ...{ done: 5, remainingMs: 1_000 },
    });
    end();
    await run;
    expect(create.run).toBeNull();
  });

  it('keeps every candidate when one of them is deleted while others are drawn', async () => {
    const { create, begin, land, end, trash } = openCreate();
    const run = begin(3);
    land(1, 0);
    await trash(1);
    land(2, 1);
    land(3, 2);
    end();
    await run;
    expect(create.easel.slots).toEqual([portraitId(2), portraitId(3)]);
    expect(create.easel.current?.id).toBe(portraitId(2));
  });

  it('goes on when an earlier step is taken back meanwhile', async () => {
    const { create, undo, begin, land, end } = openCreate();
    const first = begin(1);
    land(1, 0);
    end();
    await first;
    const second = begin(3);
    land(2, 0);
    await undo.undo();
    land(3, 1);
    land(4, 2);
    end();
    await second;
    expect(create.easel.slots).toEqual([2, 3, 4].map(portraitId));
  });

  it('ends where the artist is by then, and with what they have selected', async () => {
    const { create, library, begin, land, end } = openCreate();
    for (const n of [7, 8]) library.take(stubPortrait(n));
    const nothing = begin(1);
    create.easel.choose(portraitId(7));
    end();
    await nothing;
    expect(create.easel.current?.id).toBe(portraitId(7));
    const run = begin(2);
    land(1, 0);
    land(2, 1);
    for (const n of [7, 8]) library.selection.toggle(portraitId(n));
    const { ids: selection } = library.selection;
    end();
    await run;
    expect(library.selection.ids).toEqual(selection);
    expect(selection).toContain(portraitId(8));
  });

  it('leaves the selection alone when the artist is elsewhere', async () => {
    let isAtEasel = true;
    const { library, begin, land, end } = openCreate(() => isAtEasel);
    const run = begin(2);
    isAtEasel = false;
    for (const n of [7, 8]) library.take(stubPortrait(n));
    library.selection.select(portraitId(7));
    library.selection.extendTo(portraitId(8));
    land(1, 0);
    end();
    await run;
    expect(library.selection.ids).toEqual([portraitId(8), portraitId(7)]);
  });
});

describe('the queue', () => {
  /** Words of what is drawn and of what waits. */
  const wordsOf = (create: Create) => create.queue.runs.map(({ words }) => words);
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  it('takes what is asked for while something is drawn, and loses nothing of it', async () => {
    const { create, library, begin, land, end, asked } = openCreate();
    const first = begin(2, 'a sailor');
    land(1, 0);
    const second = begin(1, 'a chef');
    expect(asked).toHaveLength(1);
    expect(wordsOf(create)).toEqual(['a sailor', 'a chef']);
    land(2, 1);
    end();
    await first;
    await expect.poll(() => asked.length).toBe(2);
    expect(asked.map(({ origin }) => 'prompt' in origin && origin.prompt)).toEqual([
      'a sailor',
      'a chef',
    ]);
    land(3, 0);
    end();
    await second;
    expect([1, 2, 3].map((n) => library.portrait(portraitId(n))?.id)).toEqual(
      [1, 2, 3].map(portraitId),
    );
    expect(create.easel.current?.id).toBe(portraitId(3));
    expect(create.run).toBeNull();
  });

  it('draws with the seed and the words of when it was asked', async () => {
    const { create, settings, begin, end, asked } = openCreate();
    const first = begin(1, 'a sailor');
    const second = begin(1, 'a chef');
    const { seed } = settings;
    create.field.setPrompt('a queen');
    settings.roll();
    end();
    await first;
    await turn();
    expect(asked[1]).toMatchObject({ origin: { prompt: 'a chef' }, settings: { seed } });
    end();
    await second;
  });

  it('is put into another order, but for what is drawn', async () => {
    const { create, begin } = openCreate();
    for (const words of ['a', 'b', 'c', 'd']) void begin(1, words);
    const [a, b, , d] = create.queue.runs;
    create.queue.move(d!.id, 0);
    expect(wordsOf(create)).toEqual(['a', 'd', 'b', 'c']);
    create.queue.move(b!.id, 2);
    expect(wordsOf(create)).toEqual(['a', 'd', 'c', 'b']);
    create.queue.move(a!.id, 1);
    create.queue.move(b!.id, 3);
    create.queue.move(b!.id, -1);
    expect(wordsOf(create)).toEqual(['a', 'd', 'c', 'b']);
  });

  it('cancels one: what was drawn of it stays, and the next comes', async () => {
    const { create, library, begin, land, asked } = openCreate();
    const first = begin(3, 'a');
    const second = begin(1, 'b');
    void begin(1, 'c');
    land(1, 0);
    create.queue.cancel(create.queue.runs[1]!.id);
    await second;
    create.cancel();
    await first;
    await turn();
    expect(asked.map(({ origin }) => 'prompt' in origin && origin.prompt)).toEqual(['a', 'c']);
    expect(library.portrait(portraitId(1))).toBeDefined();
    expect(create.error).toBeNull();
  });

  it('goes on with one that was stopped, where it was', async () => {
    const { create, begin, advance, end, asked } = openCreate();
    const run = begin(600);
    advance('render', 2, 600);
    const left = create.cancel();
    expect(left).toMatchObject({ done: 2, count: 600 });
    await run;
    expect(create.cancel()).toBeNull();
    create.goOn(left!);
    expect(asked[1]).toEqual({ ...asked[0], resume: true });
    expect(create.run).toMatchObject({ done: 2, count: 600 });
    end();
    await expect.poll(() => create.run).toBeNull();
  });

  it('cancels all', async () => {
    const { create, begin, asked } = openCreate();
    const all = ['a', 'b', 'c'].map((words) => begin(1, words));
    create.queue.cancelAll();
    await Promise.all(all);
    expect(asked).toHaveLength(1);
    expect(create.queue.runs).toEqual([]);
  });

  it('waits when one broke off, until the artist goes on or asks for more', async () => {
    const { create, begin, end, asked } = openCreate();
    const first = begin(1, 'a');
    void begin(1, 'b');
    end(new StudioError('disk-full', 'There is no room.'));
    await first;
    await turn();
    expect(asked).toHaveLength(1);
    expect(create.error?.code).toBe('disk-full');
    expect(create.queue.isPaused).toBe(true);
    create.queue.resume();
    expect(asked).toHaveLength(2);
    end(new StudioError('disk-full', 'There is no room.'));
    await turn();
    const third = begin(1, 'c');
    expect(create.error).toBeNull();
    end();
    await third;
  });
});

describe('a window that is loaded anew', () => {
  it('has the queue again, which goes on where it was once the artist says so', async () => {
    const before = openCreate();
    void before.begin(4, 'a');
    before.advance('render', 1, 4);
    void before.begin(2, 'b');
    const { create, asked, advance, end } = openCreate();
    expect(create.resumeQueue()).toEqual({ done: 1, count: 6 });
    expect(create.queue.isPaused).toBe(true);
    expect(asked).toEqual([]);
    create.queue.resume();
    expect(asked).toEqual([{ ...before.asked[0], resume: true }]);
    // The one that is there is told of, and three are drawn.
    advance('render', 1, 3);
    expect(create.run).toMatchObject({ words: 'a', done: 2, count: 4 });
    end();
    await expect.poll(() => create.run?.words).toBe('b');
    end();
    await expect.poll(() => create.run).toBeNull();
    expect(openCreate().create.resumeQueue()).toBeNull();
  });

  it('goes on before what the artist asks for then', async () => {
    void openCreate().begin(1, 'a');
    const { create, begin, asked } = openCreate();
    create.resumeQueue();
    void begin(1, 'b');
    expect(asked).toMatchObject([{ origin: { prompt: 'a' } }]);
    expect(create.queue.waiting).toMatchObject([{ words: 'b' }]);
  });
});

describe('the best portrait', () => {
  it('takes the easel as soon as it is known', async () => {
    const { create, begin, land, end } = openCreate();
    const run = begin(3);
    const after = (n: number, index: number, score: number | null) => {
      land(n, index, score);
      return create.easel.current?.id;
    };
    expect(after(1, 0, 0.39)).toBe(portraitId(1));
    expect(after(2, 1, 0.78)).toBe(portraitId(2));
    expect(after(3, 2, 0.5)).toBe(portraitId(2));
    end();
    await run;
  });

  it('is the first where nobody scores', async () => {
    const { create, begin, land, end } = openCreate();
    const run = begin(2);
    land(1, 0, null);
    land(2, 1, null);
    expect(create.easel.current?.id).toBe(portraitId(1));
    end();
    await run;
  });

  it.each([
    ['chosen another one', (create: Create) => create.easel.choose(portraitId(7))],
    ['chosen the one that is there', (create: Create) => create.easel.choose(portraitId(1))],
    ['moved a slider', (create: Create) => create.easel.claim()],
  ])('takes it from nobody who has %s meanwhile', async (_, act) => {
    const { create, library, begin, land, end } = openCreate();
    library.take(stubPortrait(7));
    const run = begin(2);
    land(1, 0, 0.1);
    act(create);
    const wanted = create.easel.current?.id;
    land(2, 1, 0.9);
    expect(create.easel.current?.id).toBe(wanted);
    end();
    await run;
  });
});

describe('a deleted portrait', () => {
  it('comes back to the easel by its own toast, whatever was done since', async () => {
    const { create, undo, toasts, begin, land, end, trash } = openCreate();
    const run = begin(2);
    land(1, 0);
    land(2, 1);
    end();
    await run;
    await trash(1);
    expect(create.easel.current?.id).toBe(portraitId(2));
    create.field.setPrompt('a sailor at sea');
    toasts.items.at(-1)?.action?.run();
    await expect.poll(() => create.easel.slots).toEqual([portraitId(1), portraitId(2)]);
    expect(create.easel.current?.id).toBe(portraitId(1));
    expect(create.field.prompt).toBe('a sailor at sea');
    expect(undo.undoLabel).toBe('words');
  });

  it('leaves its neighbour selected, for the next key', () => {
    const { library } = openCreate();
    for (const n of [1, 2, 3]) library.take(stubPortrait(n));
    library.selection.select(portraitId(3));
    library.take({ ...stubPortrait(3), trashedAt: 1 });
    expect(library.selection.ids).toEqual([portraitId(2)]);
    library.take({ ...stubPortrait(2), trashedAt: 1 });
    expect(library.selection.ids).toEqual([portraitId(1)]);
  });
});

it('keeps the best also of variations and children, where they have words', async () => {
  const { create, library, settings, asked, end } = openCreate();
  library.take(stubPortrait(1));
  library.take(stubPortrait(2));
  library.take({ ...stubPortrait(3), prompt: 'a chef' });
  settings.set({ bestOf: 4 });
  create.field.setCount(2);
  create.easel.choose(portraitId(1));
  const draw = async (run: () => Promise<unknown>) => {
    const done = run();
    end();
    await done;
    return asked.at(-1);
  };
  const child = (...parents: string[]) => ({
    ...{ kind: 'breed' as const, parents, weights: [0.5, 0.5], how: 'cross' as const, spread: 0.5 },
  });
  await expect(draw(() => create.moreLikeThis())).resolves.toMatchObject({ bestOf: 8 });
  await expect(
    draw(() => create.breed(child(portraitId(1), portraitId(2)))),
  ).resolves.toMatchObject({
    bestOf: 8,
  });
  const mixed = await draw(() => create.breed(child(portraitId(1), portraitId(3))));
  expect(mixed).not.toHaveProperty('bestOf');
});

describe('words that say more', () => {
  it('make several prompts in one run, with what is to be left out', async () => {
    const { create, asked, begin, land, end } = openCreate();
    create.field.setWithout(' a hat ');
    const drawing = begin(2, '{red|blue|green} hair\n(a beard:1.3)');
    expect(create.field.reading.texts).toEqual(['red hair', 'blue hair', 'green hair', 'a beard']);
    expect(create.run).toMatchObject({ count: 8 });
    expect(create.easel.slots).toHaveLength(8);
    expect(asked[0]).toMatchObject({ count: 2, settings: { markup: true, without: 'a hat' } });
    land(1, 7);
    end();
    await drawing;
    expect(create.easel.candidates).toEqual([portraitId(1)]);
  });

  it('are not drawn as long as they cannot be read', async () => {
    const { create, asked, begin } = openCreate();
    await begin(2, 'a {red|blue');
    expect(create.field.reading.error).toMatchObject({ code: 'prompt-invalid' });
    expect([create.field.isReady, asked.length]).toEqual([false, 0]);
    create.field.setPrompt('a {red|blue}');
    expect(create.field.isReady).toBe(true);
  });

  it('leave the words of a portrait that others are drawn around as they are', async () => {
    const { create, asked, end } = openCreate();
    create.field.setWithout('a hat');
    create.field.setPrompt('{unread');
    create.field.setBase({ kind: 'variation', of: portraitId(1) });
    const drawing = create.generate();
    end();
    await drawing;
    expect(asked[0]?.settings).not.toHaveProperty('markup');
    expect(asked[0]?.settings).not.toHaveProperty('without');
  });
});

it('keeps a style in every run, and not in the words of the field', async () => {
  const { create, asked, begin, undo } = openCreate();
  create.field.setStyle('ink');
  void begin(2, 'a hill\na {red|blue} sky');
  expect(asked[0]?.origin).toEqual({
    ...{ kind: 'prompt', prompt: 'a hill, (ink:1.5)\na {red|blue} sky, (ink:1.5)' },
  });
  expect(create.field.prompt).toBe('a hill\na {red|blue} sky');
  expect(create.field.history.latest).toEqual(['a hill\na {red|blue} sky']);
  create.field.take({ prompt: 'a tree', style: 'oil' });
  expect(create.field.drawn).toBe('a tree, (oil:1.5)');
  await undo.undo();
  expect(create.field.drawn).toContain('(ink:1.5)');
});
