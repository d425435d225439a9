import '../state/test-window.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../host/host.ts';
import { createCommands, keyNameOf } from '../palette/commands.ts';
import { KEYS } from '../palette/key-table.ts';
import { DEFAULT_KEYS } from '../palette/key-table.ts';
import { Studio } from '../state/studio.svelte.ts';
import { conflictsOf, type KeyLine, keyLinesOf } from './key-lines.ts';

beforeEach(() => localStorage.clear());

function openWindow() {
  const studio = new Studio({ service: {} } as Host);
  const commands = createCommands(studio);
  const lines = keyLinesOf(commands);
  const line = (name: string): KeyLine => lines.find((each) => each.name === name)!;
  const conflicts = (name: string, chord: string) =>
    conflictsOf(line(name), chord, lines, studio.keys).map((each) => each.name);
  return { studio, commands, lines, conflicts };
}

describe('the list of keys', () => {
  it('has a line for every command but those of a list, and one for every usual key', () => {
    const { commands, lines } = openWindow();
    const names = lines.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(names)).toEqual(new Set(commands.filter(({ local }) => !local).map(keyNameOf)));
    expect(Object.keys(DEFAULT_KEYS).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('tells who has a key already, but for places that are never shown together', () => {
    const { studio, conflicts } = openWindow();
    expect(conflicts(KEYS.star, 't')).toEqual([KEYS.toTimeline]);
    expect(conflicts(KEYS.star, 'F9')).toEqual([]);
    // Between's alone, and the timeline's alone.
    expect(conflicts(KEYS.swap, 'n')).toEqual([]);
    expect(conflicts(KEYS.star, 'n')).toEqual([KEYS.addKey]);
    // What is usual was thought of: the library's search and the words have one key.
    expect(conflicts(KEYS.prompt, '/')).toEqual([]);
    studio.keys.put(KEYS.star, '/');
    expect(conflicts(KEYS.prompt, '/')).toEqual([KEYS.star]);
  });

  it('finds no two usual keys of one place that nobody tells apart', () => {
    const { lines, studio } = openWindow();
    const chords = Map.groupBy(lines, ({ name }) => studio.keys.chord(name));
    const shared = [...chords].filter(([chord, those]) => chord !== '' && those.length > 1);
    // Digits rate and label in the library and lead to places elsewhere; Escape lets go of what there is.
    expect(shared.map(([chord]) => chord).toSorted()).toEqual(
      ['/', '1', '2', '3', '4', '5', '6', 'Escape'].toSorted(),
    );
  });
});
