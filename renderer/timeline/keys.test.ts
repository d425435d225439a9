import { describe, expect, it } from 'vitest';
import {
  beginOf,
  firstKeys,
  insertKey,
  type Key,
  moveKey,
  removeKey,
  reorderKeys,
} from './keys.ts';

const words = (prompt: string) => ({ kind: 'prompt' as const, prompt });

/** a, b and c, two seconds apart. */
function three(): Key[] {
  const [a, b] = firstKeys() as [Key, Key];
  return insertKey(
    [
      { ...a, slot: words('a') },
      { ...b, slot: words('b') },
    ],
    1,
    words('c'),
  );
}

const text = (keys: readonly Key[]) =>
  keys.map(({ slot }) => (slot.kind === 'prompt' ? slot.prompt : slot.kind)).join('');
const times = (keys: readonly Key[]) => keys.map((_, index) => beginOf(keys, index));

describe('key-frames', () => {
  it('are added after one, with its path and easing, and told apart', () => {
    const keys = insertKey(three().with(0, { ...three()[0]!, easing: 'out' }), 0, words('x'));
    expect(text(keys)).toBe('axbc');
    expect(keys[1]).toMatchObject({ easing: 'out', seconds: 2 });
    expect(new Set(keys.map(({ id }) => id)).size).toBe(4);
  });

  it('are removed without a change of the others’ times, and two always stay', () => {
    const keys = removeKey(three(), 1);
    expect([text(keys), times(keys)]).toEqual(['ac', [0, 4]]);
    expect(text(removeKey(keys, 0))).toBe('ac');
    expect(times(removeKey(three(), 0))).toEqual([0, 2]);
  });

  it('change places, and the times stay', () => {
    const keys = moveKey(three(), 1, 1, false);
    const turned = reorderKeys(keys, 2, 0);
    expect([text(turned), times(turned)]).toEqual(['cab', [0, 1, 4]]);
    expect(text(reorderKeys(keys, 0, -1))).toBe('abc');
  });

  it('move between their neighbours', () => {
    expect(times(moveKey(three(), 1, 3.456, false))).toEqual([0, 3.46, 4]);
    expect(times(moveKey(three(), 1, 99, false))).toEqual([0, 3.9, 4]);
    expect(times(moveKey(three(), 1, -5, false))).toEqual([0, 0.1, 4]);
    expect(times(moveKey(three(), 0, 3, false))).toEqual([0, 2, 4]);
  });

  it('at the end make the whole longer', () => {
    expect(times(moveKey(three(), 2, 10, false))).toEqual([0, 2, 10]);
    expect(times(moveKey(three(), 2, 10, true))).toEqual([0, 2, 5.9]);
    expect(moveKey(three(), 3, 10, true)[2]).toMatchObject({ seconds: 6 });
  });
});
