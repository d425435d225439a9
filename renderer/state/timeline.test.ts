import './test-window.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type PreviewRequest, previewRequestSchema } from '../../electron/contract/draw.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { Playhead } from './playhead.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { Timeline } from './timeline.svelte.ts';
import { slowMachine } from './test-speed.ts';
import { UndoStack } from './undo.svelte.ts';

/** Side of small frames: one is 3 MB. */
const SIDE = 1_000;

function openTimeline() {
  const asked: PreviewRequest[] = [];
  const preview = (request: PreviewRequest) => {
    asked.push(request);
    const pixels = new Uint8Array(request.size === 'small' ? 3 * SIDE * SIDE : 3);
    return Promise.resolve({ width: SIDE, height: SIDE, pixels, provisional: false });
  };
  const undo = new UndoStack();
  const pack = { id: 'tiny', version: '1.0.0' };
  const measure = () => Promise.resolve({});
  const service = { preview, measure } as unknown as StudioService;
  const settings = new Settings(undo, () => null);
  const timeline = new Timeline(settings, undo);
  const playhead = new Playhead(service, timeline, settings, slowMachine(), () => pack);
  const [first, second] = timeline.keys;
  const type = (id: number, prompt: string) => {
    for (let end = 1; end <= prompt.length; end++) {
      timeline.setKey(id, { slot: { kind: 'prompt', prompt: prompt.slice(0, end) } });
    }
  };
  return { timeline, playhead, asked, undo, type, first: first!.id, second: second!.id };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', () => 0);
  localStorage.clear();
});

describe('words that are being typed', () => {
  it('are drawn once the hand rests, and not at every letter', async () => {
    const { playhead, asked, type, first, second } = openTimeline();
    playhead.refresh();
    type(first, 'a sailor');
    type(second, 'a chef');
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(400);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ from: { prompt: 'a sailor' }, to: { prompt: 'a chef' } });
  });

  it('are not drawn where nobody sees them', async () => {
    const { playhead, asked, undo, type, first, second } = openTimeline();
    type(first, 'a sailor');
    type(second, 'a chef');
    playhead.refresh();
    playhead.rest();
    const before = asked.length;
    await undo.undo();
    await vi.runAllTimersAsync();
    expect(asked).toHaveLength(before);
  });
});

it('asks for the picture of a key-frame as the engine takes it, however many words it has', async () => {
  const { timeline, playhead, asked } = openTimeline();
  const slot = { kind: 'prompt', prompt: 'a sailor with a red beard '.repeat(10) } as const;
  timeline.setKey(timeline.keys[0]!.id, { slot });
  const [first] = timeline.keys;
  const drawn = await playhead.drawKey(first!, new AbortController().signal);
  expect(asked.map((request) => previewRequestSchema.safeParse(request).error)).toEqual([
    undefined,
  ]);
  expect(await playhead.drawKey(first!, new AbortController().signal)).toBe(drawn);
});

it('draws no more ahead than memory holds, and says how much that is', async () => {
  const { timeline, playhead, asked, type, first, second } = openTimeline();
  type(first, 'a sailor');
  type(second, 'a chef');
  playhead.refresh();
  await vi.runAllTimersAsync();
  const ahead = new Set(asked.map(({ position }) => position));
  expect(timeline.frames * 3 * SIDE * SIDE).toBeGreaterThan(128_000_000);
  expect(ahead.size).toBeLessThan(timeline.frames);
  expect(playhead.ahead.progress).toBeGreaterThan(0.3);
  expect(playhead.ahead.progress).toBeLessThan(1);
});
