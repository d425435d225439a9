import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { printable } from '../contract/printable.ts';

const MAX_FILES = 10;
const filesSchema = z.array(z.string().min(1)).max(MAX_FILES);

/** Files that were opened last, the latest first, remembered in a small file of the app's. */
export class RecentFiles {
  readonly #kept: string;
  readonly #onChange: () => void;
  #files: readonly string[];

  /**
   * @param kept where they are remembered; one that cannot be read counts as empty
   * @param onChange called when there are others
   */
  constructor(kept: string, onChange: () => void) {
    this.#kept = kept;
    this.#onChange = onChange;
    this.#files = read(kept);
  }

  get files(): readonly string[] {
    return this.#files;
  }

  add(file: string): void {
    const others = this.#files.filter((other) => other !== file);
    this.#put([file, ...others].slice(0, MAX_FILES));
  }

  remove(file: string): void {
    this.#put(this.#files.filter((other) => other !== file));
  }

  clear(): void {
    this.#put([]);
  }

  #put(files: readonly string[]): void {
    this.#files = files;
    try {
      writeFileSync(this.#kept, JSON.stringify(files), { mode: 0o600 });
    } catch (error) {
      // Then they are known until the app ends.
      console.error(printable(String(error)));
    }
    this.#onChange();
  }
}

function read(kept: string): readonly string[] {
  try {
    return filesSchema.parse(JSON.parse(readFileSync(kept, 'utf8')));
  } catch {
    return [];
  }
}
