import './test-window.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EditPreviewRequest, Frame, PreviewRequest } from '../../electron/contract/draw.ts';
import { StudioError } from '../../electron/contract/errors.ts';
import type { LiveEvent } from '../../electron/contract/live.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { Between } from './between.svelte.ts';
import { Edits } from './edits.svelte.ts';
import { Live } from './live.ts';
import { Playhead } from './playhead.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { slowMachine } from './test-speed.ts';
import { Timeline } from './timeline.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { UndoStack } from './undo.svelte.ts';

const frame = { width: 1, height: 1, pixels: new Uint8Array(3), provisional: false };
const words = (prompt: string) => ({ kind: 'prompt', prompt }) as const;
const PACK = {
  ...{ id: 'p', version: '1', layers: 4 },
  directions: [
    { id: 'age', title: 'Age', range: [-2, 3], layers: [0, 3] },
    { id: 'a b*', title: 'Odd', range: [0, 1], layers: [0, 3] },
  ],
} as unknown as PackInfo;

/** A window whose engine draws when it is told to. */
function openWindow() {
  const asked: (EditPreviewRequest | PreviewRequest)[] = [];
  const drawing: (() => void)[] = [];
  const draw = (request: EditPreviewRequest | PreviewRequest): Promise<Frame> => {
    asked.push(request);
    return new Promise((resolve) => drawing.push(() => resolve(frame)));
  };
  let tell: (event: LiveEvent) => void = () => undefined;
  const opened: number[] = [];
  const service = {
    ...{ preview: draw, previewEdit: draw, strip: () => Promise.resolve({}) },
    followLive: (_: object, { onEvent }: { onEvent: typeof tell }) => {
      tell = onEvent;
      return new Promise(() => undefined);
    },
    openOsc: ({ port }: { port: number }) => {
      opened.push(port);
      return Promise.resolve({ port, taken: 0, malformed: 0, unknown: 0 });
    },
    closeOsc: () => Promise.resolve({}),
  } as unknown as StudioService;
  const undo = new UndoStack();
  const settings = new Settings(undo, () => PACK);
  const speed = slowMachine();
  const edits = new Edits(service, undo, speed, () => PACK);
  const between = new Between(service, settings, undo, speed);
  const timeline = new Timeline(settings, undo);
  const playhead = new Playhead(service, timeline, settings, speed, () => PACK);
  const toasts = new Toasts();
  const live = new Live(service, { edits, between, timeline, playhead }, toasts);
  return {
    ...{ live, edits, between, timeline, playhead, undo, toasts, asked, drawing, opened },
    tell: (event: LiveEvent) => tell(event),
  };
}

const take = (live: Live, ...values: [address: string, value: number][]) =>
  live.take(values.map(([address, value]) => ({ address: `/clip-flow/${address}`, value })));

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});

describe('values from outside', () => {
  it('move what their address means, no further than its reach', async () => {
    const { live, edits, between, timeline, playhead } = openWindow();
    edits.begin('portrait');
    edits.addPhrase({ kind: 'text', to: 'joy', disentangle: 0.5 });
    timeline.set({ loop: true });
    take(live, ['slider/age', 9], ['slider/a%20b%2A', 0.5], ['slider/phrase/1', -0.25]);
    take(live, ['between/position', -3], ['timeline/time', 1.5]);
    take(live, ['slider/nothing', 1], ['slider/phrase/2', 1]);
    await vi.runAllTimersAsync();
    expect(edits.amount('named/age')).toBe(3);
    expect(edits.amount('named/a b*')).toBe(0.5);
    expect(edits.amount('text//joy')).toBe(-0.25);
    expect(between.position).toBe(0);
    expect(playhead.time).toBeCloseTo(1.5);
    const { all } = live.targets;
    expect(all.map(({ address }) => address.replace('/clip-flow/', ''))).toEqual([
      ...['between/position', 'timeline/time', 'slider/age', 'slider/a%20b%2A', 'slider/phrase/1'],
    ]);
    expect(all[1]).toMatchObject({ min: 0, max: timeline.seconds });
  });

  it('do not pile up: thousands of them are one frame in flight, and the last value next', async () => {
    const { live, edits, asked, drawing, undo } = openWindow();
    edits.begin('portrait');
    for (let i = 1; i <= 3_000; i++) {
      take(live, ['slider/age', i / 1_000], ['slider/a%20b%2A', i / 3_000]);
      if (i % 100 === 0) await vi.advanceTimersByTimeAsync(5);
    }
    await vi.advanceTimersByTimeAsync(20);
    expect(asked).toHaveLength(1);
    drawing[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ edits: [{ amount: 3 }, { amount: 1 }] });
    // All of it is one step.
    await undo.undo();
    expect(edits.amount('named/age')).toBe(0);
    expect(edits.amount('named/a b*')).toBe(0);
    expect(undo.undoLabel).toBeNull();
  });

  it('draw nothing where nobody looks, and exactly once they rest', async () => {
    const { live, between, asked, drawing } = openWindow();
    between.set({ a: words('one'), b: words('two') });
    take(live, ['between/position', 0.25]);
    await vi.runAllTimersAsync();
    expect(between.position).toBe(0.25);
    expect(asked).toEqual([]);
    between.refresh();
    await vi.runAllTimersAsync();
    asked.length = 0;
    take(live, ['between/position', 0.75]);
    await vi.runAllTimersAsync();
    for (const done of drawing.splice(0)) done();
    await vi.runAllTimersAsync();
    for (const done of drawing.splice(0)) done();
    await vi.runAllTimersAsync();
    const own = asked.filter((request) => 'position' in request && request.position === 0.75);
    expect(own.map(({ size }) => size)).toContain('full');
  });

  it('for sliders are nothing while no portrait is on the easel', async () => {
    const { live, edits, undo } = openWindow();
    take(live, ['slider/age', 1]);
    await vi.runAllTimersAsync();
    expect(undo.undoLabel).toBeNull();
    edits.begin('portrait');
    expect(edits.amount('named/age')).toBe(0);
  });

  it('that say where a thumb is already let it come to rest there', async () => {
    const { live, between, playhead, undo } = openWindow();
    for (let i = 0; i < 40; i++) {
      take(live, ['between/position', 0.3], ['timeline/time', 1]);
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(playhead.time).toBeCloseTo(1, 1);
    expect(undo.undoLabel).not.toBeNull();
    await undo.undo();
    expect(between.position).toBe(0.5);
  });

  it('are taken at once in a window that shows no frames', () => {
    const { live, between } = openWindow();
    vi.stubGlobal('document', { hidden: true });
    take(live, ['between/position', 0.125]);
    vi.unstubAllGlobals();
    expect(between.position).toBe(0.125);
  });
});

describe('OSC', () => {
  const state = (port: number | null) =>
    ({ kind: 'state', state: { port, taken: 0, malformed: 0, unknown: 0 } }) as const;

  it('is off until it is allowed, and then again with the next connection', async () => {
    const { live, opened, tell } = openWindow();
    live.osc.follow();
    tell(state(null));
    expect(opened).toEqual([]);
    await live.osc.allow(9_000);
    tell(state(9_000));
    expect(live.osc.isOpen).toBe(true);
    const next = openWindow();
    next.live.osc.follow();
    next.tell(state(null));
    expect(next.opened).toEqual([9_000]);
    await next.live.osc.forbid();
    const last = openWindow();
    last.live.osc.follow();
    last.tell(state(null));
    expect(last.opened).toEqual([]);
  });

  it('that another window forbids is not allowed again by this one', async () => {
    const { live, opened, tell } = openWindow();
    live.osc.follow();
    tell(state(null));
    await live.osc.allow(9_000);
    tell(state(9_000));
    tell(state(null));
    live.osc.follow();
    tell(state(null));
    expect(opened).toEqual([9_000]);
  });

  it('moves what its values mean, and says why it cannot listen', async () => {
    const { live, between, tell, toasts } = openWindow();
    live.osc.follow();
    tell({ kind: 'values', values: [{ address: '/clip-flow/between/position', value: 0.3 }] });
    await vi.runAllTimersAsync();
    expect(between.position).toBe(0.3);
    const service = { openOsc: () => Promise.reject(new StudioError('port-busy', 'Taken.')) };
    const failing = new Live(service as unknown as StudioService, openWindow(), toasts);
    await failing.osc.allow(80);
    expect(toasts.items.at(-1)?.text).toContain('Taken.');
    expect(failing.osc.isOpen).toBe(false);
  });
});
