import '../state/test-window.ts';
import { beforeEach, expect, it } from 'vitest';
import { KeyBindings } from '../palette/key-bindings.svelte.ts';
import { KEYS } from '../palette/key-table.ts';
import { zoomByKey } from './zoom-keys.ts';
import { Zoom } from './zoom.svelte.ts';
import { levelOf } from './zoom.ts';

const frame = {
  frame: { width: 400, height: 400 },
  picture: { width: 512, height: 512 },
  ratio: 1,
};
const event = (key: string) => ({
  ...{ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false },
});

beforeEach(() => localStorage.clear());

it('a picture is zoomed by the keys that the artist has chosen, and by no others', () => {
  const keys = new KeyBindings();
  const zoom = new Zoom();
  const press = (key: string) => zoomByKey(event(key), zoom, frame, keys);
  const level = () => levelOf(zoom.look, frame);
  const fitted = level();
  expect(press('+')).toBe(true);
  expect(level()).toBeGreaterThan(fitted);
  keys.put(KEYS.closer, 'x');
  expect([press('+'), press('=')]).toEqual([false, false]);
  const before = level();
  expect(press('x')).toBe(true);
  expect(level()).toBeGreaterThan(before);
  expect(keys.label(KEYS.closer)).toBe('X');
});

it('arrows move a picture that is cut, and are left alone where it is not, or with a modifier', () => {
  const keys = new KeyBindings();
  const zoom = new Zoom();
  const right = event('ArrowRight');
  expect(zoomByKey(right, zoom, frame, keys)).toBe(false);
  zoom.to(4, frame);
  expect(zoomByKey(right, zoom, frame, keys)).toBe(true);
  expect(zoomByKey({ ...right, ctrlKey: true }, zoom, frame, keys)).toBe(false);
});
