import { MAX_RATING } from '../../electron/contract/arrange.ts';
import { KEYS } from '../palette/commands.ts';
import type { Studio } from '../state/studio.svelte.ts';

/**
 * Stars the portrait that is looked at, takes its star off, or rates it.
 *
 * @returns whether the key meant that
 */
export function standByKey(
  { key }: Pick<KeyboardEvent, 'key'>,
  studio: Studio,
  id: string,
): boolean {
  const rating = /^\d$/.test(key) ? Number(key) : Infinity;
  if (key === KEYS.star) void studio.attempt(() => studio.actions.toggleStar([id]));
  else if (rating <= MAX_RATING) void studio.attempt(() => studio.arranging.rate([id], rating));
  else return false;
  return true;
}
