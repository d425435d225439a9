import '../state/test-window.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { save } from '../state/saved.ts';
import { KEYS } from './key-table.ts';
import { KeyBindings } from './key-bindings.svelte.ts';

const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
const press = (key: string) => ({ ...plain, key });

beforeEach(() => localStorage.clear());

describe('keys of commands', () => {
  it('are the usual ones until they are changed, and stay changed', () => {
    const keys = new KeyBindings();
    expect(keys.chord(KEYS.star)).toBe('s');
    keys.put(KEYS.star, 'j');
    expect([keys.matches(KEYS.star, press('j')), keys.matches(KEYS.star, press('s'))]).toEqual([
      true,
      false,
    ]);
    const later = new KeyBindings();
    expect([later.chord(KEYS.star), later.isChanged(KEYS.star), later.areUsual]).toEqual([
      'j',
      true,
      false,
    ]);
    later.put(KEYS.star, 's');
    expect([later.isChanged(KEYS.star), later.areUsual]).toEqual([false, true]);
  });

  it('are taken from others, which have none then, and all come back together', () => {
    const keys = new KeyBindings();
    keys.put(KEYS.star, 't', [KEYS.toTimeline]);
    expect([keys.chord(KEYS.star), keys.chord(KEYS.toTimeline)]).toEqual(['t', '']);
    expect(keys.matches(KEYS.toTimeline, press('t'))).toBe(false);
    keys.resetAll();
    expect([keys.chord(KEYS.star), keys.chord(KEYS.toTimeline)]).toEqual(['s', 't']);
  });

  it('can be given to commands that have none, while those that are no names stay', () => {
    const keys = new KeyBindings();
    expect(keys.chord('look-after')).toBe('');
    keys.put('look-after', 'F2');
    expect(keys.chord('look-after')).toBe('F2');
    for (const own of ['Enter', '-', '+', 's', 'Shift+ArrowLeft', 'Mod+='])
      expect(keys.chord(own)).toBe(own);
  });

  it('are the usual ones where what was saved is damaged', () => {
    save('keys', { changed: { star: 7 } });
    expect(new KeyBindings().chord(KEYS.star)).toBe('s');
  });
});
