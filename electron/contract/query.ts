/**
 * The language of the search field and of `search` and `list` of the command line: words and "exact phrases" in any
 * order with filters such as `seed:7`, `likelihood>-100`, `-is:starred`. Text becomes terms and terms become text
 * again, so that a filter that is clicked is the same as one that is typed.
 */
import { z } from 'zod';
import { LABELS } from './arrange.ts';
import { StudioError } from './errors.ts';
import { lineageSchema } from './generation.ts';
import { idBeginningSchema } from './identity.ts';

/** Longer questions are not read. */
export const MAX_QUERY_LENGTH = 4_000;

export const queryTextSchema = z.string().max(MAX_QUERY_LENGTH);

const KINDS = lineageSchema.options.map(({ shape }) => shape.kind.value);

/** What a filter compares with. */
type Subject =
  | { readonly of: 'number' }
  | { readonly of: 'text' }
  /** The id of a portrait, or how it begins. */
  | { readonly of: 'id' }
  /** A day, a month or a year. */
  | { readonly of: 'day' }
  | { readonly of: 'choice'; readonly choices: readonly string[] };

/** Every filter by its name. What it means for rows stands in `engine/library/query-conditions.ts`. */
export const QUERY_FILTERS = {
  seed: { of: 'number' },
  likelihood: { of: 'number' },
  /** Of the CLIP score, -1 to 1. */
  score: { of: 'number' },
  /** Of the longer side, in pixels. */
  size: { of: 'number' },
  pack: { of: 'text' },
  prompt: { of: 'text' },
  /** Made before the beginning of a day, in UTC. */
  before: { of: 'day' },
  /** Made on a day or later, in UTC. */
  after: { of: 'day' },
  /** Made on a day, in a month or a year, by the clock of the machine: what grouping by day makes. */
  day: { of: 'day' },
  /** Drawn from these very words. */
  words: { of: 'text' },
  /** What has a common ancestor with a portrait, or a child in common; by its id. */
  family: { of: 'id' },
  rating: { of: 'number' },
  label: { of: 'choice', choices: LABELS },
  tag: { of: 'text' },
  /** By its name. */
  board: { of: 'text' },
  kind: { of: 'choice', choices: KINDS },
  has: { of: 'choice', choices: ['parent', 'child', 'seed', 'words', 'note'] },
  is: { of: 'choice', choices: ['starred', 'trashed'] },
} as const satisfies Readonly<Record<string, Subject>>;

export type FilterName = keyof typeof QUERY_FILTERS;

/** The colon is equality. */
export type Comparison = ':' | '<=' | '>=' | '<' | '>';

/** A word or a phrase. */
export interface WordTerm {
  readonly kind: 'word' | 'phrase';
  readonly text: string;
  readonly negated: boolean;
}

export interface FilterTerm {
  readonly kind: 'filter';
  readonly name: FilterName;
  readonly comparison: Comparison;
  /** As it was typed; of filters by number one that is finite. */
  readonly value: string;
  readonly negated: boolean;
}

export type Term = WordTerm | FilterTerm;

/** What was asked for, in the order it was typed. */
export type Query = readonly Term[];

/**
 * A term of the text: a minus, then a phrase, or a name with a comparison and a value, or a word. In quotation marks
 * two of them in a row are one that belongs to the text.
 */
const TERM =
  /(?<minus>-?)(?:(?<name>[a-z]+)(?<comparison>[<>]=?|:))?(?:"(?<quoted>(?:[^"]|"")*)(?<end>"?)|(?<bare>[^\s"]*))/dgi;

/**
 * @throws StudioError `invalid-argument`, whose message says where it cannot be read and what could stand there,
 *   with `at`, the index of that place in the text
 */
export function parseQuery(text: string): Query {
  const terms: Term[] = [];
  for (const match of text.matchAll(TERM)) {
    if (match[0] === '') continue;
    const { name, quoted, end, bare = '', minus } = match.groups ?? {};
    if (quoted !== undefined && end === '')
      throw unreadable(match.index, 'This quotation mark is never closed.');
    const negated = minus === '-';
    const value = quoted?.replaceAll('""', '"') ?? bare;
    if (name !== undefined && !isProse(name, value)) terms.push(filterTerm(match, value, negated));
    else if (name !== undefined) terms.push({ kind: 'word', text: name, negated });
    // A dash by itself belongs to a sentence, and there is nothing to look for in it.
    else if (value !== '')
      terms.push({ kind: quoted === undefined ? 'word' : 'phrase', text: value, negated });
  }
  return terms;
}

/**
 * The same of a search, which has something to find.
 *
 * @throws StudioError as `parseQuery` does, `prompt-empty` where nothing is asked for
 */
export function parseSearch(text: string): Query {
  const query = parseQuery(text);
  if (query.length > 0) return query;
  throw new StudioError(
    'prompt-empty',
    'There is nothing to search for. Say what the portraits show, or name a filter such as is:starred.',
  );
}

/** As it would be typed: `parseQuery` makes the same of it. */
export function printQuery(query: Query): string {
  return query.map(printTerm).join(' ');
}

/** The words and phrases that are looked for, as a sentence: what a search by meaning is told. */
export function wordsOf(query: Query): string {
  return query
    .flatMap((term) => (term.kind === 'filter' || term.negated ? [] : term.text))
    .join(' ');
}

export function isFilter(term: Term): term is FilterTerm {
  return term.kind === 'filter';
}

/** The first moment of a day such as 2026-01-31, a month or a year, in milliseconds and UTC; NaN for what is none. */
export function timeOfDay(day: string): number {
  const [, year, month = '01', date = '01'] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(day) ?? [];
  const whole = `${year}-${month}-${date}`;
  const time = Date.parse(`${whole}T00:00:00Z`);
  // The 31st of February is none, whatever a calendar makes of it.
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(whole) ? Number.NaN : time;
}

function printTerm(term: Term): string {
  const minus = term.negated ? '-' : '';
  if (term.kind === 'filter') return minus + term.name + term.comparison + printValue(term.value);
  return minus + (term.kind === 'phrase' ? quoted(term.text) : term.text);
}

function printValue(value: string): string {
  return /[\s"]/.test(value) ? quoted(value) : value;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function filterTerm(match: RegExpExecArray, value: string, negated: boolean): FilterTerm {
  const { name: typed = '', comparison } = match.groups ?? {};
  const name = typed.toLowerCase();
  const at = match.indices?.groups?.['name']?.[0] ?? match.index;
  if (!isFilterName(name)) {
    throw unreadable(
      at,
      `There is no filter "${typed}". There are ${Object.keys(QUERY_FILTERS).join(', ')}; put the words ` +
        'in quotation marks to search for them as they stand.',
    );
  }
  const term = {
    kind: 'filter',
    name,
    comparison: comparison as Comparison,
    value,
    negated,
  } as const;
  const problem = problemOf(term, QUERY_FILTERS[name]);
  if (problem === null) return term;
  throw unreadable(match.indices?.groups?.['comparison']?.[0] ?? at, problem);
}

/** What is wrong with the value of a filter; null for nothing. */
function problemOf({ name, comparison, value }: FilterTerm, subject: Subject): string | null {
  if (value === '') return `Something has to follow "${name}${comparison}".`;
  if (subject.of === 'number') {
    return Number.isFinite(Number(value))
      ? null
      : `"${name}" needs a number, as in ${name}${comparison}7.`;
  }
  if (comparison !== ':') return `"${name}" is followed by a colon, as in ${name}:${value}.`;
  if (subject.of === 'id' && !idBeginningSchema.safeParse(value).success) {
    return `"${name}" needs the id of a portrait, or its first 8 letters or more.`;
  }
  if (subject.of === 'day' && Number.isNaN(timeOfDay(value))) {
    return `"${name}" needs a day, as in ${name}:2026-01-31, or a month or a year.`;
  }
  if (subject.of === 'choice' && !subject.choices.includes(value.toLowerCase())) {
    return `"${name}" can be ${subject.choices.join(', ')}, and not "${value}".`;
  }
  return null;
}

/** Whether the colon after `name` is that of a sentence, as in "a portrait: old, calm". */
function isProse(name: string, value: string): boolean {
  return value === '' && !isFilterName(name.toLowerCase());
}

function isFilterName(name: string): name is FilterName {
  return Object.hasOwn(QUERY_FILTERS, name);
}

function unreadable(at: number, problem: string): StudioError {
  return new StudioError(
    'invalid-argument',
    `The search cannot be read at character ${at + 1}. ${problem}`,
    {
      details: { at },
    },
  );
}
