import type { Library } from '../state/library.svelte.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { indexAfterKey } from './grid.ts';

/** The keys of a list of portraits: walk, extend with Shift, compare with Space. */
export function walkPortraits(
  event: KeyboardEvent,
  studio: Studio,
  shape: { columns: number; pageRows: number },
  onArrive: (id: string) => void = () => {},
): void {
  const { library } = studio;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ') {
    event.preventDefault();
    return studio.chosen.compare();
  }
  const from = library.selection.cursorIndex;
  const next =
    from < 0 && event.key.startsWith('Arrow')
      ? 0
      : indexAfterKey(event.key, from, library.total, shape.columns, shape.pageRows);
  if (next === null) return;
  event.preventDefault();
  void go(library, next, event.shiftKey).then((id) => {
    if (id !== undefined && !event.shiftKey) onArrive(id);
  });
}

/** Also to what has not been read yet: the end of a long list. */
async function go(
  library: Library,
  index: number,
  isExtending: boolean,
): Promise<string | undefined> {
  await library.reach(index);
  const id = library.ids[index];
  if (id === undefined) return;
  if (isExtending) library.selection.extendTo(id);
  else library.selection.select(id);
  return id;
}
