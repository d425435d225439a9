/** How long building the window takes: as long as it did the last time. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../../engine/storage/make-folder.ts';

const FILE = 'build-time.json';
/** Of a machine that has not built it before: two cores took half of it, and slow ones may take twice. */
const FIRST_SECONDS = 30;

const timeSchema = z.object({ ms: z.number().positive() });

/** What is said before it is built, with how long it may take. @param folder where the last time is remembered */
export async function announcement(folder: string): Promise<string> {
  const last = await lastTime(folder);
  const length =
    last === null
      ? `once, which takes about ${FIRST_SECONDS} s`
      : `which took ${Math.ceil(last / 1_000)} s the last time`;
  return `Building the studio’s window, ${length} …`;
}

/** Remembers a time for the next announcement; what cannot be remembered is no loss. */
export async function rememberTime(folder: string, ms: number): Promise<void> {
  try {
    await makeFolder(folder);
    await writeFile(path.join(folder, FILE), JSON.stringify({ ms }));
  } catch {
    // The next build is announced as the first.
  }
}

async function lastTime(folder: string): Promise<number | null> {
  try {
    return timeSchema.parse(JSON.parse(await readFile(path.join(folder, FILE), 'utf8'))).ms;
  } catch {
    return null;
  }
}
