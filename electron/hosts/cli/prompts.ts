import { text as textOf } from 'node:stream/consumers';
import { MAX_COUNT } from '../../contract/draw.ts';
import { StudioError } from '../../contract/errors.ts';
import { expandPrompt, readPrompt } from '../../contract/prompt-markup.ts';
import { readError } from '../../engine/storage/errors.ts';
import { readRegular } from '../../engine/storage/regular-file.ts';
import { isShared } from './session.ts';

/** What stands for standard input where a file is named. */
const STDIN = '-';

const MAX_BYTES = 4_000_000;

/**
 * The prompts of a file, one a line; blank lines and those that begin with `#` are none.
 *
 * @throws StudioError `invalid-argument` where there is none, and those of reading
 */
export async function readPrompts(file: string): Promise<string[]> {
  const text = file === STDIN ? await readInput() : await readFileText(file);
  const prompts = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (prompts.length > 0) return prompts;
  const from = file === STDIN ? 'Standard input' : file;
  throw new StudioError(
    'invalid-argument',
    `${from} has no prompts. Nothing was drawn; write one a line, without # before it.`,
  );
}

async function readInput(): Promise<string> {
  if (!isShared()) return textOf(process.stdin);
  throw new StudioError(
    'invalid-argument',
    'Standard input brings the lines of this batch. Nothing was drawn; name a file of prompts.',
  );
}

async function readFileText(file: string): Promise<string> {
  try {
    return (await readRegular(file, MAX_BYTES)).toString('utf8');
  } catch (cause) {
    throw readError(cause, file);
  }
}

/**
 * Prompts as requests take them: alternatives resolved, and as many in one as can be drawn at once.
 *
 * @param plain take them as they stand, each by itself
 * @param drawn how many portraits are drawn of each
 * @throws StudioError `prompt-invalid`
 */
export function requestsOf(prompts: readonly string[], plain: boolean, drawn: number): string[] {
  if (plain) return [...prompts];
  const all = prompts.flatMap(expandPrompt);
  // What is wrong with one is told before any is drawn.
  for (const prompt of all) readPrompt(prompt);
  const size = Math.max(1, Math.floor(MAX_COUNT / drawn));
  const requests: string[] = [];
  for (let i = 0; i < all.length; i += size) requests.push(all.slice(i, i + size).join('\n'));
  return requests;
}
