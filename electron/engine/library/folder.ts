import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { generationIdSchema } from '../../contract/generation.ts';
import {
  abandonedScratchFolders,
  ScratchFolder,
  isScratchLock,
  isScratchName,
  sweepScratchFolders,
} from '../storage/scratch-folder.ts';
import { Breather } from '../jobs/breather.ts';
import { syncFolder, writeDurably } from '../storage/durable.ts';
import { filesBelow } from '../storage/files-below.ts';
import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { moveFileSync } from '../storage/move-file.ts';
import { entriesOf, remove } from '../storage/remove.ts';
import { timeOfId } from './ids.ts';

export const DATABASE = 'library.db';
export const JOURNAL = 'journal.jsonl';

const PICTURES = 'pictures';
const THUMBNAILS = 'thumbnails';
const STAGING = 'staging';

/** What the artist wants of the library itself. */
export const SETTINGS = 'settings.json';

/** What other parts of the studio keep beside the portraits for good. */
export const KEPT_BESIDE: readonly string[] = [
  ...['references', 'directions', 'vocabulary', 'models', 'grids'],
];
export const BESIDE: readonly string[] = [
  ...KEPT_BESIDE,
  ...['renders', 'index', 'checked', 'optimised', 'samples'],
];

/** Every folder of a library. */
export const LIBRARY_FOLDERS: readonly string[] = [PICTURES, THUMBNAILS, STAGING, ...BESIDE];

/** Every file of a library that is in no folder of it. */
export const LIBRARY_FILES: readonly string[] = [
  ...['', '-wal', '-shm', '-journal'].map((end) => DATABASE + end),
  ...[JOURNAL, SETTINGS],
];

/** How the scratch folders of the staging folder were called before they had locks. */
const OLD_SCRATCH_NAME = /^\d+-[0-9a-f]{8}$/;

/** The files of one portrait. */
const KINDS = {
  picture: { folder: PICTURES, extension: '.png' },
  thumbnail: { folder: THUMBNAILS, extension: '.webp' },
} as const;
type Kind = keyof typeof KINDS;
const EACH_KIND: readonly Kind[] = ['picture', 'thumbnail'];

/** What stands in one of the folders. */
export interface Listing {
  readonly ids: readonly string[];
  readonly others: readonly string[];
  /** Folders that cannot be looked into. */
  readonly unreadable: readonly string[];
  /** Where processes were moving files from another disk. */
  readonly scratchFolders: readonly string[];
}

/** A file that a process left in its scratch folder when it died. */
export interface Leftover {
  readonly file: string;
  readonly id: string;
  /** Only pictures are ever put back; thumbnails may be half-written, and are redrawn. */
  readonly isPicture: boolean;
}

/**
 * The files beside the database: `pictures/YYYY/MM/<id>.png`, `thumbnails/YYYY/MM/<id>.webp`, and
 * `staging/`, through which every file comes and goes so that a name under `pictures/` always means a
 * whole picture.
 */
export class LibraryFolder {
  readonly root: string;
  readonly database: string;
  /** What the artist did to portraits, for when the database is lost. */
  readonly journal: string;
  /** Where files wait: on the disk of the database. */
  readonly staging: string;
  /** This process's own scratch folder of the staging folder, once it has something to put there. */
  #scratch: ScratchFolder | null = null;
  /** Those of processes that are gone. */
  #abandoned: ScratchFolder[] = [];

  /** @param database another than the library's own: a copy of it */
  constructor(root: string, database?: string) {
    this.root = path.resolve(root);
    this.database = database ?? path.join(this.root, DATABASE);
    this.journal = path.join(this.root, JOURNAL);
    this.staging = path.join(path.dirname(this.database), STAGING);
  }

  /** Where the vector index is kept; it can be deleted. */
  get index(): string {
    return path.join(this.root, 'index');
  }

  get pictures(): string {
    return path.join(this.root, PICTURES);
  }

  /** The folders in which something is written. */
  get written(): string[] {
    return ['', PICTURES, THUMBNAILS, STAGING].map((folder) => path.join(this.root, folder));
  }

  /** Makes what is missing of it, for nobody but the owner. */
  async create(): Promise<void> {
    for (const folder of [PICTURES, THUMBNAILS, STAGING]) {
      await makeFolder(path.join(this.root, folder), PRIVATE_FOLDER);
    }
    // SQLite would make it for all to read, and gives its other files the rights of this one.
    if (!existsSync(this.database)) closeSync(openSync(this.database, 'a', PRIVATE_FILE));
  }

  picture(id: string): string {
    return this.#final(id, 'picture');
  }

  thumbnail(id: string): string {
    return this.#final(id, 'thumbnail');
  }

  /** Brings a portrait's files safely to the disk, but not yet to where readers look. */
  async stage(id: string, picture: Uint8Array, thumbnail: Uint8Array): Promise<void> {
    for (const kind of EACH_KIND) {
      await makeFolder(path.dirname(this.#final(id, kind)), PRIVATE_FOLDER);
    }
    const staged = this.#staged(id, 'picture');
    await writeDurably(staged, picture);
    await writeDurably(this.#staged(id, 'thumbnail'), thumbnail);
    await syncFolder(path.dirname(staged));
  }

  /** Moves staged files to where readers look. Synchronous: it happens inside a transaction. */
  publish(id: string): void {
    for (const kind of EACH_KIND) moveFileSync(this.#staged(id, kind), this.#final(id, kind));
  }

  /** Moves a portrait's files back to staging. Synchronous: it happens inside a transaction. */
  withdraw(id: string): void {
    for (const kind of EACH_KIND) {
      const final = this.#final(id, kind);
      if (existsSync(final)) moveFileSync(final, this.#staged(id, kind));
    }
  }

  /** Puts withdrawn files back. */
  restore(id: string): void {
    if (!this.#scratch) return;
    for (const kind of EACH_KIND) {
      const staged = this.#staged(id, kind);
      if (existsSync(staged)) moveFileSync(staged, this.#final(id, kind));
    }
  }

  /** Removes a portrait's staged files for good. */
  async discard(id: string): Promise<void> {
    if (!this.#scratch) return;
    for (const kind of EACH_KIND) await remove(this.#staged(id, kind));
  }

  /** Writes a thumbnail anew from staging. */
  async replaceThumbnail(id: string, thumbnail: Uint8Array): Promise<void> {
    const final = this.#final(id, 'thumbnail');
    const staged = this.#staged(id, 'thumbnail');
    try {
      await makeFolder(path.dirname(final), PRIVATE_FOLDER);
      await writeDurably(staged, thumbnail);
      moveFileSync(staged, final);
    } catch (thrown) {
      await remove(staged);
      throw thrown;
    }
  }

  /**
   * The portraits whose pictures are in their place, and other files, relative to the library.
   *
   * @param except folders that are not looked into
   * @param below the folder that is looked into, of all pictures by default
   */
  listPictures(except?: ReadonlySet<string>, below?: string): Promise<Listing> {
    return this.#list('picture', except, below);
  }

  listThumbnails(except?: ReadonlySet<string>, below?: string): Promise<Listing> {
    return this.#list('thumbnail', except, below);
  }

  /** What processes that are no longer alive left in staging. Their scratch folders are this one's until `tidy`. */
  async leftovers(): Promise<Leftover[]> {
    // A link that stands there is no staging folder of ours, whatever it leads to.
    const names = new Set((await entriesOf(this.staging)).map(({ name }) => name));
    const isScratch = (name: string) =>
      names.has(name) && (isScratchName(name) || OLD_SCRATCH_NAME.test(name));
    const scratchFolders = await abandonedScratchFolders(this.staging, isScratch);
    this.#abandoned.push(...scratchFolders);
    return (await Promise.all(scratchFolders.map(leftoversIn))).flat();
  }

  /** Clears away what processes that are gone left beside the portraits. */
  async sweepDrafts(): Promise<void> {
    for (const name of BESIDE) {
      const folder = path.join(this.root, name);
      const below = (await entriesOf(folder).catch(() => []))
        .filter((entry) => entry.isDirectory() && !isScratchName(entry.name))
        .map((entry) => path.join(folder, entry.name));
      for (const at of [folder, ...below]) await sweepScratchFolders(at);
    }
  }

  /** Removes the scratch folders of this process and of the dead, as far as they are empty. */
  async tidy(): Promise<void> {
    this.#scratch?.leave();
    this.#scratch = null;
    for (const scratch of this.#abandoned.splice(0)) scratch.leave();
  }

  async #list(kind: Kind, except?: ReadonlySet<string>, below?: string): Promise<Listing> {
    const { folder, extension } = KINDS[kind];
    const breather = new Breather();
    const { files, unreadable, scratchFolders } = await filesBelow(
      below ?? path.join(this.root, folder),
      except,
    );
    const listing: { ids: string[]; others: string[] } = { ids: [], others: [] };
    for (const file of files) {
      const id = path.basename(file, extension);
      const isInPlace = generationIdSchema.safeParse(id).success && file === this.#final(id, kind);
      if (isInPlace) listing.ids.push(id);
      else listing.others.push(path.relative(this.root, file));
      if (breather.isDue) await breather.pause();
    }
    return { ...listing, unreadable, scratchFolders };
  }

  /** Where readers look for it. */
  #final(id: string, kind: Kind): string {
    const { folder, extension } = KINDS[kind];
    return path.join(this.root, folder, shelf(id), id + extension);
  }

  /** Where it waits, in this process's own scratch folder. */
  #staged(id: string, kind: Kind): string {
    // Whoever tidies up by hand may have taken it away.
    if (!this.#scratch || !existsSync(this.#scratch.folder)) {
      this.#scratch?.leave();
      this.#scratch = ScratchFolder.open(this.staging);
    }
    return path.join(this.#scratch.folder, id + KINDS[kind].extension);
  }
}

async function leftoversIn({ folder }: ScratchFolder): Promise<Leftover[]> {
  const entries = await entriesOf(folder);
  return entries
    .filter((entry) => !isScratchLock(entry.name) && !entry.isDirectory())
    .map((entry) => {
      const { name: id, ext } = path.parse(entry.name);
      return {
        file: path.join(folder, entry.name),
        id,
        isPicture: entry.isFile() && ext === '.png',
      };
    });
}

/** `YYYY/MM` of the moment in the id, in UTC so that it never changes. */
function shelf(id: string): string {
  return path.join(...new Date(timeOfId(id)).toISOString().slice(0, 7).split('-'));
}
