import type { Backup, Merged, Rebuilt, Verification } from '../../contract/library.ts';
import { backUp, type WorkOptions } from './backup.ts';
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
