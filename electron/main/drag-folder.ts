import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../contract/printable.ts';

/**
 * Files that are dragged out of a window, for as long as the app runs: other programs may still read what was
 * dragged to them before. It lies with what is this user's and this app's alone, of which one runs at a time.
 */
export class DragFolder {
  readonly #folder: string;

  /** @param parent a folder of this user and this app */
  constructor(parent: string) {
    this.#folder = path.join(parent, 'dragged');
  }

  /** A folder for one drag; files of the same in it may be replaced. */
  async folderOf(name: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return path.join(this.#folder, name);
  }

  /** Takes away what was dragged. What another program holds open is left to the next start. */
  clear(): void {
    try {
      rmSync(this.#folder, { recursive: true, force: true });
    } catch (error) {
      console.error(printable(String(error)));
    }
  }
}
