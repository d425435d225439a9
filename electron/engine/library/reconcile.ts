import { existsSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { PortraitStory } from '../../contract/export.ts';
import type { Reconciliation } from '../../contract/library.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { ImageCodec } from '../images/codec.ts';
import { readStory } from '../images/metadata/story.ts';
import { isSystemError, libraryError } from '../storage/errors.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { insertPortrait } from './records.ts';
import { THUMBNAIL_SIDE } from './writer.ts';

export interface ReconcileParts {
  readonly connection: Connection;
  readonly folder: LibraryFolder;
  readonly codec: ImageCodec;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Makes files and rows agree again after a crash or a power cut, and gives a new database the rows of
 * the pictures it finds beside it. Never removes a row, nor a picture from where readers look.
 */
export async function reconcile(parts: ReconcileParts): Promise<Reconciliation> {
  const { connection, folder } = parts;
  try {
    const swept = await sweepLeftovers(parts);
    const rows = allIds(connection);
    const { ids: pictures, others } = await folder.listPictures();
    const { adopted, unreadable } = await adoptOrphans(except(pictures, rows), parts);
    const thumbnailsRedrawn = await redrawThumbnails(except(pictures, unreadable), parts);
    await folder.tidy();
    return {
      adopted,
      swept,
      thumbnailsRedrawn,
      missing: except(rows, pictures).filter((id) => isMissing(id, parts)),
      foreign: [...others, ...unreadable.map((id) => folder.picture(id))],
    };
  } catch (thrown) {
    throw libraryError(thrown, folder.root);
  }
}

/** One rule for adding and purging alike: a picture goes where its row misses it, or else away. */
async function sweepLeftovers(parts: ReconcileParts): Promise<number> {
  const leftovers = await parts.folder.leftovers();
  if (leftovers.length === 0) return 0;
  parts.connection.write(() => {
    for (const { file, id, isPicture } of leftovers) {
      if (isPicture && isMissing(id, parts)) renameSync(file, parts.folder.picture(id));
      else rmSync(file, { force: true });
    }
  });
  return leftovers.length;
}

/** How many pictures are read and adopted before other work gets its turn. */
const ADOPTION_BATCH = 32;

interface Adoption {
  adopted: number;
  readonly unreadable: string[];
}

/** Writes the rows of pictures that have none, from what the pictures say of themselves. */
async function adoptOrphans(orphans: readonly string[], parts: ReconcileParts): Promise<Adoption> {
  const adoption: Adoption = { adopted: 0, unreadable: [] };
  if (orphans.length === 0) return adoption;
  const progress = trackProgress('import', orphans.length, parts.onProgress);
  for (let start = 0; start < orphans.length; start += ADOPTION_BATCH) {
    const batch = orphans.slice(start, start + ADOPTION_BATCH);
    const stories = new Map<string, PortraitStory>();
    for (const id of batch) {
      const story = await readOrphan(id, parts);
      if (story) stories.set(id, story);
      else adoption.unreadable.push(id);
    }
    adoption.adopted += adopt(stories, parts);
    progress.advance(batch.length);
  }
  progress.finish();
  return adoption;
}

/** Null for a picture that is not ours, is damaged, or bears another's name. */
async function readOrphan(id: string, { folder }: ReconcileParts): Promise<PortraitStory | null> {
  try {
    const story = readStory(await readFile(folder.picture(id)));
    return story?.generation.id === id ? story : null;
  } catch (thrown) {
    if (thrown instanceof StudioError || isSystemError(thrown, 'ENOENT')) return null;
    throw thrown;
  }
}

function adopt(stories: ReadonlyMap<string, PortraitStory>, parts: ReconcileParts): number {
  const { connection, folder } = parts;
  return connection.write(() => {
    let adopted = 0;
    for (const [id, story] of stories) {
      // Only inside the transaction is it certain that no other process is adding or purging it.
      if (hasRow(connection, id) || !existsSync(folder.picture(id))) continue;
      insertPortrait(connection, story);
      adopted += 1;
    }
    return adopted;
  });
}

async function redrawThumbnails(
  pictures: readonly string[],
  { folder, codec }: ReconcileParts,
): Promise<number> {
  const { ids: drawn } = await folder.listThumbnails();
  let redrawn = 0;
  for (const id of except(pictures, drawn)) {
    try {
      const picture = await codec.decode(folder.picture(id), THUMBNAIL_SIDE);
      await folder.replaceThumbnail(id, await codec.thumbnail(picture, THUMBNAIL_SIDE));
      redrawn += 1;
    } catch (thrown) {
      // One damaged or vanished picture must not keep the library from opening.
      if (!(thrown instanceof StudioError)) throw thrown;
    }
  }
  return redrawn;
}

const idsSchema = z.array(z.object({ id: z.string() }));

function allIds(connection: Connection): string[] {
  return idsSchema.parse(connection.all('SELECT id FROM generations')).map(({ id }) => id);
}

function hasRow(connection: Connection, id: string): boolean {
  return connection.get('SELECT 1 FROM generations WHERE id = ?', id) !== undefined;
}

/** Whether a row is without its picture. */
function isMissing(id: string, { connection, folder }: ReconcileParts): boolean {
  return hasRow(connection, id) && !existsSync(folder.picture(id));
}

function except(ids: readonly string[], others: readonly string[]): string[] {
  const excluded = new Set(others);
  return ids.filter((id) => !excluded.has(id));
}
