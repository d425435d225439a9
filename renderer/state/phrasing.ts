/** Phrases and styles that are put into a prompt, found in it and taken out of it. */
import { tidy } from '../../electron/contract/loose-words.ts';
import type { PhraseGroup } from '../../electron/contract/pack.ts';
import { escapeMarkup, escapeSigns } from '../../electron/contract/prompt-markup.ts';
import type { StyleInfo } from '../../electron/contract/status.ts';

/**
 * How much the words of a style that is kept count. Of 96 portraits in each style of the default pack 73 to 96 % are in it at
 * 1, and 80 to 100 % at this; what is left are those that wear what the style has not (docs/prompts.md).
 */
const STYLE_WEIGHT = 1.5;

/** The phrases of a group that stand in a prompt. One within another that is longer is none. */
export function chosenOf({ phrases }: Pick<PhraseGroup, 'phrases'>, prompt: string): Set<string> {
  const byLength = phrases.map(({ words }) => words).toSorted((a, b) => b.length - a.length);
  let left = prompt;
  const chosen = new Set<string>();
  for (const words of byLength) {
    // Of hundreds of phrases few stand in a prompt, and building a pattern takes far longer than this.
    if (!foldCase(left).includes(foldCase(escapeMarkup(words)))) continue;
    const rest = left.replace(patternOf(words), '\0');
    if (rest !== left) chosen.add(words);
    left = rest;
  }
  return chosen;
}

/** The prompt with a phrase that was not in it, in the place of another if the group has one at a time; else without it. */
export function toggled(prompt: string, words: string, group: PhraseGroup): string {
  const chosen = chosenOf(group, prompt);
  if (chosen.has(words)) return without(prompt, words);
  const [other] = group.one ? chosen : [];
  if (other !== undefined) return prompt.replace(patternOf(other), () => escapeMarkup(words));
  return [prompt.trimEnd(), escapeMarkup(words)].filter(Boolean).join(', ');
}

/** The words of a prompt in a style, on each of its lines. */
export function inStyle(prompt: string, style: string): string {
  if (style === '') return prompt;
  const tail = tailOf(style);
  return prompt
    .split(/\r\n|\r|\n/)
    .map((line) => (line.trim() === '' ? line : `${line.trim()}, ${tail}`))
    .join('\n');
}

/** The words of a prompt that is in one of these styles, and that style; empty where it is in none. */
export function outOfStyle(
  prompt: string,
  styles: readonly Pick<StyleInfo, 'words'>[],
): { prompt: string; style: string } {
  const style = styles.find(({ words }) => prompt.endsWith(`, ${tailOf(words)}`))?.words ?? '';
  if (style === '') return { prompt, style };
  return { prompt: prompt.replaceAll(`, ${tailOf(style)}`, ''), style };
}

function tailOf(style: string): string {
  return `(${escapeSigns(style)}:${STYLE_WEIGHT})`;
}

/** Takes a phrase out, with the word that leads to it. */
function without(prompt: string, words: string): string {
  const led = new RegExp(`(?:\\b(?:with|and|in)\\s+)?${patternOf(words).source}`, 'iu');
  return prompt
    .split('\n')
    .map((line) => tidy(line.replace(led, '')))
    .join('\n');
}

/** The same for all that a pattern takes for the same letters, which small letters alone are not: ſ is an S, ẞ an ß. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}

/** A phrase by itself, and not within a word. */
function patternOf(words: string): RegExp {
  const literal = escapeMarkup(words).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'iu');
}

/** A stretch of a text. */
export interface Marked {
  readonly text: string;
  readonly isMarked: boolean;
}

/** A text in pieces, of which those are marked that are one of these words. */
export function markedWords(text: string, words: readonly string[]): Marked[] {
  const marked = new Set(words.map((word) => word.toLowerCase()));
  return text
    .split(/(\p{L}[\p{L}\p{M}'’-]*)/u)
    .filter((piece) => piece !== '')
    .map((piece) => ({ text: piece, isMarked: marked.has(piece.toLowerCase()) }));
}
