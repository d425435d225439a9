import '../state/test-window.ts';
import { expect, it } from 'vitest';
import type { Studio } from '../state/studio.svelte.ts';
import { KeyBindings } from '../palette/key-bindings.svelte.ts';
import { standByKey } from './stand-by-key.ts';

it('keys star and rate the portrait that is looked at, and others are left to who is next', () => {
  const done: string[] = [];
  const studio = {
    keys: new KeyBindings(),
    attempt: (work: () => unknown) => work(),
    actions: { toggleStar: ([id]: string[]) => done.push(`star ${id}`) },
    arranging: { rate: ([id]: string[], rating: number) => done.push(`rate ${id} ${rating}`) },
  } as unknown as Studio;
  const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  const press = (key: string, modifiers = {}) =>
    standByKey({ ...plain, ...modifiers, key } as KeyboardEvent, studio, 'x');
  // With Caps Lock it is the same key; with Shift it is another one.
  for (const key of ['s', 'S', '0', '5']) expect(press(key)).toBe(true);
  expect(done).toEqual(['star x', 'star x', 'rate x 0', 'rate x 5']);
  for (const key of ['6', 'Delete']) expect(press(key)).toBe(false);
  expect(press('S', { shiftKey: true })).toBe(false);
  expect(done).toHaveLength(4);
});
