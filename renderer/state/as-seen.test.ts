import './test-window.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../electron/contract/draw.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import type { Host } from '../host/host.ts';
import { createCommands } from '../palette/commands.ts';
import { Studio } from './studio.svelte.ts';

const PLAIN = portraitId(1);
const KEPT = portraitId(5);
const OTHER = portraitId(2);

/** These are about how a portrait came to be, or take it away with what was done to it. */
const ABOUT_ROWS = ['trash', 'restore', 'tree', 'replay', 'apply-edits'];
/** These are about edits themselves, or about no portrait. */
const OTHERS = [
  'keep-edits',
  'reset-edits',
  'own-directions',
  'undo',
  'redo',
  'surprise',
  'generate',
];

/** A window with an edited portrait on the easel, and what its engine was asked for. */
function openWindow() {
  const asked: { method: string; request: unknown }[] = [];
  const generate = (
    { origin }: GenerateRequest,
    { onEvent }: { onEvent(event: unknown): void },
  ) => {
    if (origin.kind !== 'edit') return Promise.resolve();
    onEvent({ kind: 'portrait', index: 0, generation: { ...stubPortrait(5), parents: [PLAIN] } });
    return Promise.resolve();
  };
  const answers: Record<string, unknown> = {
    previewEdit: { width: 1, height: 1, pixels: new Uint8Array(3) },
    judgeEdits: { gains: [] },
    pictureFile: { file: 'portrait.png' },
  };
  const service = new Proxy({} as StudioService, {
    get: (_, method: string) => (request: unknown, options: never) => {
      asked.push({ method, request });
      if (method === 'generate') return generate(request as GenerateRequest, options);
      return Promise.resolve(answers[method] ?? { changed: 1, undo: '1-1', items: [], count: 0 });
    },
  });
  const shown: string[] = [];
  const host = {
    service,
    showPortrait: (id: string) => Promise.resolve(void shown.push(id)),
    chooseDestination: () => Promise.resolve(null),
    openPicture: () => Promise.resolve(null),
  } as unknown as Host;
  const studio = new Studio(host);
  for (const n of [1, 2]) studio.library.take(stubPortrait(n));
  studio.create.easel.choose(PLAIN);
  studio.edits.begin(PLAIN);
  studio.edits.slide(studio.edits.addPhrase({ kind: 'text', to: 'smiling', disentangle: 0.4 }), 1);
  return { studio, asked, shown };
}

/** All that a command has done something with. */
function acted({ studio, asked, shown }: ReturnType<typeof openWindow>): string {
  const looking = ['previewEdit', 'judgeEdits', 'get', 'list', 'listIds', 'count', 'preview'];
  const done = asked.filter(
    ({ method, request }) =>
      !looking.includes(method) && JSON.stringify(request).includes('"kind":"edit"') === false,
  );
  const { between, timeline, view, breeding, search, create } = studio;
  const reached = [between.values, timeline.keys, view.overlay, breeding.parents];
  return JSON.stringify([done, shown, ...reached, search.like, create.field.base]);
}

beforeEach(() => localStorage.clear());

describe('an edit that is seen and not kept', () => {
  const ids = createCommands(openWindow().studio)
    .filter(({ group }) => !['go', 'window', 'between', 'timeline'].includes(group))
    .filter(({ isPossible }) => isPossible())
    .map(({ id }) => id)
    .filter((id) => ![...ABOUT_ROWS, ...OTHERS].includes(id));

  it('is asked about by every command there is', () => {
    expect(ids).toEqual(
      expect.arrayContaining(['star', 'export', 'to-between', 'rate-5', 'tags', 'more-like-this']),
    );
  });

  it.each(ids)('is what %s acts on', async (id) => {
    const window = openWindow();
    const command = createCommands(window.studio).find((each) => each.id === id);
    await command?.run();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(acted(window)).not.toContain(PLAIN);
  });

  it('is starred as the portrait that it becomes, of which it is the child', async () => {
    const { studio, asked } = openWindow();
    const star = createCommands(studio).find(({ id }) => id === 'star');
    await star?.run();
    expect(asked.find(({ method }) => method === 'star')?.request).toMatchObject({ ids: [KEPT] });
    expect(studio.create.easel.current).toMatchObject({ id: KEPT, parents: [PLAIN] });
    // Back at the parent, whose sliders stand where they stood, it is not kept twice.
    studio.create.easel.choose(PLAIN);
    studio.edits.begin(PLAIN);
    await star?.run();
    expect(asked.filter(({ method }) => method === 'generate')).toHaveLength(1);
    expect(studio.create.easel.current?.id).toBe(KEPT);
  });

  it('is kept once by two commands in a row, and leaves who has gone on where they are', async () => {
    const { studio, asked } = openWindow();
    const commands = createCommands(studio);
    const run = (id: string) => commands.find((each) => each.id === id)?.run();
    const both = [run('star'), run('rate-4')];
    studio.create.easel.choose(OTHER);
    await Promise.all(both);
    expect(asked.filter(({ method }) => method === 'generate')).toHaveLength(1);
    expect(asked.find(({ method }) => method === 'rate')?.request).toMatchObject({ ids: [KEPT] });
    expect(studio.create.easel.current?.id).toBe(OTHER);
  });

  it('is not acted on when it cannot be kept, and the artist is told', async () => {
    const { studio, asked } = openWindow();
    studio.edits.keeping.keep = () => Promise.reject(new Error('no room'));
    await createCommands(studio)
      .find(({ id }) => id === 'star')
      ?.run();
    expect(asked.some(({ method }) => method === 'star')).toBe(false);
    expect(studio.toasts.items).toMatchObject([{ tone: 'bad' }]);
  });
});
