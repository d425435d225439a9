import type { Backup, Merged, Rebuilt, Verification } from '../../contract/library.ts';
import { backUp, backUpInto, fillBeside, type WorkOptions } from './backup.ts';
import { BESIDE } from './folder.ts';
import { merge, type MergeSource } from './merge.ts';
import { rebuild, type RebuildParts } from './rebuild.ts';
import { damagedThumbnails } from './thumbnails.ts';
import { verify } from './verify.ts';
import type { LibraryWriter } from './writer.ts';

export interface UpkeepParts extends RebuildParts {
  readonly writer: LibraryWriter;
}

/** Work on a whole library while it is used, so that nothing of it is ever lost. */
export class Upkeep {
  readonly #parts: UpkeepParts;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  verify(options: WorkOptions = {}): Promise<Verification> {
    const { reader, folder } = this.#parts;
    return verify(reader, folder, options);
  }

  backUp(target: string, options: WorkOptions = {}): Promise<Backup> {
    return backUp(this.#parts.folder, target, options);
  }

  backUpInto(folder: string, isArchive: boolean, options: WorkOptions = {}): Promise<Backup> {
    return backUpInto(this.#parts.folder, folder, isArchive, options);
  }

  /**
   * Brings what the library holds to where it is to be moved, so that the move itself is short.
   *
   * @returns what was read back there
   */
  async prepareMove(target: string, options: WorkOptions = {}): Promise<Set<string>> {
    const { writer, folder } = this.#parts;
    writer.requireWritable();
    const checked = new Set<string>();
    await fillBeside(folder, target, { ...options, beside: BESIDE, checked });
    return checked;
  }

  async rebuild(options: WorkOptions = {}): Promise<Rebuilt> {
    const { writer, folder } = this.#parts;
    writer.requireWritable();
    const rebuilt = await rebuild(this.#parts, options);
    const { ids } = await folder.listPictures();
    for (const id of await damagedThumbnails(ids, folder, options.signal)) {
      await writer.redrawThumbnail(id);
    }
    return rebuilt;
  }

  merge(other: MergeSource, options: WorkOptions = {}): Promise<Merged> {
    return merge({ ...this.#parts, root: this.#parts.folder.root }, other, options);
  }
}
