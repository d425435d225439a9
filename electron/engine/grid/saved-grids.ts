import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { type SavedGrid, savedGridSchema, type SaveGrid } from '../../contract/grid.ts';
import { filesBelow } from '../storage/files-below.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { remove } from '../storage/remove.ts';

const EXTENSION = '.json';

/** Bytes. Of what the contract allows no grid has as many. */
const MAX_BYTES = 2_000_000;

/**
 * The grids that a library keeps: `grids/<id>.json` in its folder, each whole or not at all. They are no rows, for they
 * are few, are made of nothing else and are searched by nobody; backups and merging take the folder along.
 */
export class SavedGrids {
  readonly #folder: string;
  readonly #requireWritable: () => void;

  constructor(library: string, requireWritable: () => void) {
    this.#folder = path.join(library, 'grids');
    this.#requireWritable = requireWritable;
  }

  /** By their names. What cannot be read is passed over. */
  async list(): Promise<SavedGrid[]> {
    const { files } = await filesBelow(this.#folder);
    const found = await Promise.all(files.map(readGrid));
    return found
      .filter((grid) => grid !== null)
      .sort((a, b) => a.name.localeCompare(b.name) || a.savedAt - b.savedAt);
  }

  async save({ id = randomUUID(), name, grid }: SaveGrid): Promise<SavedGrid> {
    this.#requireWritable();
    const saved = { id, name, savedAt: Date.now(), grid };
    await keepFile(this.#fileOf(id), `${JSON.stringify(saved)}\n`);
    return saved;
  }

  /** @throws StudioError `not-found` */
  async remove(id: string): Promise<void> {
    this.#requireWritable();
    const file = this.#fileOf(id);
    if ((await readGrid(file)) === null) {
      throw new StudioError('not-found', `The library has no grid ${id}. Nothing was changed.`, {
        details: { id },
      });
    }
    await remove(file);
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, id + EXTENSION);
  }
}

/** Null for what is no grid of the studio's. */
async function readGrid(file: string): Promise<SavedGrid | null> {
  try {
    const text = new TextDecoder().decode(await readRegular(file, MAX_BYTES));
    const saved = savedGridSchema.parse(JSON.parse(text));
    return path.basename(file, EXTENSION) === saved.id ? saved : null;
  } catch {
    return null;
  }
}
