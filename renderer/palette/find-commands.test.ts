import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import { findCommands } from './find-commands.ts';

const command = (id: string, group: Command['group'], title: string): Command => ({
  ...{ id, group, title },
  isPossible: () => true,
  run: () => undefined,
});

const COMMANDS = [
  command('keys', 'window', 'Keys'),
  command('trash', 'portrait', 'Move to trash'),
  command('star', 'portrait', 'Star'),
  command('library', 'go', 'Library'),
];

const idsOf = (typed: string) =>
  findCommands(COMMANDS, typed, 1).flatMap(({ options }) => options.map(({ id }) => id));

describe('the palette', () => {
  it('lists all in the order of the key sheet', () => {
    expect(idsOf('')).toEqual(['library', 'trash', 'star', 'keys']);
  });

  it('finds by a part of a name, by its group, and by letters that were left out, the best first', () => {
    expect(idsOf('star')[0]).toBe('star');
    expect(idsOf('trsh')).toEqual(['trash']);
    expect(idsOf('window')).toEqual(['keys']);
    expect(idsOf('qqq')).toEqual([]);
  });

  it('finds by other words for it, and whole words before loose letters', () => {
    const commands = [
      command('search', 'go', 'Search everything'),
      { ...command('settings', 'window', 'Settings'), synonyms: 'model server' },
      { ...command('trash', 'portrait', 'Move to trash'), synonyms: 'delete remove' },
      command('label', 'arrange', 'Delight each tenth'),
    ];
    const firstOf = (typed: string) => findCommands(commands, typed, 1)[0]?.options[0]?.id;
    expect(['server', 'model server', 'delete', 'trash'].map(firstOf)).toEqual([
      'settings',
      'settings',
      'trash',
      'trash',
    ]);
  });

  it('calls a command by how many portraits it is about', () => {
    const counted = {
      ...command('trash', 'portrait', 'Trash'),
      counted: (n: number) => `Move ${n}`,
    };
    expect(findCommands([counted], 'move 12', 12)).toHaveLength(1);
    expect(findCommands([counted], 'move 12', 1)).toHaveLength(0);
  });
});
