import { constants } from 'node:fs';
import { chmod, copyFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { isSystemError, storageErrorCode } from '../storage/errors.ts';
import { PRIVATE_FILE } from '../storage/make-folder.ts';
import { remove } from '../storage/remove.ts';
import { TemporaryFolder } from '../storage/temporary-folder.ts';
import { DATABASE } from './folder.ts';

/** What SQLite keeps beside a database that belongs to it: what was not written back yet, or not taken back. */
const PARTS = ['', '-wal', '-journal'];

/** Copies that are taken before we believe that somebody never stops writing. */
const TRIES = 5;

export interface ReadingCopy {
  readonly database: string;
  remove(): Promise<void>;
}

/**
 * A copy of a database in the temporary folder, for reading a library that cannot be written to or locked:
 * SQLite needs both, even to read what another program has not yet written back. Where there is no
 * database, the copy is one yet to be made.
 *
 * @throws StudioError `access-denied` where it may not even be read, `disk-full` where the temporary folder
 *   has no room, `library-busy` where it is being written to all the time
 */
export async function copyForReading(database: string): Promise<ReadingCopy> {
  const temporary = new TemporaryFolder('reading');
  const removeCopy = () => temporary.close();
  const copy = path.join(await temporary.folder('library'), DATABASE);
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = await versionOf(database);
      for (const part of PARTS) await copyPart(database + part, copy + part);
      if (before !== (await versionOf(database))) continue;
      // Where there is none, an empty one: it is filled from the pictures.
      await writeFile(copy, '', { flag: 'a' });
      return { database: copy, remove: removeCopy };
    }
  } catch (thrown) {
    await removeCopy();
    throw copyError(thrown, database);
  }
  await removeCopy();
  throw new StudioError(
    'library-busy',
    `${database} is being written to by another program. Nothing was changed. Close it and try again.`,
  );
}

function copyError(cause: unknown, database: string): unknown {
  const code = storageErrorCode(cause);
  if (code === 'access-denied') {
    return new StudioError(
      code,
      `${database} may not be read. Nothing was changed. Allow reading it, or choose another folder.`,
      { cause },
    );
  }
  if (code === 'disk-full') {
    return new StudioError(
      code,
      `${database} can only be read as a copy, and there is no room for one in ${tmpdir()}. Nothing was ` +
        'changed. Make room there, or let TMPDIR name a folder with room.',
      { cause },
    );
  }
  return cause;
}

async function copyPart(from: string, to: string): Promise<void> {
  await remove(to);
  try {
    // A pipe would be waited at for ever.
    if (!(await stat(from)).isFile()) return;
    // Takes neither time nor room where the file system can share what is the same.
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    // It comes with the mode of the original, which nobody may write to; SQLite writes to what it reads.
    await chmod(to, PRIVATE_FILE);
  } catch (thrown) {
    if (!isSystemError(thrown, 'ENOENT')) throw thrown;
  }
}

/** Another text whenever anything of the database has been written. */
async function versionOf(database: string): Promise<string> {
  const parts = PARTS.map(async (part) => {
    const found = await stat(database + part, { bigint: true }).catch(() => null);
    return found === null ? '-' : `${found.size} ${found.mtimeNs}`;
  });
  return (await Promise.all(parts)).join(' ');
}
