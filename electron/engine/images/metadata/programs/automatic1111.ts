import { type Making, type MakingReader, seedOf, textUnder, wordsOf } from './making.ts';

/** What the line of settings begins with, which tells it from a line of the prompt. */
const SETTINGS = /^Steps: \d+(,|$)/;
/** Real ones have some hundred characters. */
const MAX_LINE = 10_000;
const NEGATIVE = 'Negative prompt:';

/**
 * The `parameters` of AUTOMATIC1111's web UI and all that write like it: the prompt, a paragraph that begins
 * with "Negative prompt:", and last a line of settings, `Steps: 20, Sampler: Euler a, Seed: 7, …`.
 */
export const readAutomatic1111: MakingReader = (texts): Making | null => {
  const lines = textUnder(texts, 'parameters')?.replaceAll('\r\n', '\n').split('\n');
  // Programs that came after it add lines of their own behind the settings.
  const at = lines?.findLastIndex((line) => SETTINGS.test(line.trim())) ?? -1;
  if (!lines || at < 0) return null;
  const words = lines.slice(0, at);
  const negative = words.findIndex((line) => line.trimStart().startsWith(NEGATIVE));
  const end = negative < 0 ? words.length : negative;
  return {
    program: 'automatic1111',
    prompt: wordsOf(words.slice(0, end).join('\n')),
    negativePrompt: wordsOf(words.slice(end).join('\n').trimStart().slice(NEGATIVE.length)),
    seed: seedOf(settingsIn(lines[at] ?? '').get('Seed')),
  };
};

/** Names and values; a value in quotes may hold commas. The first of a name counts. */
function settingsIn(line: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [, name = '', value = ''] of line
    .slice(0, MAX_LINE)
    .matchAll(/([\w][\w \-/]{0,99}): ("(?:\\.|[^"\\])*"|[^,]*)/g)) {
    const key = name.trim();
    if (!settings.has(key)) settings.set(key, value.trim());
  }
  return settings;
}
