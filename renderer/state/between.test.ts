import './test-window.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../electron/contract/errors.ts';
import type { PreviewRequest, StripRequest } from '../../electron/contract/draw.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { Between } from './between.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { slowMachine } from './test-speed.ts';
import { UndoStack } from './undo.svelte.ts';

const frame = { width: 1, height: 1, pixels: new Uint8Array(3), provisional: false };
const words = (prompt: string) => ({ kind: 'prompt', prompt }) as const;

function openBetween() {
  const asked: PreviewRequest[] = [];
  const strips: StripRequest[] = [];
  const service = {
    preview: (request: PreviewRequest) => {
      asked.push(request);
      return Promise.resolve(frame);
    },
    strip: (request: StripRequest) => {
      strips.push(request);
      return Promise.resolve({});
    },
  } as unknown as StudioService;
  const undo = new UndoStack();
  const between = new Between(service, new Settings(undo, () => null), undo, slowMachine());
  // As the place does when it is entered.
  between.refresh();
  return { between, undo, asked, strips };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', () => 1);
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  localStorage.clear();
});

describe('a path between two ends', () => {
  it('is drawn at the thumb at once, and as ends and stops when the hand rests', async () => {
    const { between, asked, strips } = openBetween();
    between.set({ a: words('a sailor'), b: { kind: 'portrait', id: 'p' }, stops: 3 });
    await vi.runAllTimersAsync();
    // The thumb, and the end that has no picture of its own.
    expect(asked.map(({ position, to }) => [position, to.kind])).toEqual([
      [0.5, 'portrait'],
      [0, 'prompt'],
    ]);
    expect(strips).toMatchObject([{ stops: 3 }]);
    expect(between.strip.stops.map(({ position }) => position)).toEqual([0, 0.5, 1]);
    expect(between.strip.end('a')).toBe(frame);
    expect(between.strip.end('b')).toBeNull();
  });

  it('takes back a whole drag of the thumb at once', async () => {
    const { between, undo } = openBetween();
    for (const position of [0.6, 0.7, 0.8]) between.moveTo(position, false);
    between.moveTo(0.9, true);
    await undo.undo();
    expect(between.position).toBe(0.5);
    await undo.redo();
    expect(between.position).toBe(0.9);
  });

  it('is a timeline of two key-frames to whom makes a film of it', () => {
    const { between } = openBetween();
    expect(between.timeline(3)).toBeNull();
    const a = { kind: 'portrait', id: 'p' } as const;
    between.set({ a, b: words('a chef'), path: 'w', even: true, seed: 5 });
    expect(between.timeline(3)).toEqual({
      keys: [
        { anchor: a, path: 'w', easing: 'linear', seconds: 3 },
        { anchor: { ...words('a chef'), seed: 5 }, path: 'w', easing: 'linear', seconds: 3 },
      ],
      ...{ loop: false, even: true, settings: {} },
    });
  });

  it('plays only while there is something to see', () => {
    const { between } = openBetween();
    between.togglePlay();
    expect(between.isPlaying).toBe(false);
    between.set({ a: words('a sailor'), b: words('a chef') });
    between.togglePlay();
    expect(between.isPlaying).toBe(true);
    between.preview.fail(new StudioError('disk-full', 'There is no room.'));
    expect(between.isPlaying).toBe(false);
  });
});
