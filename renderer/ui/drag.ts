import type { Generation } from '../../electron/contract/generation.ts';

const PORTRAIT_TYPE = 'application/x-clip-flow-portrait';

/** Fills a drag with a portrait: as itself within the studio, and as a file for a browser's desktop. */
export function carryPortrait(event: DragEvent, { id, seed }: Generation): void {
  const { dataTransfer } = event;
  if (!dataTransfer) return;
  const url = new URL(`pictures/${id}`, document.baseURI).href;
  dataTransfer.setData(PORTRAIT_TYPE, id);
  dataTransfer.setData('DownloadURL', `image/png:portrait ${seed ?? id}.png:${url}`);
  dataTransfer.effectAllowed = 'copy';
}

/** The portrait that a drag brings, or null. */
export function carriedPortrait(event: DragEvent): string | null {
  return event.dataTransfer?.getData(PORTRAIT_TYPE) || null;
}

/** Whether a drag over something brings a portrait or a file; what exactly is told at the drop. */
export function isCarrying(event: DragEvent): boolean {
  const types = event.dataTransfer?.types ?? [];
  return types.includes(PORTRAIT_TYPE) || types.includes('Files');
}
