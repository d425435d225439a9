import { existsSync } from 'node:fs';
import { StudioError } from '../../contract/errors.ts';
import type { PortraitStory } from '../../contract/export.ts';
import { generationIdSchema } from '../../contract/generation.ts';
import type { Reconciliation } from '../../contract/library.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { ImageCodec } from '../images/codec.ts';
import { readStory } from '../images/metadata/story.ts';
import { isSystemError, libraryError } from '../storage/errors.ts';
import { ScratchFolder } from '../storage/scratch-folder.ts';
import { moveFileSync } from '../storage/move-file.ts';
import { readRegular } from '../storage/regular-file.ts';
import { removeSync } from '../storage/remove.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder, Listing } from './folder.ts';
import { type Arranged, UNARRANGED, writeArranged } from './arranged.ts';
import { arrangementAfter, type Journal } from './journal.ts';
import { forgetProof, recoverJournal } from './journal-recovery.ts';
import { adoptPortrait, hasRow } from './records.ts';
import {
  hasMoreRows,
  idsOn,
  knownShelves,
  noteShelf,
  type Shelf,
  shelvesBeside,
} from './shelves.ts';
import { THUMBNAIL_SIDE } from './writer.ts';

export interface ReconcileParts {
  readonly connection: Connection;
  readonly folder: LibraryFolder;
  readonly journal: Journal;
  readonly codec: ImageCodec;
  /** False where nothing but the database that `connection` has open may be changed. */
  readonly mayWrite: boolean;
  readonly onProgress?: OnProgress | undefined;
}

/** Rows that are looked through while a library opens, at most: of more, it is done while it is used. */
const AT_ONCE = 20_000;

/** What was found so far, which grows while the rest is looked through. */
type Findings = { -readonly [Name in keyof Reconciliation]: Reconciliation[Name] };

export interface Reconciled {
  readonly found: Readonly<Reconciliation>;
  /**
   * Looks through what was left, month by month, so that what was done is done when it is ended; null where nothing
   * is left.
   *
   * @param connection of its own, so that others see what it changes
   */
  readonly goOn: ((connection: Connection, signal: AbortSignal) => Promise<void>) | null;
}

/**
 * Makes files and rows agree again after a crash or a power cut, and gives a new database the rows of
 * the pictures it finds beside it. Never removes a row, nor a picture from where readers look. Months in which
 * nothing has changed since they were last looked through are passed over.
 *
 * @param atOnce of how many rows all is done before this returns
 */
export async function reconcile(parts: ReconcileParts, atOnce = AT_ONCE): Promise<Reconciled> {
  const { connection, folder, journal, mayWrite } = parts;
  try {
    const swept = mayWrite ? await sweepLeftovers(parts) : 0;
    const found: Findings = { adopted: 0, swept, thumbnailsRedrawn: 0, missing: [], foreign: [] };
    const known = await knownShelves(connection, folder);
    const shelves = await shelvesBeside(connection, folder, known);
    const isLarge = hasMoreRows(connection, shelves, atOnce);
    const task = { shelves, known, found };
    if (!isLarge) await lookThrough(task, parts);
    const trouble = troubleOf(() => recoverJournal(connection, journal, mayWrite), folder);
    if (trouble !== null) found.journal = trouble;
    // What a process had under way; later it would be what this one has.
    if (mayWrite) await folder.tidy();
    const goOn = (own: Connection, signal: AbortSignal) =>
      lookThrough(task, { ...parts, connection: own, onProgress: undefined }, signal);
    return { found, goOn: isLarge ? goOn : null };
  } catch (thrown) {
    throw libraryError(thrown, folder.root);
  }
}

interface Task {
  /** Those on which rows stand, and nobody knows whether their files agree. */
  readonly shelves: readonly Shelf[];
  readonly known: readonly Shelf[];
  readonly found: Findings;
}

async function lookThrough(
  { shelves, known, found }: Task,
  parts: ReconcileParts,
  signal?: AbortSignal,
): Promise<void> {
  const { connection, mayWrite } = parts;
  for (const shelf of shelves) {
    if (signal?.aborted) return;
    // A row whose id is none has no picture that could be looked for.
    const rows = (await idsOn(connection, shelf)).filter(isId);
    const [pictures, thumbnails] = shelf.folders;
    const isInOrder = await compare(rows, { pictures, thumbnails }, found, parts);
    if (mayWrite) await noteShelf(connection, shelf, isInOrder);
  }
  if (signal?.aborted) return;
  const except = new Set([...known, ...shelves].flatMap(({ folders }) => folders));
  await compare([], { except }, found, parts);
}

/** Where files are looked for: everywhere by default, but for some folders. */
interface Range {
  readonly pictures?: string;
  readonly thumbnails?: string;
  readonly except?: ReadonlySet<string>;
}

/** @returns whether rows and files agree */
async function compare(
  rows: readonly string[],
  range: Range,
  found: Findings,
  parts: ReconcileParts,
): Promise<boolean> {
  const { folder, mayWrite } = parts;
  const listing = await folder.listPictures(range.except, range.pictures);
  const { ids: pictures, others, unreadable: closed } = listing;
  if (mayWrite) await sweepMoves(listing);
  const { adopted, foreign, unreadable } = await adoptOrphans(without(pictures, rows), parts);
  const wanting = mayWrite ? without(pictures, [...foreign, ...unreadable]) : [];
  const { ids: thumbnails } = await folder.listThumbnails(range.except, range.thumbnails);
  const drawn = await redrawThumbnails(without(wanting, thumbnails), parts);
  const barred = [...closed, ...unreadable.map((id) => folder.picture(id))];
  const missing = without(rows, pictures).filter((id) => isMissing(id, parts));
  const strange = [...others, ...foreign.map((id) => folder.picture(id))];
  found.adopted += adopted;
  found.thumbnailsRedrawn += drawn.redrawn;
  found.missing = [...found.missing, ...missing];
  found.foreign = [...found.foreign, ...strange];
  if (barred.length > 0) found.unreadable = [...(found.unreadable ?? []), ...barred];
  return barred.length + missing.length + strange.length + drawn.failed === 0;
}

/** A journal that cannot be read or written keeps nobody from the portraits: it is told. */
function troubleOf(work: () => void, { root, journal }: LibraryFolder): string | null {
  try {
    work();
    return null;
  } catch (thrown) {
    const told = libraryError(thrown, root);
    if (!(told instanceof StudioError)) throw thrown;
    return `How portraits are arranged cannot be noted in ${journal}, and so not be changed. ${told.message}`;
  }
}

/** One rule for adding and purging alike: a picture goes where its row misses it, or else away. */
async function sweepLeftovers(parts: ReconcileParts): Promise<number> {
  const leftovers = await parts.folder.leftovers();
  if (leftovers.length === 0) return 0;
  parts.connection.write(() => {
    for (const { file, id, isPicture } of leftovers) {
      if (isPicture && isMissing(id, parts)) moveFileSync(file, parts.folder.picture(id));
      else removeSync(file);
    }
  });
  return leftovers.length;
}

/** Clears away what processes that are gone left of moving files from another disk. */
async function sweepMoves({ scratchFolders }: Listing): Promise<void> {
  for (const scratch of scratchFolders) await ScratchFolder.takeOver(scratch)?.remove();
}

/** How many pictures are read and adopted before other work gets its turn. */
const ADOPTION_BATCH = 32;

interface Adoption {
  adopted: number;
  /** Not ours, or damaged. */
  readonly foreign: string[];
  readonly unreadable: string[];
}

/** Writes the rows of pictures that have none, from what the pictures say of themselves. */
async function adoptOrphans(orphans: readonly string[], parts: ReconcileParts): Promise<Adoption> {
  const adoption: Adoption = { adopted: 0, foreign: [], unreadable: [] };
  if (orphans.length === 0) return adoption;
  const progress = trackProgress('import', orphans.length, parts.onProgress);
  for (let start = 0; start < orphans.length; start += ADOPTION_BATCH) {
    const batch = orphans.slice(start, start + ADOPTION_BATCH);
    const stories = new Map<string, PortraitStory>();
    for (const id of batch) {
      const story = await readOrphan(id, parts);
      if (typeof story === 'object') stories.set(id, story);
      else adoption[story].push(id);
    }
    adoption.adopted += adopt(stories, parts);
    progress.advance(batch.length);
  }
  progress.finish();
  return adoption;
}

/** What a picture says of itself; `foreign` where it is not ours, is damaged, or bears another's name. */
async function readOrphan(
  id: string,
  { folder }: ReconcileParts,
): Promise<PortraitStory | 'foreign' | 'unreadable'> {
  try {
    const story = readStory(await readRegular(folder.picture(id)));
    return story?.generation.id === id ? story : 'foreign';
  } catch (thrown) {
    if (thrown instanceof StudioError || isSystemError(thrown, 'ENOENT')) return 'foreign';
    if (isAboutTheFile(thrown)) return 'unreadable';
    throw thrown;
  }
}

/** False for what comes of too many open files at once, and for what is no error of the file system. */
function isAboutTheFile(thrown: unknown): boolean {
  if (!(thrown instanceof Error && 'code' in thrown)) return false;
  return thrown.code !== 'EMFILE' && thrown.code !== 'ENFILE';
}

function adopt(stories: ReadonlyMap<string, PortraitStory>, parts: ReconcileParts): number {
  const { connection, folder, journal } = parts;
  return connection.write(() => {
    const standings = standingsIn(journal);
    let adopted = 0;
    for (const [id, story] of stories) {
      // Only inside the transaction is it certain that no other process is adding or purging it.
      if (hasRow(connection, id) || !existsSync(folder.picture(id))) continue;
      adoptPortrait(connection, story);
      const arranged = standings.get(id);
      if (arranged) writeArranged(connection, id, UNARRANGED, arranged);
      adopted += 1;
    }
    if (adopted > 0) forgetProof(connection);
    return adopted;
  });
}

/** None where the journal cannot be read, which is told when it is settled. */
function standingsIn(journal: Journal): Map<string, Arranged> {
  try {
    return arrangementAfter(journal.read().entries).portraits;
  } catch {
    return new Map();
  }
}

async function redrawThumbnails(
  pictures: readonly string[],
  { folder, codec }: ReconcileParts,
): Promise<{ redrawn: number; failed: number }> {
  const result = { redrawn: 0, failed: 0 };
  for (const id of pictures) {
    try {
      const picture = await codec.decode(folder.picture(id), THUMBNAIL_SIDE);
      await folder.replaceThumbnail(id, await codec.thumbnail(picture, THUMBNAIL_SIDE));
      result.redrawn += 1;
    } catch (thrown) {
      // One damaged or vanished picture, or what stands in its thumbnail's place, must not keep the
      // library from opening.
      if (!(thrown instanceof StudioError) && !isAboutTheFile(thrown)) throw thrown;
      result.failed += 1;
    }
  }
  return result;
}

/** Whether a row is without its picture. */
type Rows = Pick<ReconcileParts, 'connection' | 'folder'>;

/** Of more it is not looked every time whether they have come back. */
const MOST_LOOKED_FOR = 1_000;

/** Those of portraits without a picture that are without one still: it may have come back, or the portrait gone. */
export function stillMissing(ids: readonly string[], rows: Rows): string[] {
  return ids.length > MOST_LOOKED_FOR ? [...ids] : ids.filter((id) => isMissing(id, rows));
}

function isMissing(id: string, { connection, folder }: Rows): boolean {
  return isId(id) && hasRow(connection, id) && !existsSync(folder.picture(id));
}

function isId(id: string): boolean {
  return generationIdSchema.safeParse(id).success;
}

function without(ids: readonly string[], others: readonly string[]): string[] {
  const excluded = new Set(others);
  return ids.filter((id) => !excluded.has(id));
}
