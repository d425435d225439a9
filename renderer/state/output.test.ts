import './test-window.ts';
import { afterEach, expect, it, vi } from 'vitest';
import { OUTPUT_CHANNEL, type OutputMessage, type Shown } from '../live/output-messages.ts';
import { OutputView } from '../live/output-view.svelte.ts';
import { Output } from './output.svelte.ts';

const frameOf = (value: number): Shown => ({
  kind: 'frame',
  frame: { width: 1, height: 1, pixels: Uint8Array.of(value, 0, 0) },
});
const pixelOf = (shown: Shown | null) => shown?.kind === 'frame' && shown.frame.pixels[0];

const stop = new AbortController();
afterEach(() => void vi.unstubAllGlobals());

/** The screens' frames, one after the other, for the output. */
function openOutput(name: string) {
  let next: FrameRequestCallback = () => undefined;
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    next = callback;
    return 1;
  });
  const view = new OutputView();
  view.follow(stop.signal, new BroadcastChannel(name));
  return { view, draw: (now: number) => next(now) };
}

function openWindow(name: string, shown: () => Shown | null) {
  const focused: (() => void)[] = [];
  vi.stubGlobal('window', {
    addEventListener: (_: string, notify: () => void) => focused.push(notify),
  });
  vi.stubGlobal('document', { hasFocus: () => false });
  const onPulse = vi.fn();
  const output = new Output({ shown, onPulse });
  output.serve(stop.signal, new BroadcastChannel(name));
  return { output, onPulse, focus: () => focused.forEach((notify) => notify()) };
}

/** What is said on a channel. */
function overhear(name: string): OutputMessage[] {
  const said: OutputMessage[] = [];
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', ({ data }) => said.push(data));
  stop.signal.addEventListener('abort', () => channel.close());
  return said;
}

it('an output shows the latest, as often as it is to draw, and asks for one at a time', async () => {
  const name = `${OUTPUT_CHANNEL}/${crypto.randomUUID()}`;
  let shown: Shown | null = null;
  const said = overhear(name);
  const { view, draw } = openOutput(name);
  const wants = () => said.filter(({ kind }) => kind === 'want').length;
  draw(0);
  await vi.waitFor(() => expect(wants()).toBe(1));
  // Nobody answers: it does not ask again before its patience is over.
  for (let now = 16; now <= 1_000; now += 16) draw(now);
  draw(1_010);
  await vi.waitFor(() => expect(wants()).toBe(2));

  const { output, onPulse } = openWindow(name, () => shown);
  output.setFps(24);
  draw(2_100);
  await vi.waitFor(() => expect(said.at(-1)).toMatchObject({ kind: 'show', serial: null }));
  for (let value = 1; value <= 5; value++) shown = frameOf(value);
  draw(2_110);
  draw(2_120);
  draw(2_142);
  await vi.waitFor(() => expect(pixelOf(view.shown)).toBe(5));
  expect(onPulse).toHaveBeenCalledTimes(2);
  // The same is not sent again.
  draw(2_190);
  await vi.waitFor(() => expect(onPulse).toHaveBeenCalledTimes(3));
  await vi.waitFor(() => expect(said.at(-1)).not.toHaveProperty('shown'));
  // In places that show no one picture it keeps what it has.
  shown = null;
  draw(2_240);
  await vi.waitFor(() => expect(onPulse).toHaveBeenCalledTimes(4));
  expect(pixelOf(view.shown)).toBe(5);
});

it('an output shows the window that had the keyboard last', async () => {
  const name = `${OUTPUT_CHANNEL}/${crypto.randomUUID()}`;
  const { view, draw } = openOutput(name);
  const first = openWindow(name, () => frameOf(1));
  const second = openWindow(name, () => frameOf(2));
  second.focus();
  await new Promise((resolve) => setTimeout(resolve, 20));
  draw(10_000);
  await vi.waitFor(() => expect(pixelOf(view.shown)).toBe(2));
  first.focus();
  await new Promise((resolve) => setTimeout(resolve, 20));
  draw(20_000);
  await vi.waitFor(() => expect(pixelOf(view.shown)).toBe(1));
  stop.abort();
});
