import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { keepFile } from '../../engine/storage/publish.ts';

export interface HandOver {
  /** Of a page that goes on to the address at once. */
  readonly address: string;
  remove(): Promise<void>;
}

/**
 * An address that is nobody else's business, as a page that only this user can read. A browser's command
 * line, on which such a page can be named, is read by every user of the machine.
 *
 * @param folder a private one, always the same: browsers remember a window's size by the address it had first
 */
export async function handOver(url: string, folder: string): Promise<HandOver> {
  const file = path.join(folder, `window-${new URL(url).port}.html`);
  await keepFile(
    file,
    `<!doctype html><title>CLIP-Flow Studio</title><meta http-equiv="refresh" content="0;url=${url}">`,
  );
  return {
    address: pathToFileURL(file).href,
    remove: () => rm(file, { force: true }),
  };
}
