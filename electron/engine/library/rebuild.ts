import { existsSync } from 'node:fs';
import { lstat, rename } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { throwIfCancelled } from '../../contract/errors.ts';
import type { PortraitStory } from '../../contract/export.ts';
import type { Rebuilt } from '../../contract/library.ts';
import { trackProgress } from '../../contract/progress.ts';
import { readStory } from '../images/metadata/story.ts';
import { readRegular } from '../storage/regular-file.ts';
import { type Arranged, readArranged, UNARRANGED, writeArranged } from './arranged.ts';
import type { WorkOptions } from './backup.ts';
import type { Connection } from './connection.ts';
import { makeWords } from './words.ts';
import type { LibraryFolder } from './folder.ts';
import { arrangementAfter, type Journal } from './journal.ts';
import { forgetProof, recoverJournal } from './journal-recovery.ts';
import type { LibraryReader } from './reader.ts';
import { adoptPortrait, hasRow } from './records.ts';

export interface RebuildParts {
  readonly connection: Connection;
  readonly folder: LibraryFolder;
  readonly journal: Journal;
  readonly reader: LibraryReader;
}

/** What SQLite keeps of a database. */
const DATABASE_FILES = ['', '-wal', '-shm', '-journal'];

/** The tables that have rows of portraits, and which column names the portrait. */
const OF_A_PORTRAIT = [
  ['parents', 'child'],
  ['latents', 'seq'],
  ['embeddings', 'seq'],
  ['generation_tags', 'generation'],
  ['board_generations', 'generation'],
] as const;

/** Rows that are compared in one transaction. */
const BATCH = 32;

/**
 * Compares every row with what its picture says, and writes those anew that say otherwise, cannot be read or
 * are gone; how they are arranged is kept. Then the journal is followed and the index of words made anew. The library
 * may be used meanwhile. No picture is written, nor a row without one removed.
 */
export async function rebuild(
  parts: RebuildParts,
  { signal, onProgress }: WorkOptions,
): Promise<Rebuilt> {
  const { connection, folder, journal } = parts;
  const { ids } = await folder.listPictures();
  connection.write(() => clearStrays(connection));
  const told = arrangementAfter(journal.read().entries).portraits;
  const done = { portraits: 0, adopted: 0, rewritten: 0, unreadable: new Array<string>() };
  const progress = trackProgress('rebuild', ids.length, onProgress);
  for (let start = 0; start < ids.length; start += BATCH) {
    throwIfCancelled(signal);
    const batch = ids.slice(start, start + BATCH);
    const stories = await Promise.all(batch.map((id) => storyOf(folder.picture(id), id)));
    connection.write(() => {
      for (const [index, id] of batch.entries()) {
        const story = stories[index];
        if (story) done[settle(story, told.get(id), parts)] += 1;
        else done.unreadable.push(folder.picture(id));
      }
    });
    progress.advance(batch.length);
  }
  progress.finish();
  forgetProof(connection);
  recoverJournal(connection, journal, true);
  makeWords(connection);
  return { ...done, portraits: done.portraits + done.adopted + done.rewritten };
}

/**
 * Sets a database aside that cannot be used, so that the next opening makes one from the pictures.
 *
 * @returns where it lies now; null where there was none
 */
export async function setDatabaseAside({ database }: LibraryFolder): Promise<string | null> {
  const aside = `${database}.set-aside-${new Date().toISOString().replaceAll(':', '-')}`;
  let isThere = false;
  for (const end of DATABASE_FILES) {
    const found = await lstat(database + end).catch(() => null);
    if (!found) continue;
    await rename(database + end, aside + end);
    isThere = true;
  }
  return isThere ? aside : null;
}

async function storyOf(file: string, id: string): Promise<PortraitStory | null> {
  try {
    const story = readStory(await readRegular(file));
    return story?.generation.id === id ? story : null;
  } catch {
    // Whatever is in the way of one picture, the others are looked at.
    return null;
  }
}

/** Rows of portraits that have none of their own. */
function clearStrays(connection: Connection): void {
  for (const [table, column] of OF_A_PORTRAIT) {
    connection.run(`DELETE FROM ${table} WHERE ${column} NOT IN (SELECT seq FROM generations)`);
  }
}

/** @returns as what it counts */
function settle(
  story: PortraitStory,
  told: Arranged | undefined,
  { connection, reader, folder }: RebuildParts,
): 'portraits' | 'adopted' | 'rewritten' {
  const { id } = story.generation;
  // Purged meanwhile.
  if (!existsSync(folder.picture(id))) return 'portraits';
  const isThere = hasRow(connection, id);
  if (isThere && isSame(story, reader)) return 'portraits';
  const isReadable = reader.find(id) !== null;
  const arranged = isReadable ? readArranged(connection, id) : told;
  connection.run('DELETE FROM generations WHERE id = ?', id);
  adoptPortrait(connection, story);
  writeArranged(connection, id, UNARRANGED, arranged ?? UNARRANGED);
  return isThere ? 'rewritten' : 'adopted';
}

/** Whether a row says what its picture does. Spaces are given their names later than some pictures were drawn. */
function isSame({ generation, latents, embedding }: PortraitStory, reader: LibraryReader): boolean {
  const { id, spaces: _, ...said } = generation;
  const row = reader.find(id);
  if (!row) return false;
  const known = Object.fromEntries(Object.entries(row).filter(([name]) => name in said));
  try {
    return (
      isDeepStrictEqual(asJson(known), asJson(said)) &&
      isDeepStrictEqual(reader.findLatents(id), latents) &&
      isDeepStrictEqual(reader.embedding(id), embedding)
    );
  } catch {
    return false;
  }
}

/** Without what is left out and what is undefined being two things. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
