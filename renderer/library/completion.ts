/** How a search that is being typed could go on. */
import type { FilterName } from '../../electron/contract/query.ts';
import { printQuery, QUERY_FILTERS } from '../../electron/contract/query.ts';

/** Names of what is in the library and in the studio. */
export interface Vocabulary {
  readonly tags: readonly { readonly tag: string; readonly count: number }[];
  readonly boards: readonly { readonly name: string; readonly count: number }[];
  readonly packs: readonly string[];
}

/** One way to go on. */
export interface Completion {
  /** What the field says then, up to the caret. */
  readonly text: string;
  readonly title: string;
  readonly filter: FilterName;
  /** How many portraits bear it, where that is known. */
  readonly count?: number;
  /** Whether it is a whole filter: else its value is yet to come. */
  readonly isWhole: boolean;
}

const MAX_COMPLETIONS = 8;
const NAMES = Object.keys(QUERY_FILTERS) as FilterName[];

/** What the text ends with: a filter that has a name, or a word that could become one. */
const LAST =
  /(?<minus>-?)(?:(?<name>[a-z]+)(?<comparison>[<>]=?|:)(?:"(?<quoted>[^"]*)|(?<bare>[^\s"]*))|(?<word>[^\s":<>]*))$/i;

/**
 * @param text what is typed, up to the caret
 * @returns names of filters that begin with the last word, and tags and boards that have it in their names; after
 *   the name of a filter, its values
 */
export function completionsOf(text: string, vocabulary: Vocabulary): Completion[] {
  const match = LAST.exec(text);
  if (!match?.groups) return [];
  const { minus = '', name, comparison, quoted, bare, word = '' } = match.groups;
  const before = text.slice(0, match.index) + minus;
  const all =
    name === undefined
      ? wordCompletions(before, word.toLowerCase(), vocabulary)
      : valueCompletions(
          before,
          name.toLowerCase(),
          `${comparison}`,
          (quoted ?? bare ?? '').toLowerCase(),
          vocabulary,
        );
  return onceEach(all).slice(0, MAX_COMPLETIONS);
}

/** Things of one name are one completion, such as boards under different ones; how many bear it is not known then. */
function onceEach(all: readonly Completion[]): Completion[] {
  return [...Map.groupBy(all, ({ text }) => text).values()].flatMap(([first, ...others]) => {
    if (!first || others.length === 0) return first ?? [];
    const { text, title, filter, isWhole } = first;
    return { text, title, filter, isWhole };
  });
}

function wordCompletions(before: string, word: string, vocabulary: Vocabulary): Completion[] {
  const names = NAMES.filter((name) => name.startsWith(word)).map((name): Completion => ({
    text: `${before}${name}${QUERY_FILTERS[name].of === 'number' ? '>=' : ':'}`,
    title: `${name}:`,
    filter: name,
    isWhole: false,
  }));
  if (word === '') return names;
  const values = (['tag', 'board', 'label', 'kind', 'pack'] as const).flatMap((name) =>
    valueCompletions(before, name, ':', word, vocabulary),
  );
  return [...names, ...values];
}

function valueCompletions(
  before: string,
  name: string,
  comparison: string,
  typed: string,
  vocabulary: Vocabulary,
): Completion[] {
  const filter = NAMES.find((one) => one === name);
  if (!filter) return [];
  const values = valuesOf(filter, comparison, vocabulary);
  const starting = values.filter(({ value }) => value.toLowerCase().startsWith(typed));
  const inside = values.filter(
    ({ value }) => !value.toLowerCase().startsWith(typed) && value.toLowerCase().includes(typed),
  );
  return [...starting, ...inside].map(({ value, count }) => {
    const term = { kind: 'filter', name: filter, comparison: ':', value, negated: false } as const;
    // Printed with a colon and put after the comparison that was typed.
    const printed = printQuery([term]).slice(filter.length + 1);
    return {
      text: `${before}${filter}${comparison}${printed} `,
      title: value,
      filter,
      ...(count !== undefined && { count }),
      isWhole: true,
    };
  });
}

interface Value {
  readonly value: string;
  readonly count?: number;
}

function valuesOf(
  filter: FilterName,
  comparison: string,
  { tags, boards, packs }: Vocabulary,
): readonly Value[] {
  const subject = QUERY_FILTERS[filter];
  if (filter === 'rating') return ['1', '2', '3', '4', '5'].map((value) => ({ value }));
  if (comparison !== ':') return [];
  if (filter === 'tag') return tags.map(({ tag, count }) => ({ value: tag, count }));
  if (filter === 'board') return boards.map(({ name, count }) => ({ value: name, count }));
  if (filter === 'pack') return packs.map((value) => ({ value }));
  return subject.of === 'choice' ? subject.choices.map((value) => ({ value })) : [];
}
