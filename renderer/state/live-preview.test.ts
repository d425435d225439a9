import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelled, StudioError } from '../../electron/contract/errors.ts';
import type { FrameSize } from '../../electron/contract/draw.ts';
import './test-window.ts';
import { LivePreview } from './live-preview.svelte.ts';
import { FrameSpeed } from './frame-speed.svelte.ts';
import { slowMachine } from './test-speed.ts';

const frameOf = (n: number, provisional = false) => ({
  ...{ width: n, height: 1, pixels: new Uint8Array(3 * n), provisional },
});

/** A preview whose frames are as wide as the value; `fails` breaks the next ones. */
function openPreview(speed = slowMachine()) {
  const asked: [value: number, size: FrameSize][] = [];
  const channels = new Set<string>();
  const harness = {
    fails: null as StudioError | null,
    onFrame: vi.fn<(value: number, settled: boolean) => void>(),
    onFail: vi.fn<() => void>(),
  };
  const preview = new LivePreview<number>({
    name: 'test',
    speed,
    draw: async (value, { channel, size }, signal) => {
      asked.push([value, size]);
      channels.add(channel);
      await new Promise((resolve) => setTimeout(resolve, 10));
      signal.throwIfAborted();
      if (harness.fails) throw harness.fails;
      return frameOf(value, size === 'small');
    },
    onFrame: (value, settled) => harness.onFrame(value, settled),
    onFail: () => harness.onFail(),
  });
  return { preview, asked, channels, harness };
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});

describe('a live preview', () => {
  it('draws small while the hand moves and full where it rests, the newest first', async () => {
    const { preview, asked, channels, harness } = openPreview();
    for (const value of [1, 2, 3]) preview.request(value, false);
    preview.request(4, true);
    await vi.runAllTimersAsync();
    expect(asked).toEqual([
      [1, 'small'],
      [4, 'full'],
    ]);
    expect(harness.onFrame.mock.calls).toEqual([
      [1, false],
      [4, true],
    ]);
    expect(channels).toEqual(new Set([preview.channel]));
    expect(preview).toMatchObject({ value: 4, isProvisional: false, error: null });
  });

  it('draws full frames all along where the machine keeps up, and says that it draws', async () => {
    const { preview, asked } = openPreview(new FrameSpeed(() => 'quick'));
    preview.follow(1);
    expect(preview.isDrawing).toBe(true);
    await vi.runAllTimersAsync();
    expect(asked).toEqual([
      [1, 'full'],
      [1, 'full'],
    ]);
    expect(preview.isDrawing).toBe(false);
  });

  it('finds out by itself when a value has come to rest', async () => {
    const { preview, asked } = openPreview();
    for (const value of [1, 2, 3]) {
      preview.follow(value);
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(preview).toMatchObject({ value: 3, isProvisional: true });
    await vi.runAllTimersAsync();
    expect(asked.filter(([, size]) => size === 'full')).toEqual([[3, 'full']]);
    expect(preview.isProvisional).toBe(false);
  });

  it('shows nothing more once it was stopped, and nothing at all once it was cleared', async () => {
    const { preview } = openPreview();
    preview.show(frameOf(7), 7, true);
    preview.follow(1);
    preview.stop();
    await vi.runAllTimersAsync();
    expect(preview.value).toBe(7);
    preview.request(1, true);
    preview.clear();
    await vi.runAllTimersAsync();
    expect(preview).toMatchObject({ frame: null, value: null, error: null });
  });

  it('goes on with what is asked for right after it was cleared', async () => {
    const { preview } = openPreview();
    preview.request(1, false);
    preview.clear();
    preview.request(2, false);
    await vi.runAllTimersAsync();
    expect(preview.value).toBe(2);
  });
});

describe('what goes wrong', () => {
  it('is told until the next frame; what was overtaken is not', async () => {
    const { preview, harness } = openPreview();
    harness.fails = new StudioError('superseded', 'A newer frame was asked for.');
    preview.request(1, true);
    await vi.runAllTimersAsync();
    preview.fail(cancelled());
    expect(preview.error).toBeNull();
    expect(harness.onFail).not.toHaveBeenCalled();
    harness.fails = new StudioError('pack-not-found', 'No model.');
    preview.request(1, true);
    await vi.runAllTimersAsync();
    expect(preview.error).toMatchObject({ code: 'pack-not-found' });
    expect(harness.onFail).toHaveBeenCalledOnce();
    harness.fails = null;
    preview.request(2, true);
    await vi.runAllTimersAsync();
    expect(preview).toMatchObject({ value: 2, error: null });
  });

  it('is asked for again with the next connection, where it broke off with the last', async () => {
    const { preview, asked, harness } = openPreview();
    harness.fails = new StudioError('disconnected', 'The studio is gone.');
    preview.request(1, true);
    await vi.runAllTimersAsync();
    harness.fails = null;
    preview.retry();
    await vi.runAllTimersAsync();
    expect(preview).toMatchObject({ value: 1, error: null });
    preview.retry();
    await vi.runAllTimersAsync();
    expect(asked).toHaveLength(2);
  });

  it('is not asked for again once nobody wants to see it', async () => {
    const { preview, asked, harness } = openPreview();
    harness.fails = new StudioError('disconnected', 'The studio is gone.');
    preview.request(1, true);
    await vi.runAllTimersAsync();
    preview.stop();
    preview.retry();
    await vi.runAllTimersAsync();
    expect(asked).toHaveLength(1);
  });
});
