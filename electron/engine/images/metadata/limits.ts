/** How much of what a picture says of its making is read, and the words for what is not. */
import { StudioError } from '../../../contract/errors.ts';

/**
 * Most bytes of a story or recipe. The longest that the contract allows, a timeline of 64 key-frames with
 * 2,000 characters each, takes less.
 */
export const MAX_STORY_BYTES = 1_000_000;

/** Most bytes of an XMP packet, in which a recipe grows by XML's escapes and stands beside other things. */
export const MAX_XMP_BYTES = 2 * MAX_STORY_BYTES;

/** Most parts (chunks or segments) of a file; real ones have hundreds, or some thousand where they are large. */
export const MAX_PARTS = 100_000;

export function damaged(how: string): StudioError {
  return new StudioError(
    'metadata-malformed',
    `The picture ${how}, so what it says of its making cannot be trusted and was ignored. The ` +
      'picture itself can still be used as a starting point; for its settings use an undamaged copy.',
  );
}

/** What is read, or null where what a picture says of its making is damaged or too large. */
export function unlessMalformed<T>(read: () => T): T | null {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof StudioError && thrown.code === 'metadata-malformed') return null;
    throw thrown;
  }
}

export function tooLarge(): StudioError {
  return new StudioError(
    'metadata-malformed',
    'What this picture says of its making is larger than 1 MB, which no portrait of a studio says, ' +
      'and was ignored. The picture itself can still be used as a starting point.',
  );
}

export function count(parts: Iterable<unknown>): number {
  const iterator = parts[Symbol.iterator]();
  let counted = 0;
  while (!iterator.next().done) counted += 1;
  return counted;
}
