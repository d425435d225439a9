import { MAX_RATING } from '../../electron/contract/arrange.ts';
import { KEYS } from '../palette/commands.ts';
import { matches } from '../palette/keys.ts';
import type { Studio } from '../state/studio.svelte.ts';

/**
 * Stars the portrait that is looked at, takes its star off, or rates it.
 *
 * @returns whether the key meant that
 */
export function standByKey(event: KeyboardEvent, studio: Studio, id: string): boolean {
  const { key } = event;
  const rating = /^\d$/.test(key) ? Number(key) : Infinity;
  if (matches(KEYS.star, event)) void studio.attempt(() => studio.actions.toggleStar([id]));
  else if (rating <= MAX_RATING) void studio.attempt(() => studio.arranging.rate([id], rating));
  else return false;
  return true;
}
