import './test-window.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PreviewRequest } from '../../electron/contract/draw.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { Playhead } from './playhead.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { slowMachine } from './test-speed.ts';
import { Timeline } from './timeline.svelte.ts';
import { UndoStack } from './undo.svelte.ts';

const frame = { width: 1, height: 1, pixels: new Uint8Array(3), provisional: false };
/** What the screen's next frame does. */
let next: FrameRequestCallback;

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    next = callback;
    return 1;
  });
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});
afterEach(() => void vi.unstubAllGlobals());

/** A loop of two key-frames, two seconds each way. */
function openLoop() {
  const asked: PreviewRequest[] = [];
  const service = {
    preview: (request: PreviewRequest) => {
      asked.push(request);
      return Promise.resolve(frame);
    },
  } as unknown as StudioService;
  const undo = new UndoStack();
  const settings = new Settings(undo, () => null);
  const timeline = new Timeline(settings, undo);
  timeline.set({ loop: true, even: false });
  timeline.keys.forEach(({ id }, n) =>
    timeline.setKey(id, { slot: { kind: 'prompt', prompt: `${n}` } }),
  );
  const playhead = new Playhead(service, timeline, settings, slowMachine(), () => null);
  return { timeline, playhead, asked };
}

it('plays a loop past its end without a seam: every frame once, the first after the last', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const { timeline, playhead } = openLoop();
  playhead.refresh();
  playhead.togglePlay();
  const seen: number[] = [];
  for (let tick = 0; tick < 2 * timeline.frames + 3; tick++) {
    // Within the frame, where rounding cannot tell.
    next((1_000 * (tick + 0.5)) / timeline.fps);
    seen.push(playhead.index);
  }
  const once = Array.from({ length: timeline.frames }, (_, index) => index);
  expect(seen).toEqual([...once, ...once, 0, 1, 2]);
  expect(playhead.isPlaying).toBe(true);
  playhead.rest();
  now.mockRestore();
});

it('goes on by the frames of an output where the window has none, and only there', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const { playhead, timeline } = openLoop();
  playhead.refresh();
  playhead.togglePlay();
  now.mockReturnValue(500);
  playhead.pulse();
  expect(playhead.index).toBe(0);
  vi.stubGlobal('document', { hidden: true });
  playhead.pulse();
  expect(playhead.index).toBe(timeline.fps / 2);
  playhead.rest();
  now.mockReturnValue(900);
  playhead.pulse();
  expect(playhead.index).toBe(timeline.fps / 2);
  now.mockRestore();
});
