import type { DrawingProgram } from '../../../../contract/generation.ts';
import { MAX_PROMPT_LENGTH } from '../../../../contract/settings.ts';
import type { PngText } from '../png.ts';

/** How a picture was made, as another program told it. */
export interface Making {
  readonly program: DrawingProgram;
  /** At most as long as the studio's own. */
  readonly prompt: string;
  /** Empty where there was none. */
  readonly negativePrompt: string;
  /** Decimal digits, of up to 64 bits; null where it was not told. */
  readonly seed: string | null;
}

/** Reads the words of one program; null where there are none of its own. */
export type MakingReader = (texts: readonly PngText[]) => Making | null;

export function textUnder(texts: readonly PngText[], keyword: string): string | null {
  return texts.find((text) => text.keyword === keyword)?.text ?? null;
}

/** Words as the studio keeps them. Longer ones are cut where no character is. */
export function wordsOf(text: string): string {
  return text.trim().slice(0, MAX_PROMPT_LENGTH).toWellFormed();
}

const MAX_SEED = 2n ** 64n;

/** A seed, however it was written; null for what is none. */
export function seedOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) return null;
  return BigInt(text) < MAX_SEED ? BigInt(text).toString() : null;
}

/** Whole numbers that a double cannot hold. */
const LONG_NUMBER = /([:[,]\s{0,9})(\d{16,20})(?=\s{0,9}[,\]}])/g;
/** What Python writes and JSON does not know. */
const NOT_JSON = /([:[,]\s{0,9})(?:NaN|-?Infinity)(?=\s{0,9}[,\]}])/g;

/**
 * JSON as Python writes it: NaN is null, and whole numbers of more than 15 digits are texts. Undefined for what
 * cannot be read.
 */
export function parsePython(text: string): unknown {
  const json = text.replace(NOT_JSON, '$1null');
  // In a text that looks like numbers of a list, quotes would end it.
  return parseJson(json.replace(LONG_NUMBER, '$1"$2"')) ?? parseJson(json) ?? parseJson(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
