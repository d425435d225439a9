import type { Studio } from '../state/studio.svelte.ts';
import { indexAfterKey } from './grid.ts';

/** The keys of a list of portraits: walk, extend with Shift, compare with Space. */
export function walkPortraits(
  event: KeyboardEvent,
  studio: Studio,
  shape: { columns: number; pageRows: number },
): void {
  const { library } = studio;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ') {
    event.preventDefault();
    return studio.compare();
  }
  const from = library.cursor === null ? -1 : library.ids.indexOf(library.cursor);
  const next =
    from < 0 && event.key.startsWith('Arrow')
      ? 0
      : indexAfterKey(event.key, from, library.ids.length, shape.columns, shape.pageRows);
  const id = next === null ? undefined : library.ids[next];
  if (id === undefined) return;
  event.preventDefault();
  if (event.shiftKey) library.extendTo(id);
  else library.select(id);
}
