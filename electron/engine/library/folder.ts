import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { generationIdSchema } from '../../contract/generation.ts';
import { syncFolder, writeDurably } from '../storage/durable.ts';
import { isSystemError } from '../storage/errors.ts';
import { filesBelow } from '../storage/files-below.ts';
import { timeOfId } from './ids.ts';

const PICTURES = 'pictures';
const THUMBNAILS = 'thumbnails';
const STAGING = 'staging';

/** This process's own corner of the staging folder: its number, and a mark against reused numbers. */
const CORNER = `${process.pid}-${randomBytes(4).toString('hex')}`;

const CORNER_NAME = /^\d+-[0-9a-f]{8}$/;

/** The files of one portrait: where they stand for good, and where they wait. */
interface FileRoute {
  readonly staged: string;
  readonly final: string;
}

/** What stands in one of the folders. */
export interface Listing {
  readonly ids: readonly string[];
  readonly others: readonly string[];
  /** Folders that cannot be looked into. */
  readonly unreadable: readonly string[];
}

/** A file that a process left in its corner when it died. */
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

  /** @param database another than the library's own: a copy of it */
  constructor(root: string, database?: string) {
    this.root = path.resolve(root);
    this.database = database ?? path.join(this.root, 'library.db');
    this.journal = path.join(this.root, 'journal.jsonl');
  }

  get pictures(): string {
    return path.join(this.root, PICTURES);
  }

  /** The folders in which something is written. */
  get written(): string[] {
    return ['', PICTURES, THUMBNAILS, STAGING].map((folder) => path.join(this.root, folder));
  }

  async create(): Promise<void> {
    for (const folder of [PICTURES, THUMBNAILS, STAGING]) {
      await mkdir(path.join(this.root, folder), { recursive: true });
    }
  }

  picture(id: string): string {
    return path.join(this.root, PICTURES, shelf(id), `${id}.png`);
  }

  thumbnail(id: string): string {
    return path.join(this.root, THUMBNAILS, shelf(id), `${id}.webp`);
  }

  /** Brings a portrait's files safely to the disk, but not yet to where readers look. */
  async stage(id: string, picture: Uint8Array, thumbnail: Uint8Array): Promise<void> {
    const { picture: png, thumbnail: webp } = this.#routes(id);
    for (const file of [png.staged, png.final, webp.final]) {
      await mkdir(path.dirname(file), { recursive: true });
    }
    await writeDurably(png.staged, picture);
    await writeDurably(webp.staged, thumbnail);
    await syncFolder(path.dirname(png.staged));
  }

  /** Moves staged files to where readers look. Synchronous: it happens inside a transaction. */
  publish(id: string): void {
    const { picture, thumbnail } = this.#routes(id);
    renameSync(picture.staged, picture.final);
    renameSync(thumbnail.staged, thumbnail.final);
  }

  /** Moves a portrait's files back to staging. Synchronous: it happens inside a transaction. */
  withdraw(id: string): void {
    for (const { staged, final } of Object.values(this.#routes(id))) {
      if (!existsSync(final)) continue;
      mkdirSync(path.dirname(staged), { recursive: true });
      renameSync(final, staged);
    }
  }

  /** Puts withdrawn files back. */
  restore(id: string): void {
    for (const { staged, final } of Object.values(this.#routes(id))) {
      if (existsSync(staged)) renameSync(staged, final);
    }
  }

  /** Removes a portrait's staged files for good. */
  async discard(id: string): Promise<void> {
    for (const { staged } of Object.values(this.#routes(id))) await rm(staged, { force: true });
  }

  /** Writes a thumbnail anew from staging. */
  async replaceThumbnail(id: string, thumbnail: Uint8Array): Promise<void> {
    const { staged, final } = this.#routes(id).thumbnail;
    for (const file of [staged, final]) await mkdir(path.dirname(file), { recursive: true });
    await writeDurably(staged, thumbnail);
    await rename(staged, final);
  }

  /** The portraits whose pictures are in their place, and other files, relative to the library. */
  listPictures(): Promise<Listing> {
    return this.#list(PICTURES, '.png');
  }

  listThumbnails(): Promise<Listing> {
    return this.#list(THUMBNAILS, '.webp');
  }

  /** What processes that are no longer alive left in staging. */
  async leftovers(): Promise<Leftover[]> {
    const corners = await this.#abandonedCorners();
    const found = await Promise.all(corners.map((corner) => this.#leftoversIn(corner)));
    return found.flat();
  }

  /** Removes the corners of this process and of the dead, as far as they are empty. */
  async tidy(): Promise<void> {
    for (const corner of [CORNER, ...(await this.#abandonedCorners())]) {
      // What cannot be removed now does no harm and is met again at the next opening.
      await rmdir(path.join(this.root, STAGING, corner)).catch(() => undefined);
    }
  }

  async #list(kind: string, extension: string): Promise<Listing> {
    const root = path.join(this.root, kind);
    const { files, unreadable } = await filesBelow(root);
    const listing: { ids: string[]; others: string[] } = { ids: [], others: [] };
    for (const file of files) {
      const id = path.basename(file, extension);
      const isInPlace =
        generationIdSchema.safeParse(id).success &&
        file === path.join(root, shelf(id), id + extension);
      if (isInPlace) listing.ids.push(id);
      else listing.others.push(path.relative(this.root, file));
    }
    return { ...listing, unreadable };
  }

  #routes(id: string): { picture: FileRoute; thumbnail: FileRoute } {
    const corner = path.join(this.root, STAGING, CORNER);
    return {
      picture: { staged: path.join(corner, `${id}.png`), final: this.picture(id) },
      thumbnail: { staged: path.join(corner, `${id}.webp`), final: this.thumbnail(id) },
    };
  }

  async #abandonedCorners(): Promise<string[]> {
    const corners = await readdir(path.join(this.root, STAGING));
    return corners.filter(
      (corner) => CORNER_NAME.test(corner) && corner !== CORNER && !isAlive(corner),
    );
  }

  async #leftoversIn(corner: string): Promise<Leftover[]> {
    const folder = path.join(this.root, STAGING, corner);
    return (await readdir(folder)).map((name) => {
      const { name: id, ext } = path.parse(name);
      return { file: path.join(folder, name), id, isPicture: ext === '.png' };
    });
  }
}

/** `YYYY/MM` of the moment in the id, in UTC so that it never changes. */
function shelf(id: string): string {
  return path.join(...new Date(timeOfId(id)).toISOString().slice(0, 7).split('-'));
}

/** Whether the process that a corner belongs to still runs. Our own number with another mark does not. */
function isAlive(corner: string): boolean {
  const pid = Number.parseInt(corner, 10);
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return isSystemError(thrown, 'EPERM');
  }
}
