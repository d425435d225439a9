import type { Library } from '../state/library.svelte.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { type GridLayout, indexAfterKey } from './grid.ts';

/** The keys of a list of portraits: walk, extend with Shift, look closer with Space. */
export function walkPortraits(
  event: KeyboardEvent,
  studio: Studio,
  { layout, page }: { layout: GridLayout; page: number },
  onArrive: (id: string) => void = () => {},
): void {
  const { library } = studio;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ') {
    event.preventDefault();
    return studio.chosen.openLoupe();
  }
  const from = library.selection.cursorIndex;
  const next =
    from < 0 && event.key.startsWith('Arrow') ? 0 : indexAfterKey(event.key, from, layout, page);
  if (next === null) return;
  event.preventDefault();
  void studio
    .attempt(() => goTo(library, next, event.shiftKey))
    .then((id) => {
      if (id && !event.shiftKey) onArrive(id);
    });
}

/** Makes the portrait at an index the cursor, also where it has not been read yet: the end of a long list. */
export async function goTo(
  library: Library,
  index: number,
  isExtending = false,
): Promise<string | undefined> {
  // What is known is there before the next key.
  const id = library.at(index) ?? (await library.reach(index));
  if (id === undefined) return;
  if (isExtending) await library.selection.extendTo(id);
  else library.selection.select(id);
  return id;
}
