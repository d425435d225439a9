import { existsSync } from 'node:fs';
import { z } from 'zod';
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
import { idsBeside, knownShelves, noteShelves, shelvesOf } from './shelves.ts';
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

/**
 * Makes files and rows agree again after a crash or a power cut, and gives a new database the rows of
 * the pictures it finds beside it. Never removes a row, nor a picture from where readers look. Months in which
 * nothing has changed since they were last looked through are passed over.
 */
export async function reconcile(parts: ReconcileParts): Promise<Reconciliation> {
  const { connection, folder, journal, mayWrite } = parts;
  try {
    const swept = mayWrite ? await sweepLeftovers(parts) : 0;
    const known = await knownShelves(connection, folder);
    const except = new Set(known.flatMap(({ folders }) => folders));
    const rows = idsOf(idsBeside(connection, known));
    const shelves = await shelvesOf(rows, folder);
    const listing = await folder.listPictures(except);
    const { ids: pictures, others, unreadable: closed } = listing;
    if (mayWrite) await sweepMoves(listing);
    const { adopted, foreign, unreadable } = await adoptOrphans(without(pictures, rows), parts);
    const journalTrouble = troubleOf(() => recoverJournal(connection, journal, mayWrite), folder);
    const wanting = mayWrite ? without(pictures, [...foreign, ...unreadable]) : [];
    const drawn = await redrawThumbnails(wanting, except, parts);
    const barred = [...closed, ...unreadable.map((id) => folder.picture(id))];
    const missing = without(rows, pictures).filter((id) => isMissing(id, parts));
    const strange = [...others, ...foreign.map((id) => folder.picture(id))];
    const isInOrder = barred.length + missing.length + strange.length + drawn.failed === 0;
    if (mayWrite) await noteShelves(connection, shelves, isInOrder);
    if (mayWrite) await folder.tidy();
    return {
      ...{ adopted, swept, thumbnailsRedrawn: drawn.redrawn, missing, foreign: strange },
      ...(barred.length > 0 && { unreadable: barred }),
      ...(journalTrouble !== null && { journal: journalTrouble }),
    };
  } catch (thrown) {
    throw libraryError(thrown, folder.root);
  }
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

/** @param except folders in which there is one for each picture */
async function redrawThumbnails(
  pictures: readonly string[],
  except: ReadonlySet<string>,
  { folder, codec }: ReconcileParts,
): Promise<{ redrawn: number; failed: number }> {
  const { ids: drawn } = await folder.listThumbnails(except);
  const result = { redrawn: 0, failed: 0 };
  for (const id of without(pictures, drawn)) {
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

const idsSchema = z.array(z.object({ id: z.string() }));

function idsOf(rows: readonly unknown[]): string[] {
  // A row whose id is none has no picture that could be looked for.
  return idsSchema.parse(rows).flatMap(({ id }) => (isId(id) ? id : []));
}

/** Whether a row is without its picture. */
function isMissing(id: string, { connection, folder }: ReconcileParts): boolean {
  return isId(id) && hasRow(connection, id) && !existsSync(folder.picture(id));
}

function isId(id: string): boolean {
  return generationIdSchema.safeParse(id).success;
}

function without(ids: readonly string[], others: readonly string[]): string[] {
  const excluded = new Set(others);
  return ids.filter((id) => !excluded.has(id));
}
