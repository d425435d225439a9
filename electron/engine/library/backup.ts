import Database from 'better-sqlite3';
import { constants, existsSync } from 'node:fs';
import { copyFile, link, lstat, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import * as sqliteVec from 'sqlite-vec';
import { openPromise } from 'yauzl';
import { z } from 'zod';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { generationIdSchema } from '../../contract/generation.ts';
import type { Backup } from '../../contract/library.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import { readStory } from '../images/metadata/story.ts';
import { syncFile, syncFolder } from '../storage/durable.ts';
import { isSystemError, writeError } from '../storage/errors.ts';
import { filesBelow } from '../storage/files-below.ts';
import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { withDraft } from '../storage/publish.ts';
import { entriesOf, remove } from '../storage/remove.ts';
import {
  hasLiveScratchFolder,
  ScratchFolder,
  sweepScratchFolders,
} from '../storage/scratch-folder.ts';
import { bytesOf, writeZip } from '../storage/write-zip.ts';
import { KEPT_BESIDE, LibraryFolder, SETTINGS } from './folder.ts';
import { Journal } from './journal.ts';

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface BackupOptions extends WorkOptions {
  /** Folders of the library that go along; by default what is kept for good. */
  readonly beside?: readonly string[] | undefined;
  /** Files that were read back a moment ago, and need not be again; those that are now are added. */
  readonly checked?: Set<string> | undefined;
}

/** What a backup is called until it is whole. It goes on from there when it was broken off. */
const UNFINISHED = '.unfinished';

/** Pages of the database that are copied before others get their turn. */
const PAGES_AT_ONCE = 2_000;

const idsSchema = z.array(z.object({ id: generationIdSchema }));
const markSchema = z.object({ applied: z.int() });
const checkSchema = z.array(z.object({ quick_check: z.string() }));

/**
 * Backs a library up while it is used: as it is at one moment, to a folder that is a library itself, or to a ZIP
 * archive of one (`.zip`). It appears whole and checked, or not at all; what is there of one that was broken off
 * is gone on from. Pictures never change, so that on the same disk they are linked and not copied.
 *
 * @throws StudioError `file-exists`, `file-busy` while another one is made there, `path-unusable` for a place in
 *   the library, `disk-full`, `disk-failed` where what was written is read back otherwise, `cancelled`
 */
export async function backUp(
  library: LibraryFolder,
  target: string,
  options: BackupOptions = {},
): Promise<Backup> {
  const place = path.resolve(target);
  try {
    const unfinished = place + UNFINISHED;
    const backup = await fillBeside(library, place, options);
    if (path.extname(place).toLowerCase() === '.zip') {
      await archive(unfinished, place, options);
      await remove(unfinished);
    } else {
      await rename(unfinished, place);
    }
    await syncFolder(path.dirname(place));
    return { ...backup, target: place };
  } catch (thrown) {
    throw backupError(thrown, place);
  }
}

/**
 * Backs a library up into a folder, under the time of day: to a folder of its own, or to an archive. One of that kind
 * that was broken off there is gone on from.
 *
 * @throws StudioError as `backUp` does
 */
export async function backUpInto(
  library: LibraryFolder,
  folder: string,
  isArchive: boolean,
  options: WorkOptions = {},
): Promise<Backup> {
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[T:]/g, ' ');
  const target = path.join(folder, `library ${time}${isArchive ? '.zip' : ''}`);
  const begun = (await entriesOf(folder).catch(() => []))
    .map(({ name }) => name)
    .filter((name) => NAMED_BY_TIME.exec(name)?.[1] === (isArchive ? '.zip' : undefined))
    .toSorted()
    .at(-1);
  if (begun !== undefined && !(await hasLiveScratchFolder(path.join(folder, begun)))) {
    await rename(path.join(folder, begun), target + UNFINISHED).catch((thrown: unknown) => {
      throw backupError(thrown, target);
    });
  }
  return backUp(library, target, options);
}

/** One that was broken off. */
const NAMED_BY_TIME = /^library \d{4}-\d\d-\d\d \d\d \d\d \d\d(\.zip)?\.unfinished$/;

/**
 * Brings what is missing of a backup to its folder, which is not called as it should be yet.
 *
 * @throws StudioError as `backUp` does
 */
export async function fillBeside(
  library: LibraryFolder,
  target: string,
  options: BackupOptions,
): Promise<Omit<Backup, 'target'>> {
  const place = path.resolve(target);
  try {
    await requireFree(library, place);
    await makeFolder(place + UNFINISHED, PRIVATE_FOLDER);
    return await fill(library, place + UNFINISHED, options);
  } catch (thrown) {
    throw backupError(thrown, place);
  }
}

function backupError(thrown: unknown, place: string): unknown {
  const unfinished = place + UNFINISHED;
  if (!existsSync(unfinished)) return writeError(thrown, place);
  const left = `What was copied stays in ${unfinished}: done again, it goes on from there.`;
  return writeError(thrown, place, left);
}

async function requireFree({ root }: LibraryFolder, place: string): Promise<void> {
  if ((place + path.sep).startsWith(root + path.sep)) {
    throw new StudioError(
      'path-unusable',
      `${place} lies in the library itself. Nothing was written; choose a place outside of it.`,
    );
  }
  const isThere = await lstat(place).then(
    () => true,
    () => false,
  );
  if (isThere) {
    throw new StudioError(
      'file-exists',
      `${place} already exists and was left as it is. Choose another name.`,
    );
  }
  if (await hasLiveScratchFolder(place + UNFINISHED)) {
    throw new StudioError(
      'file-busy',
      `Another backup is being made to ${place}. Wait for it, or choose another name.`,
    );
  }
  await sweepScratchFolders(place + UNFINISHED);
}

/** Fills the folder of a backup, or what of it is missing, and reads back what was written. */
async function fill(
  library: LibraryFolder,
  unfinished: string,
  options: BackupOptions,
): Promise<Omit<Backup, 'target'>> {
  const copy = new LibraryFolder(unfinished);
  const scratch = ScratchFolder.open(unfinished);
  try {
    const snapshot = path.join(scratch.folder, 'snapshot.db');
    await snapshotOf(library.database, snapshot, options.signal);
    await remove(copy.database);
    await rename(snapshot, copy.database);
    const { ids, applied } = contentOf(copy.database);
    keepJournal(library, copy, applied);
    const { beside = KEPT_BESIDE } = options;
    const files = await filesOf(library, ids, beside);
    await dropStrays(copy, files, beside);
    const counts = await bringAll(library, copy, files, { ...options, scratch: scratch.folder });
    forgetRows(copy.database, counts.gone);
    requireSound(copy.database);
    const portraits = ids.length - counts.gone.length;
    return { portraits, files: counts.files, linked: counts.linked, bytes: counts.bytes };
  } finally {
    await scratch.remove();
  }
}

/** A copy of a database as it is now, whatever is written to it meanwhile. */
async function snapshotOf(file: string, to: string, signal?: AbortSignal): Promise<void> {
  const database = new Database(file, { readonly: true });
  try {
    // What is read in this transaction stays as it is, or copying would begin anew with every portrait drawn.
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    await database.backup(to, {
      progress: () => {
        throwIfCancelled(signal);
        return PAGES_AT_ONCE;
      },
    });
  } finally {
    database.close();
  }
  await syncFile(to);
}

/** Reads or writes a database of a backup, which nobody else has open; without what SQLite keeps beside one. */
function withDatabase<T>(file: string, use: (database: Database.Database) => T): T {
  const database = new Database(file);
  try {
    sqliteVec.load(database);
    database.pragma('journal_mode = DELETE');
    return use(database);
  } finally {
    database.close();
  }
}

function contentOf(file: string): { ids: string[]; applied: number } {
  return withDatabase(file, (database) => ({
    ids: idsSchema.parse(database.prepare('SELECT id FROM generations').all()).map(({ id }) => id),
    applied: markSchema.parse(database.prepare('SELECT applied FROM journal_mark').get()).applied,
  }));
}

/** What the artist did up to the moment of the snapshot. */
function keepJournal(library: LibraryFolder, copy: LibraryFolder, applied: number): void {
  const { entries, unknown } = new Journal(library.journal).read();
  new Journal(copy.journal).replace({ entries: entries.filter(({ n }) => n <= applied), unknown });
}

/** A file of a library, relative to it. */
interface LibraryFile {
  readonly name: string;
  /** The portrait whose picture it is. */
  readonly id?: string;
  /** Whether another may have taken its place since an earlier try. */
  readonly mayChange?: boolean;
}

async function filesOf(
  library: LibraryFolder,
  ids: readonly string[],
  beside: readonly string[],
): Promise<LibraryFile[]> {
  const nameOf = (file: string) => path.relative(library.root, file);
  const files: LibraryFile[] = ids.flatMap((id) => [
    { name: nameOf(library.picture(id)), id },
    { name: nameOf(library.thumbnail(id)) },
  ]);
  for (const name of beside) {
    const below = await filesBelow(path.join(library.root, name));
    files.push(...below.files.map((file) => ({ name: nameOf(file), mayChange: true })));
  }
  return [...files, { name: SETTINGS, mayChange: true }];
}

/** What an earlier try brought of portraits that were purged since. */
async function dropStrays(
  copy: LibraryFolder,
  wanted: readonly LibraryFile[],
  beside: readonly string[],
): Promise<void> {
  const names = new Set(wanted.map(({ name }) => path.join(copy.root, name)));
  for (const folder of ['pictures', 'thumbnails', ...beside]) {
    const { files } = await filesBelow(path.join(copy.root, folder));
    for (const file of files) if (!names.has(file)) await remove(file);
  }
}

interface Counts {
  files: number;
  linked: number;
  bytes: number;
  /** Portraits without a picture. */
  readonly gone: string[];
}

async function bringAll(
  library: LibraryFolder,
  copy: LibraryFolder,
  files: readonly LibraryFile[],
  {
    scratch,
    checked = new Set(),
    signal,
    onProgress,
  }: BackupOptions & { readonly scratch: string },
): Promise<Counts> {
  const counts: Counts = { files: 0, linked: 0, bytes: 0, gone: [] };
  const progress = trackProgress('backup', files.length, onProgress);
  for (const { name, id, mayChange } of files) {
    throwIfCancelled(signal);
    const [from, to] = [path.join(library.root, name), path.join(copy.root, name)];
    await makeFolder(path.dirname(to), PRIVATE_FOLDER);
    if (mayChange) await remove(to);
    await bring(from, to, path.join(scratch, path.basename(name)));
    const found = await check(from, to, checked.has(name) ? { isKnown: true } : { id });
    if (found) {
      if (!mayChange) checked.add(name);
      counts.files += 1;
      counts.bytes += found.bytes;
      if (found.isLinked) counts.linked += 1;
    } else if (id !== undefined) counts.gone.push(id);
    progress.advance();
  }
  progress.finish();
  return counts;
}

/** Links or copies a file, which is whole once it is there. Nothing where it is gone. */
async function bring(from: string, to: string, draft: string): Promise<void> {
  const isThere = await lstat(to).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  try {
    await link(from, to);
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return;
    if (isSystemError(thrown, 'ENOSPC', 'EDQUOT')) throw thrown;
    await copyAcross(from, to, draft);
  }
}

async function copyAcross(from: string, to: string, draft: string): Promise<void> {
  try {
    await copyFile(from, draft, constants.COPYFILE_FICLONE);
  } catch (thrown) {
    await remove(draft);
    if (isSystemError(thrown, 'ENOENT')) return;
    throw thrown;
  }
  await syncFile(draft);
  await rename(draft, to);
}

/**
 * Reads back what stands in a backup.
 *
 * @returns null where nothing does
 */
async function check(
  from: string,
  to: string,
  { id, isKnown = false }: { readonly id?: string | undefined; readonly isKnown?: boolean },
): Promise<{ bytes: number; isLinked: boolean } | null> {
  const there = await lstat(to).catch(() => null);
  if (!there) return null;
  const original = await lstat(from).catch(() => null);
  if (original?.ino === there.ino && original.dev === there.dev) {
    return { bytes: there.size, isLinked: true };
  }
  if (isKnown) return { bytes: there.size, isLinked: false };
  const bytes = await readFile(to);
  const isSame = original ? bytes.equals(await readFile(from)) : isPictureOf(bytes, id);
  if (isSame) return { bytes: there.size, isLinked: false };
  await remove(to);
  throw readsOtherwise(to);
}

function isPictureOf(bytes: Uint8Array, id: string | undefined): boolean {
  return id === undefined || readStory(bytes)?.generation.id === id;
}

/** Portraits that were purged after the snapshot, and so have no picture in the backup. */
function forgetRows(file: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  withDatabase(file, (database) => {
    database.pragma('foreign_keys = ON');
    const forget = database.prepare('DELETE FROM generations WHERE id = ?');
    database.transaction(() => ids.forEach((id) => forget.run(id)))();
  });
}

function requireSound(file: string): void {
  const findings = withDatabase(file, (database) => {
    return checkSchema.parse(database.prepare('PRAGMA quick_check').all());
  });
  const [first] = findings.filter((finding) => finding.quick_check !== 'ok');
  if (!first) return;
  throw new StudioError(
    'library-corrupt',
    `The database cannot be backed up, for it is damaged (${first.quick_check}). Nothing was changed: rebuild ` +
      'the library first, and back it up then.',
  );
}

/** Packs the folder of a backup into an archive, which appears once it has been read to its end. */
async function archive(
  folder: string,
  target: string,
  { signal, onProgress }: WorkOptions,
): Promise<void> {
  const files = (await filesBelow(folder)).files.map((file) => ({
    file,
    name: path.relative(folder, file).split(path.sep).join('/'),
    compress: false,
  }));
  // Written, and read back.
  const progress = trackProgress('pack', 2 * (await bytesOf(files)), onProgress);
  const work = { signal, onBytes: (bytes: number) => progress.advance(bytes) };
  await withDraft(target, async (draft) => {
    await writeZip(files, draft, { ...work, mode: PRIVATE_FILE });
    await syncFile(draft);
    await readArchive(draft, files.length, work);
    await rename(draft, target);
  });
  progress.finish();
}

/** Reads every entry, whose checksums are compared on the way. */
async function readArchive(
  file: string,
  count: number,
  { signal, onBytes }: { signal?: AbortSignal | undefined; onBytes(bytes: number): void },
): Promise<void> {
  const zip = await openPromise(file);
  let read = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      throwIfCancelled(signal);
      let sum = 0;
      for await (const piece of await zip.openReadStreamPromise(entry)) {
        sum = crc32(z.instanceof(Uint8Array).parse(piece), sum);
      }
      if (sum !== entry.crc32) throw readsOtherwise(file);
      onBytes(entry.uncompressedSize);
      read += 1;
    }
  } finally {
    zip.close();
  }
  if (read !== count) throw readsOtherwise(file);
}

function readsOtherwise(file: string): StudioError {
  return new StudioError(
    'disk-failed',
    `${file} was written and reads otherwise. The backup was not finished; try again, or choose another disk.`,
  );
}
