import { describe, expect, it } from 'vitest';
import { DEFAULT_KEYS } from './key-table.ts';
import { chordOf, isFree, keyLabel, matchesChord, typesNothing } from './keys.ts';

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
    expect(matchesChord('Mod+z', press('z', { ctrl: true }), false)).toBe(true);
    expect(matchesChord('Mod+z', press('Z', { ctrl: true, shift: true }), false)).toBe(false);
    expect(matchesChord('Mod+z', press('z', { ctrl: true }), true)).toBe(false);
    expect(matchesChord('s', press('s', { alt: true }), false)).toBe(false);
    expect(matchesChord('s', press('S', { shift: true }), false)).toBe(false);
  });

  it('delete with the key that a Mac has for it', () => {
    expect(matchesChord('Delete', press('Backspace'), true)).toBe(true);
    expect(matchesChord('Delete', press('Backspace'), false)).toBe(false);
    expect(matchesChord('Delete', press('Delete'), true)).toBe(true);
  });

  it('take a symbol however the keyboard makes it', () => {
    expect(matchesChord('?', press('?', { shift: true }), false)).toBe(true);
    expect(matchesChord('/', press('/'), false)).toBe(true);
    expect(matchesChord('+', press('+', { shift: true }), false)).toBe(true);
    expect(matchesChord('+', press('='), false)).toBe(true);
    expect(matchesChord('+', press('=', { ctrl: true }), false)).toBe(false);
    expect(keyLabel('+', true)).toBe('+');
  });

  it('are each a letter of their own', () => {
    const letters = Object.values(DEFAULT_KEYS).filter((keys) => /^[a-z]$/.test(keys));
    expect(letters).toEqual([...new Set(letters)]);
  });
});

describe('keys that are pressed', () => {
  it('are named as commands name them, and mean what was pressed', () => {
    for (const [event, keys] of [
      [press('S'), 's'],
      [press('S', { shift: true }), 'Shift+s'],
      [press('?', { shift: true }), '?'],
      [press(',', { ctrl: true }), 'Mod+,'],
      [press('Z', { ctrl: true, shift: true }), 'Mod+Shift+z'],
      [press('ArrowLeft', { alt: true }), 'Alt+ArrowLeft'],
      [press('F2'), 'F2'],
    ] as const) {
      expect(chordOf(event, false)).toBe(keys);
      expect(matchesChord(keys, event, false)).toBe(true);
    }
    expect(chordOf(press('Backspace'), true)).toBe('Delete');
  });

  it('are none as long as only modifiers are held, or where none can be told', () => {
    for (const key of ['Shift', 'Control', 'Alt', 'Dead', 'Process', 'Unidentified'])
      expect(chordOf(press(key), false)).toBeNull();
    expect(chordOf(press('s', { ctrl: true }), true)).toBeNull();
  });

  it('are free for commands where nothing else needs them', () => {
    const taken = ['Tab', 'Enter', 'Space', 'ArrowUp', 'Shift+ArrowLeft', 'Mod+v', 'Escape'];
    expect(taken.filter(isFree)).toEqual([]);
    const free = ['s', 'Alt+ArrowLeft', 'Mod+Enter', 'Mod+b', 'Delete', 'F2'];
    expect(free.filter((keys) => !isFree(keys))).toEqual([]);
  });

  it('mean commands in the middle of a text only where they type nothing', () => {
    expect(['Mod+f', 'Alt+j', 'Mod+Shift+e', 'F2', 'Escape'].filter(typesNothing)).toHaveLength(5);
    expect(['f', 'Shift+r', '?', 'Delete'].filter(typesNothing)).toEqual([]);
  });
});
