/**
 * What the words of a prompt can say beyond themselves: alternatives (`{red|blue} sky`), lines that are prompts of
 * their own, weights (`(a red sky:1.3)`), and common English negations. A backslash takes a sign as it stands.
 */
import { MAX_COUNT } from './draw.ts';
import { StudioError } from './errors.ts';
import { collapse, tidy } from './loose-words.ts';
import { type Negation, negationsIn } from './negations.ts';

/** A weight of 1 changes nothing; 0 leaves the part out. Beyond, portraits stray from what else is asked for. */
export const MAX_WEIGHT = 2;

/** A part of a prompt that is to count for more or less. */
export interface WeightedPart {
  readonly text: string;
  readonly weight: number;
  /** The prompt without it; empty where it is all of it. */
  readonly rest: string;
}

/** A prompt as it is read. */
export interface PromptReading {
  /** The words alone. */
  readonly text: string;
  /** Those whose weight is not 1, in their order. */
  readonly parts: readonly WeightedPart[];
  readonly negations: readonly Negation[];
}

/** Words as they stand. */
export function plainReading(text: string): PromptReading {
  return { text, parts: [], negations: [] };
}

/** Whether words mean something else as markup than as they stand. */
export function hasMarkup(prompt: string): boolean {
  const { text, parts, negations } = readPrompt(prompt);
  return text !== prompt || parts.length > 0 || negations.length > 0;
}

/** Words as they stand, written so that they are read so. */
export function escapeMarkup(words: string): string {
  // Most words have none, which is told at once: they are read by the hundred.
  if (escapeSigns(words) === words) return words;
  try {
    if (expandPrompt(words).length === 1 && !hasWeights(words)) return words;
  } catch {
    // What cannot be read is no markup.
  }
  return escapeSigns(words);
}

/** Words in which no sign does anything, wherever they are put. */
export function escapeSigns(words: string): string {
  return words.replace(/[{}()|:\\]/gu, '\\$&');
}

/** The words of a portrait, written so that a field of prompts reads them as they were drawn. */
export function drawnWords({ prompt, settings }: DrawnWords): string {
  return settings.markup === true ? prompt : escapeMarkup(prompt);
}

/** What of a portrait says how its words were read. */
export interface DrawnWords {
  readonly prompt: string;
  readonly settings: { readonly markup?: boolean | undefined };
}

/** Whether other words are read than stand there. Negations are meant, wherever they stand. */
function hasWeights(words: string): boolean {
  const { text, parts } = readPrompt(words);
  return text !== collapse(words) || parts.length > 0;
}

/** What is to be left out, between commas or on lines of its own. */
export function thingsIn(without: string): string[] {
  return without
    .split(/[,;\n\r]/)
    .map(tidy)
    .filter((thing) => thing !== '');
}

// Alternatives and lines

/** A stretch of a line: the same for all of its prompts, or one of several. */
type Stretch = readonly string[];

/**
 * The prompts of a text, every combination of its alternatives in order, the last of them changing first, and line
 * after line. Weights, negations and escaped signs stay in them as they are.
 *
 * @returns at least one, empty for a text without words
 * @throws StudioError `prompt-invalid` with the position of what is wrong, and for more than `MAX_COUNT` prompts
 */
export function expandPrompt(text: string): string[] {
  const prompts = linesOf(text).flatMap((stretches) => {
    const texts = stretches.reduce<readonly string[]>(
      (begun, stretch) => begun.flatMap((start) => stretch.map((next) => start + next)),
      [''],
    );
    return texts.map(collapse);
  });
  return prompts.length > 0 ? prompts : [''];
}

/**
 * How many prompts a text makes.
 *
 * @throws StudioError `prompt-invalid`
 */
export function countPrompts(text: string): number {
  return totalOf(linesOf(text));
}

/** Each line that is not blank. */
function linesOf(text: string): Stretch[][] {
  const lines = [...text.matchAll(/[^\r\n]+/g)].flatMap(({ 0: line, index }) =>
    line.trim() === '' ? [] : [stretchesOf(line, index)],
  );
  const count = totalOf(lines);
  if (count <= MAX_COUNT) return lines;
  const [made, most] = [count, MAX_COUNT].map((number) => number.toLocaleString('en'));
  throw new StudioError(
    'prompt-invalid',
    `These words make ${made} prompts, and ${most} are the most that are drawn at once. Take some alternatives out.`,
  );
}

function totalOf(lines: readonly Stretch[][]): number {
  const combinations = (line: readonly Stretch[]) =>
    line.reduce((product, { length }) => product * length, 1);
  return lines.reduce((sum, line) => sum + combinations(line), 0);
}

/** @param start where the line begins in its text */
function stretchesOf(line: string, start: number): Stretch[] {
  const stretches: Stretch[] = [];
  let same = '';
  let choices: { readonly at: number; readonly texts: string[]; text: string } | null = null;
  for (const { raw, sign, at } of signsOf(line)) {
    if (sign === '{') {
      if (choices) {
        throw invalid('Alternatives cannot stand within others', start + at, line.slice(at));
      }
      stretches.push([same]);
      same = '';
      choices = { at, texts: [], text: '' };
    } else if (sign === '}') {
      if (!choices) throw invalid('Here a brace is closed that was not opened', start + at, line);
      stretches.push([...choices.texts, choices.text]);
      choices = null;
    } else if (!choices) same += raw;
    else if (sign === '|') {
      choices.texts.push(choices.text);
      choices.text = '';
    } else choices.text += raw;
  }
  if (choices) {
    const { at } = choices;
    throw invalid('Here a brace is opened and not closed', start + at, line.slice(at));
  }
  return [...stretches, [same]];
}

// Weights

/**
 * A prompt without alternatives, as it is read.
 *
 * @throws StudioError `prompt-invalid` with the position of what is wrong
 */
export function readPrompt(prompt: string): PromptReading {
  const signs = signsOf(prompt);
  let text = '';
  const weighted: { readonly start: number; readonly end: number; readonly weight: number }[] = [];
  for (let i = 0; i < signs.length; i += 1) {
    const { sign, literal, at } = signs[i] ?? NO_SIGN;
    if (sign === '{' || sign === '}') {
      throw invalid('Alternatives make several prompts, and here stands one', at, prompt.slice(at));
    }
    const group = sign === '(' ? weightedGroup(signs.slice(i), prompt) : null;
    if (!group) {
      text += literal;
      continue;
    }
    weighted.push({
      start: text.length,
      end: text.length + group.text.length,
      weight: group.weight,
    });
    text += group.text;
    i += group.length - 1;
  }
  const parts = weighted.flatMap(({ start, end, weight }) => {
    if (weight === 1) return [];
    const rest = tidy(`${text.slice(0, start)} ${text.slice(end)}`);
    return [{ text: text.slice(start, end).trim(), weight, rest }];
  });
  return { text: collapse(text), parts, negations: negationsIn(collapse(text)) };
}

interface Group {
  readonly text: string;
  readonly weight: number;
  /** How many signs it takes. */
  readonly length: number;
}

/** What begins with a parenthesis, if it ends with a weight: others are words. */
function weightedGroup(signs: readonly Sign[], prompt: string): Group | null {
  const start = signs[0]?.at ?? 0;
  const end = closingOf(signs);
  const inside = signs.slice(1, end);
  const colon = lastColon(inside);
  if (colon < 0) return null;
  if (end < 0) {
    // Whoever writes a weight has forgotten the end; all else is a smiley.
    if (numberOf(inside.slice(colon + 1)) === null) return null;
    throw invalid('Here a parenthesis is opened and not closed', start, prompt.slice(start));
  }
  const nested = inside.find(
    ({ sign }, i) => sign === '(' && weightedGroup(inside.slice(i), prompt),
  );
  if (nested) {
    throw invalid('Weights cannot stand within others', nested.at, prompt.slice(nested.at));
  }
  const digits = inside.slice(colon + 1);
  const text = literalOf(inside.slice(0, colon));
  // A smiley once more.
  if (text.trim() === '' && literalOf(digits).trim() === '') return null;
  const weight = numberOf(digits);
  const at = digits[0]?.at ?? start;
  if (weight === null) throw invalid('A weight is a number, as 1.3', at, prompt.slice(start));
  if (weight < 0 || weight > MAX_WEIGHT) {
    throw invalid(`A weight is from 0 to ${MAX_WEIGHT}`, at, prompt.slice(start));
  }
  if (text.trim() === '') throw invalid('This weight has no words', start, prompt.slice(start));
  return { text, weight, length: end + 1 };
}

/** Where the parenthesis that comes first is closed; -1 where it is not. */
function closingOf(signs: readonly Sign[]): number {
  let depth = 0;
  return signs.findIndex(({ sign }) => {
    depth += Number(sign === '(') - Number(sign === ')');
    return depth === 0;
  });
}

/** The last colon that stands in no further parentheses. */
function lastColon(signs: readonly Sign[]): number {
  let depth = 0;
  return signs.findLastIndex(({ sign }) => {
    depth += Number(sign === ')') - Number(sign === '(');
    return sign === ':' && depth === 0;
  });
}

function literalOf(signs: readonly Sign[]): string {
  return signs.map(({ literal }) => literal).join('');
}

function numberOf(signs: readonly Sign[]): number | null {
  const text = signs
    .map(({ raw }) => raw)
    .join('')
    .trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : null;
}

// Signs

/** One character of a prompt, or an escaped one. */
interface Sign {
  /** As it is written. */
  readonly raw: string;
  /** As it is meant. */
  readonly literal: string;
  /** What it does; empty where it is a character as any other. */
  readonly sign: string;
  readonly at: number;
}

const NO_SIGN: Sign = { raw: '', literal: '', sign: '', at: 0 };

function signsOf(text: string): Sign[] {
  return [...text.matchAll(/\\([{}()|:\\])|[^]/gu)].map(({ 0: raw, 1: escaped, index: at }) => {
    const sign = escaped === undefined && /^[{}()|:]$/.test(raw) ? raw : '';
    return { raw, literal: escaped ?? raw, sign, at };
  });
}

/** As much of a prompt as tells where something is wrong. */
const SHOWN = 24;

function invalid(what: string, at: number, where: string): StudioError {
  const shown = where.length > SHOWN ? `${where.slice(0, SHOWN)}…` : where;
  return new StudioError(
    'prompt-invalid',
    `${what} (character ${at + 1}: "${shown}"), so these words cannot be drawn. Write \\ before a sign that is meant as it stands.`,
    { details: { position: at } },
  );
}
