import type { Command, CommandGroup } from '../palette/commands.ts';
import { keyNameOf } from '../palette/commands.ts';
import type { KeyBindings } from '../palette/key-bindings.svelte.ts';

/** One key by its name, and all that it does. */
export interface KeyLine {
  readonly name: string;
  readonly title: string;
  /** Of the first command that has it. */
  readonly group: CommandGroup;
  readonly groups: readonly CommandGroup[];
}

/** Commands of these are possible in one place alone, and not in the other's. */
const APART: readonly CommandGroup[] = ['between', 'timeline'];

/** A line for each key that can be changed, in the order of the commands. */
export function keyLinesOf(commands: readonly Command[]): KeyLine[] {
  const byName = new Map<string, Command[]>();
  for (const command of commands) {
    if (command.local) continue;
    const name = keyNameOf(command);
    byName.set(name, [...(byName.get(name) ?? []), command]);
  }
  return [...byName].flatMap(([name, those]) => {
    const [first] = those;
    if (!first) return [];
    const titles = [...new Set(those.map(({ title }) => title))];
    return [
      {
        name,
        title: titles.join(', '),
        group: first.group,
        groups: those.map(({ group }) => group),
      },
    ];
  });
}

/**
 * Lines that a key would be taken from: they have it, and can be meant where the other is. Those that share it with the
 * other as long as nothing is changed are told apart by where the artist is.
 */
export function conflictsOf(
  { name, groups }: KeyLine,
  chord: string,
  lines: readonly KeyLine[],
  keys: KeyBindings,
): KeyLine[] {
  return lines.filter((other) => {
    if (other.name === name || keys.chord(other.name) !== chord) return false;
    if (keys.usual(name) === chord && keys.usual(other.name) === chord) return false;
    return !areApart(groups, other.groups);
  });
}

function areApart(some: readonly CommandGroup[], others: readonly CommandGroup[]): boolean {
  return (
    some.every((group) => APART.includes(group)) &&
    others.every((group) => APART.includes(group)) &&
    !some.some((group) => others.includes(group))
  );
}
