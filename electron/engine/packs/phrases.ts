/** Lists of phrases that a pack brings, one a line. */
import { StudioError } from '../../contract/errors.ts';

/** More than any pack needs; each is read by the text encoder once. */
const MAX_PHRASES = 2_000;
const MAX_PHRASE_LENGTH = 200;
/** Of the file that they stand in. */
export const MAX_PHRASES_BYTES = 1_000_000;

/**
 * The phrases of a file, each once: a line each, UTF-8. Empty lines, and those that begin with `#`, are left
 * out.
 *
 * @throws StudioError `pack-file-invalid` for too many, or one that is too long
 */
export function parsePhrases(name: string, bytes: Buffer): string[] {
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim());
  const phrases = [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
  if (phrases.length > MAX_PHRASES) throw invalid(name, `${MAX_PHRASES} phrases`);
  if (phrases.some(({ length }) => length > MAX_PHRASE_LENGTH)) {
    throw invalid(name, `${MAX_PHRASE_LENGTH} characters in a line`);
  }
  return phrases;
}

function invalid(name: string, most: string): StudioError {
  return new StudioError('pack-file-invalid', `The model's file "${name}" has more than ${most}.`);
}
