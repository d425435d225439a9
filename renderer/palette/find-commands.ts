import { computeCommandScore } from 'bits-ui';
import { strings } from '../strings.ts';
import { type Command, type CommandGroup, titleOf } from './commands.ts';

const GROUPS = Object.entries(strings.keys.groups) as [CommandGroup, string][];

/** Commands of one group that fit. */
interface FoundGroup {
  readonly title: string;
  readonly options: readonly Command[];
}

/**
 * Commands that are called by what is typed, or by something near to it, the best first: whole words go before loose letters; all of them in the order of the key
 * sheet where nothing is typed.
 *
 * @param count how many portraits they are about
 */
export function findCommands(
  commands: readonly Command[],
  typed: string,
  count: number,
): FoundGroup[] {
  const scoreOf = (command: Command, group: string): number => {
    if (typed === '') return 1;
    const title = titleOf(command, count);
    const called = `${group} ${title} ${command.synonyms ?? ''}`;
    return computeCommandScore(called, typed) + wordsScore([title, called], typed);
  };
  return GROUPS.map(([group, title]) => {
    const scored = commands
      .filter((command) => command.group === group)
      .map((command) => ({ command, score: scoreOf(command, title) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    return { title, options: scored.map(({ command }) => command), best: scored[0]?.score ?? 0 };
  })
    .filter(({ options }) => options.length > 0)
    .sort((a, b) => b.best - a.best);
}

/** One for each of these texts in which words begin as all that are typed: more than loose letters can have together. */
function wordsScore(texts: readonly string[], typed: string): number {
  const wanted = wordsOf(typed);
  const hasAll = (text: string) => {
    const words = wordsOf(text);
    return wanted.length > 0 && wanted.every((want) => words.some((word) => word.startsWith(want)));
  };
  return texts.filter(hasAll).length;
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
