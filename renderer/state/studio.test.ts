import './test-window.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { GenerateRequest } from '../../electron/contract/draw.ts';
import { StudioError } from '../../electron/contract/errors.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import type { Host } from '../host/host.ts';
import { Preferences } from './preferences.svelte.ts';
import { Studio } from './studio.svelte.ts';

/** A window on an engine that draws nothing; `tell` brings news of it. */
function openStudio() {
  let tell: (event: StudioEvent) => void = () => {};
  const trashed = new Set<string>();
  const drawn: GenerateRequest[] = [];
  const service = {
    generate: (request: GenerateRequest) => {
      drawn.push(request);
      return Promise.resolve();
    },
    addReference: ({ bytes }: { bytes: Uint8Array }) =>
      Promise.resolve({ id: `picture ${bytes[0]}` }),
    watch: (_: object, { onEvent }: { onEvent: typeof tell }) => {
      tell = onEvent;
      return new Promise(() => {});
    },
    get: ({ id }: { id: string }) => {
      const known = studio.library.portrait(id) ?? stubPortrait(1);
      return Promise.resolve({ ...known, trashedAt: trashed.has(id) ? 1 : null });
    },
    list: () => Promise.resolve({ items: [], next: null }),
    count: () => Promise.resolve({ count: 0 }),
    trash: ({ ids }: { ids: string[] }) => {
      for (const id of ids) trashed.add(id);
      return Promise.resolve({ changed: ids.length, undo: '1-1' });
    },
    undo: () => {
      trashed.clear();
      return Promise.resolve({ changed: 1, undo: '2-2' });
    },
  } as unknown as StudioService;
  const studio = new Studio({ service } as Host);
  void studio.start(new AbortController().signal);
  studio.library.take(stubPortrait(1));
  const focused: string[] = [];
  vi.spyOn(document, 'querySelector').mockImplementation((selector: string) => {
    focused.push(selector);
    return null;
  });
  const changed = (...ids: string[]) =>
    tell({ kind: 'library', added: [], changed: ids, removed: [] });
  const removed = (...ids: string[]) =>
    tell({ kind: 'library', added: [], changed: [], removed: ids });
  return { studio, drawn, focused, trashed, changed, removed, field: studio.create.field };
}

beforeEach(() => localStorage.clear());

it('asks for new words for a person in an empty field, and one undo brings the others back', async () => {
  const { studio, field } = openStudio();
  field.setPrompt('a sailor');
  studio.samePerson(portraitId(1));
  expect(field.values).toMatchObject({ prompt: '', base: { kind: 'reword', of: portraitId(1) } });
  await studio.undo.undo();
  expect(field.values).toMatchObject({ prompt: 'a sailor', base: null });
});

it('takes the words of a portrait into the field, which can be taken back', async () => {
  const { studio, focused, field } = openStudio();
  field.setPrompt('a sailor');
  studio.takeWords('a chef');
  expect(field.prompt).toBe('a chef');
  await expect.poll(() => focused).toContain('[data-prompt]');
  await studio.undo.undo();
  expect(field.prompt).toBe('a sailor');
});

it('gives the easel the keys when there is something to draw, and leaves the field alone when not', async () => {
  const { studio, focused, field } = openStudio();
  await studio.generate();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(focused).not.toContain('[data-easel]');
  field.setPrompt('a sailor');
  await studio.generate();
  await expect.poll(() => focused).toContain('[data-easel]');
});

it('leaves a portrait on the easel that the artist began to change while others are drawn', () => {
  const { studio } = openStudio();
  const { create, edits } = studio;
  create.easel.choose(portraitId(1));
  edits.begin(portraitId(1));
  const coming = create.easel.expect(2);
  edits.addPhrase({ kind: 'text', to: 'smiling', disentangle: 0.4 });
  create.easel.land(coming, 0, stubPortrait(2));
  expect(create.easel.current?.id).toBe(portraitId(1));
});

describe('what another window takes away', () => {
  /** Three portraits beside each other, the second of them on the easel. */
  function withThree() {
    const window = openStudio();
    const { library, create } = window.studio;
    for (const n of [1, 2, 3]) library.take(stubPortrait(n));
    create.easel.resume([1, 2, 3].map(portraitId), portraitId(2));
    return { ...window, easel: create.easel };
  }

  it('leaves the easel, which moves on', async () => {
    const { easel, trashed, changed, removed } = withThree();
    trashed.add(portraitId(2));
    changed(portraitId(2));
    await expect.poll(() => easel.current?.id).toBe(portraitId(3));
    expect(easel.slots).toEqual([1, 3].map(portraitId));
    removed(portraitId(3));
    await expect.poll(() => easel.current?.id).toBe(portraitId(1));
  });

  it('leaves it also among more than are read one by one', async () => {
    const { easel, trashed, changed } = withThree();
    const many = Array.from({ length: 60 }, (_, n) => portraitId(100 + n));
    trashed.add(portraitId(2));
    changed(portraitId(2), ...many);
    await expect.poll(() => easel.current?.id).toBe(portraitId(3));
  });

  it('is not what this window took away: its undo brings that back, whenever news of it comes', async () => {
    const { studio, easel, trashed, changed } = withThree();
    trashed.add(portraitId(2));
    changed(portraitId(2));
    await expect.poll(() => easel.current?.id).toBe(portraitId(3));
    await studio.trash([portraitId(2)]);
    await studio.undo.undo();
    expect(easel.current?.id).toBe(portraitId(2));
    expect(easel.slots).toEqual([1, 2, 3].map(portraitId));
  });
});

describe('paths through portraits', () => {
  const at = (n: number) => ({ kind: 'portrait', id: portraitId(n) }) as const;

  it('have an empty place where one was deleted for good, and the artist is told', async () => {
    const { studio, trashed, changed, removed } = openStudio();
    const { between, timeline, toasts } = studio;
    between.set({ a: at(1), b: at(2) });
    timeline.add(at(2));
    timeline.add(at(1));
    trashed.add(portraitId(1));
    changed(portraitId(1));
    await expect.poll(() => studio.library.portrait(portraitId(1))?.trashedAt).toBe(1);
    // In the trash it can still be drawn, and put back.
    expect([between.slot('a'), toasts.items]).toEqual([at(1), []]);
    removed(portraitId(1));
    const empty = { kind: 'prompt', prompt: '' };
    await expect.poll(() => between.slot('a')).toEqual(empty);
    expect(between.slot('b')).toEqual(at(2));
    expect(timeline.keys.map(({ slot }) => slot)).toEqual([at(2), empty]);
    expect(toasts.items).toHaveLength(1);
  });
});

describe('pictures that are dropped', () => {
  const files = (n: number) =>
    Array.from(
      { length: n },
      (_, nth) => new File([Uint8Array.of(nth)], `${nth}.png`, { type: 'image/png' }),
    );

  it('are drawn from in turn where they are several, with the words of the field', async () => {
    const { studio, drawn, field } = openStudio();
    field.setPrompt('in a hat');
    field.setCount(2);
    await studio.startFromPictures([...files(2), new File(['read me'], 'notes.txt')]);
    await expect.poll(() => drawn.length).toBe(2);
    expect(drawn.map(({ origin, count }) => [origin, count])).toEqual(
      [0, 1].map((n) => [{ kind: 'image', reference: `picture ${n}`, prompt: 'in a hat' }, 2]),
    );
    expect(field.base).toBeNull();
  });

  it('are not drawn from where they are too many: they may be brought in', async () => {
    const { studio, drawn } = openStudio();
    await studio.startFromPictures(files(33));
    expect(drawn).toEqual([]);
    const [toast] = studio.toasts.items;
    toast?.action?.run();
    expect(studio.view.overlay).toEqual({ kind: 'bring-in' });
    expect(studio.bringingIn.offered).toHaveLength(33);
  });
});

it('draws on the device that was chosen the last time, unless it was started with one', async () => {
  const { studio } = openStudio();
  const asked: unknown[] = [];
  Object.assign(studio.host.service, {
    chooseDevice: ({ device }: { device: string | null }) => {
      asked.push(device);
      return Promise.resolve({ used: null, devices: [], chosen: device, fixed: false });
    },
  });
  await studio.chooseDevice('cpu');
  expect([asked, studio.preferences.device]).toEqual([['cpu'], 'cpu']);
  const status = vi.spyOn(studio.status, 'now', 'get');
  for (const fixed of [false, true]) {
    status.mockReturnValue({ device: { fixed } } as never);
    await studio.connect().catch(() => undefined);
  }
  expect(asked).toEqual(['cpu', 'cpu']);
  await studio.chooseDevice(null);
  expect(new Preferences().device).toBeNull();
});

it('asks before it draws very many, and not about what no run can hold', async () => {
  const { studio, drawn, field } = openStudio();
  field.setCount(4);
  field.setPrompt('{a|b|c|d|e|f|g} {a|b|c|d|e|f|g}');
  await studio.generate();
  expect(drawn).toHaveLength(1);
  expect(studio.view.overlay).toBeNull();
  field.setCount(5);
  await studio.generate();
  expect(drawn).toHaveLength(1);
  const { overlay } = studio.view;
  expect(overlay).toMatchObject({ kind: 'many', count: 245 });
  if (overlay?.kind === 'many') overlay.draw();
  await expect.poll(() => drawn.length).toBe(2);
  studio.view.close();
  // These are too many for one run, as is told below them.
  field.setPrompt('{a|b|c|d|e|f|g} {a|b|c|d|e|f|g} {a|b|c|d|e}');
  expect([studio.create.wanted, studio.create.canDraw]).toEqual([1_225, false]);
  await studio.generate();
  expect(drawn).toHaveLength(2);
  expect(studio.view.overlay).toBeNull();
});

it('says how far drawing was when it is stopped, and goes on by the same toast', async () => {
  const { studio, drawn, field } = openStudio();
  vi.spyOn(studio.host.service, 'generate').mockImplementationOnce(
    (request, to) =>
      new Promise((_, reject) => {
        drawn.push(request);
        to?.signal?.addEventListener('abort', () =>
          reject(new StudioError('cancelled', 'Cancelled.')),
        );
      }),
  );
  studio.stopDrawing();
  expect(studio.toasts.items).toEqual([]);
  field.setPrompt('a sailor');
  field.setCount(16);
  void studio.generate();
  await expect.poll(() => studio.create.run).not.toBeNull();
  studio.stopDrawing();
  const [told] = studio.toasts.items;
  expect(told?.text).toContain('0 of 16 were drawn');
  await expect.poll(() => studio.create.run).toBeNull();
  told?.action?.run();
  expect(drawn).toMatchObject([{ count: 16 }, { count: 16, resume: true }]);
});

it('tells what broke off only until it goes on', () => {
  const { toasts } = openStudio().studio;
  let isPaused = true;
  toasts.warn('Drawing broke off.', undefined, () => isPaused);
  expect(toasts.items).toHaveLength(1);
  isPaused = false;
  expect(toasts.items).toEqual([]);
});

it('tells how long portraits take by the last ones of the pack in use', () => {
  const { studio } = openStudio();
  const { pack, timings } = stubPortrait(1);
  const slowest = Math.max(...Object.values(timings));
  vi.spyOn(studio.library, 'head', 'get').mockReturnValue([portraitId(1)]);
  const inUse = vi.spyOn(studio.status, 'pack', 'get');
  inUse.mockReturnValue(pack as never);
  expect(studio.timeFor(1_000)).toBe(1_000 * slowest);
  inUse.mockReturnValue({ ...pack, version: '9.0.0' } as never);
  expect(studio.timeFor(1_000)).toBeNull();
});
