import type { Generation } from '../../electron/contract/generation.ts';

const PORTRAIT_TYPE = 'application/x-clip-flow-portrait';

/** All that the drag under way brings, if it began in this window. */
let carried: readonly string[] = [];

/**
 * Fills a drag with a portrait: as itself within the studio, and as a file for a browser's desktop.
 *
 * @param selected what is selected: all of it goes along where the portrait is among it
 */
export function carryPortrait(
  event: DragEvent,
  { id, seed }: Generation,
  selected: readonly string[] = [],
): void {
  const { dataTransfer } = event;
  if (!dataTransfer) return;
  const url = new URL(`pictures/${id}`, document.baseURI).href;
  carried = selected.includes(id) ? selected : [id];
  dataTransfer.setData(PORTRAIT_TYPE, id);
  dataTransfer.setData('DownloadURL', `image/png:portrait ${seed ?? id}.png:${url}`);
  dataTransfer.effectAllowed = 'copy';
}

/** The portrait that a drag brings, or null. */
export function carriedPortrait(event: DragEvent): string | null {
  return event.dataTransfer?.getData(PORTRAIT_TYPE) || null;
}

/** All portraits that a drag brings, in the order they were selected in. */
export function carriedPortraits(event: DragEvent): readonly string[] {
  const id = carriedPortrait(event);
  if (id === null) return [];
  return carried.includes(id) ? carried : [id];
}

/** Whether a drag over something brings portraits of the library. */
export function isCarryingPortraits(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes(PORTRAIT_TYPE) ?? false;
}

/** Whether a drag over something brings a portrait or a file; what exactly is told at the drop. */
export function isCarrying(event: DragEvent): boolean {
  const types = event.dataTransfer?.types ?? [];
  return types.includes(PORTRAIT_TYPE) || types.includes('Files');
}
