import { MAX_RATING } from '../../electron/contract/arrange.ts';
import { KEYS } from '../palette/key-table.ts';
import type { Studio } from '../state/studio.svelte.ts';

const RATINGS = Array.from({ length: MAX_RATING + 1 }, (_, rating) => rating);

/**
 * Stars the portrait that is looked at, takes its star off, or rates it.
 *
 * @returns whether the key meant that
 */
export function standByKey(event: KeyboardEvent, studio: Studio, id: string): boolean {
  const { keys } = studio;
  const rating = RATINGS.find((each) => keys.matches(`rate-${each}`, event));
  if (keys.matches(KEYS.star, event)) void studio.attempt(() => studio.actions.toggleStar([id]));
  else if (rating !== undefined) void studio.attempt(() => studio.arranging.rate([id], rating));
  else return false;
  return true;
}
