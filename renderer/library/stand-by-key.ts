import { KEYS } from '../palette/commands.ts';
import type { Studio } from '../state/studio.svelte.ts';

/**
 * Stars the portrait that is looked at, or takes the star off.
 *
 * @returns whether the key meant that
 */
export function standByKey(
  { key }: Pick<KeyboardEvent, 'key'>,
  studio: Studio,
  id: string,
): boolean {
  if (key !== KEYS.star) return false;
  void studio.attempt(() => studio.actions.toggleStar([id]));
  return true;
}
