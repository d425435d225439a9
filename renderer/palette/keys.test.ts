import { describe, expect, it } from 'vitest';
import { KEYS } from './commands.ts';
import { keyLabel, matches } from './keys.ts';

const press = (
  key: string,
  pressed: Partial<Record<'ctrl' | 'meta' | 'shift' | 'alt', true>> = {},
) => ({
  key,
  ctrlKey: pressed.ctrl ?? false,
  metaKey: pressed.meta ?? false,
  shiftKey: pressed.shift ?? false,
  altKey: pressed.alt ?? false,
});

describe('keys', () => {
  it('are written as each platform writes them', () => {
    expect(keyLabel('Mod+Shift+z', true)).toBe('⌘⇧Z');
    expect(keyLabel('Mod+Shift+z', false)).toBe('Ctrl+Shift+Z');
    expect(keyLabel('Delete', false)).toBe('Del');
  });

  it('match with exactly their modifiers', () => {
    expect(matches('Mod+z', press('z', { ctrl: true }), false)).toBe(true);
    expect(matches('Mod+z', press('Z', { ctrl: true, shift: true }), false)).toBe(false);
    expect(matches('Mod+z', press('z', { ctrl: true }), true)).toBe(false);
    expect(matches('s', press('s', { alt: true }), false)).toBe(false);
    expect(matches('s', press('S', { shift: true }), false)).toBe(false);
  });

  it('delete with the key that a Mac has for it', () => {
    expect(matches('Delete', press('Backspace'), true)).toBe(true);
    expect(matches('Delete', press('Backspace'), false)).toBe(false);
    expect(matches('Delete', press('Delete'), true)).toBe(true);
  });

  it('take a symbol however the keyboard makes it', () => {
    expect(matches('?', press('?', { shift: true }), false)).toBe(true);
    expect(matches('/', press('/'), false)).toBe(true);
  });

  it('are each a letter of their own', () => {
    const letters = Object.values(KEYS).filter((keys) => /^[a-z]$/.test(keys));
    expect(letters).toEqual([...new Set(letters)]);
  });
});
