import { cosine } from '../latent/vectors.ts';
import { Families } from './groups.ts';

/** A portrait as a CLIP sees it. */
export interface Seen {
  readonly id: string;
  readonly space: string;
  /** [clip]. */
  readonly embedding: Float32Array;
}

/**
 * Near-duplicates: portraits that are as alike as that, or that others between them are (single linkage). Every
 * pair is compared, so that it is for a page of portraits and not for a library.
 *
 * @param similarity cosine, 0 to 1
 * @returns the ids of each stack of two or more, in the order of `seen`
 */
export function stacksOf(seen: readonly Seen[], similarity: number): string[][] {
  const stacks = new Families();
  for (const [index, one] of seen.entries()) {
    for (const other of seen.slice(index + 1)) {
      if (one.space !== other.space) continue;
      if (cosine(one.embedding, other.embedding) >= similarity) stacks.join(one.id, other.id);
    }
  }
  const members = Map.groupBy(seen, ({ id }) => stacks.of(id));
  return [...members.values()]
    .filter((stack) => stack.length > 1)
    .map((stack) => stack.map(({ id }) => id));
}
