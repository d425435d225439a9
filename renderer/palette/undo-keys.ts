import type { Studio } from '../state/studio.svelte.ts';
import { KEYS } from './key-table.ts';

/**
 * Takes a key pressed in a field for the history of the studio: the field's own knows nothing of what else
 * was done in between.
 *
 * @returns whether it was one
 */
export function takeUndoKey(studio: Studio, event: KeyboardEvent): boolean {
  const isUndo = studio.keys.matches(KEYS.undo, event);
  if (!isUndo && !studio.keys.matches(KEYS.redo, event)) return false;
  event.preventDefault();
  void (isUndo ? studio.undoLast() : studio.redoLast());
  return true;
}
