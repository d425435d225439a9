import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Pack } from '../packs/pack.ts';
import { fileState } from '../storage/file-state.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { RUNTIME } from './runtime.ts';

/** To be raised when something is checked that was not before: every pack is checked again then. */
const EDITION = 1;

/**
 * A file that was written twice within a tick of its file system's clock has the same times both times. One that was
 * changed less than so many milliseconds ago is not known by them.
 */
const SETTLED_MS = 2_000;
const MAX_BYTES = 100;

/**
 * Which packs passed all checks on this machine, so that the next start need not make them again: `checked/` beside
 * the library. All of it can be deleted; packs are checked again then.
 */
export class CheckedPacks {
  readonly #folder: string;
  readonly #mayWrite: () => boolean;

  /** @param library root folder of the library */
  constructor(library: string, mayWrite: () => boolean) {
    this.#folder = path.join(library, 'checked');
    this.#mayWrite = mayWrite;
  }

  /** Whether a pack passed in a state, as `stateOf` tells it. */
  async has(pack: Pack, state: string): Promise<boolean> {
    const kept = await readRegular(this.#file(pack), MAX_BYTES).catch(() => null);
    return kept?.toString() === state;
  }

  /** Where nothing can be written the pack is checked again. */
  async keep(pack: Pack, state: string): Promise<void> {
    if (this.#mayWrite()) await keepFile(this.#file(pack), state).catch(() => undefined);
  }

  #file({ folder }: Pack): string {
    return path.join(this.#folder, hashOf(folder));
  }
}

/**
 * What tells a pack from all others and from itself after any change: its manifest, the state of the file that stands
 * under every name, and what checks it.
 *
 * @returns a hash; null where a file is missing, or was changed only now
 */
export async function stateOf({ folder, manifest }: Pack): Promise<string | null> {
  const names = Object.keys(manifest.files);
  const files = await Promise.all(names.map((name) => fileState(path.join(folder, name))));
  const settled = Date.now() - SETTLED_MS;
  if (files.some((file) => file === null || file.changedMs > settled)) return null;
  const told = files.map((file) => file?.told);
  return hashOf(JSON.stringify([EDITION, RUNTIME, folder, manifest, told]));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
