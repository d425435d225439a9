import { type ErrorCode, StudioError } from '../../contract/errors.ts';

/** What the operating system's and SQLite's codes mean to an artist. Prefixes cover SQLite's extended codes. */
const MEANINGS: readonly (readonly [prefix: string, code: ErrorCode])[] = [
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['SQLITE_FULL', 'disk-full'],
  // SQLite could not enlarge the shared memory file beside the database: the usual cause is a full disk.
  ['SQLITE_IOERR_SHMSIZE', 'disk-full'],
  ['EROFS', 'access-denied'],
  ['EACCES', 'access-denied'],
  ['EPERM', 'access-denied'],
  ['SQLITE_READONLY', 'library-read-only'],
  ['SQLITE_CANTOPEN', 'library-read-only'],
  ['SQLITE_BUSY', 'library-busy'],
  ['SQLITE_CORRUPT', 'library-corrupt'],
  ['SQLITE_NOTADB', 'library-corrupt'],
  // A statement of ours that SQLite does not understand: a table or a column is not there.
  ['SQLITE_ERROR', 'library-corrupt'],
  ['ENOENT', 'file-not-found'],
  ['EEXIST', 'file-exists'],
  ['ENOTEMPTY', 'file-exists'],
  ['ENOTDIR', 'access-denied'],
  // A folder of the library lies on another disk.
  ['EXDEV', 'access-denied'],
];

/** The studio's code for an error of the file system or of SQLite, or null for any other error. */
export function storageErrorCode(thrown: unknown): ErrorCode | null {
  const code = systemCode(thrown);
  return MEANINGS.find(([prefix]) => code?.startsWith(prefix))?.[1] ?? null;
}

/** True for an error of the file system with exactly this code, such as `ENOENT`. */
export function isSystemError(thrown: unknown, code: string): boolean {
  return systemCode(thrown) === code;
}

function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** A failed write to `target` (outside the library) in the artist's words; other errors as they are. */
export function writeError(thrown: unknown, target: string): unknown {
  const code = storageErrorCode(thrown);
  const reason = code && WRITE_MESSAGES[code];
  if (!reason) return thrown;
  return new StudioError(code, `${target} was not written: ${reason}`, { cause: thrown });
}

const WRITE_MESSAGES: Partial<Record<ErrorCode, string>> = {
  'disk-full': 'the disk is full. Nothing half-written was left. Make room and try again.',
  'access-denied': 'this folder does not allow it. Choose a folder you can write to.',
  'file-not-found': 'its folder does not exist. Choose another folder.',
  'file-exists': 'something of that name is already there, and it was left as it is.',
};

type LibraryCode = 'disk-full' | 'library-read-only' | 'library-busy' | 'library-corrupt';

/** A failure of the library in `folder` in the artist's words; other errors as they are. */
export function libraryError(thrown: unknown, folder: string): unknown {
  const code = LIBRARY_CODES[storageErrorCode(thrown) ?? 'internal'];
  if (!code) return thrown;
  const reason = LIBRARY_MESSAGES[code];
  return new StudioError(code, `The library in ${folder} ${reason}`, { cause: thrown });
}

/** A folder that cannot be made on a read-only disk is reported by Node as one that is not there. */
const LIBRARY_CODES: Partial<Record<ErrorCode, LibraryCode>> = {
  'disk-full': 'disk-full',
  'access-denied': 'library-read-only',
  'file-not-found': 'library-read-only',
  'library-read-only': 'library-read-only',
  'library-busy': 'library-busy',
  'library-corrupt': 'library-corrupt',
};

const LIBRARY_MESSAGES: Record<LibraryCode, string> = {
  'disk-full':
    'is on a disk that is full. Everything kept before is still there. Make room and try again.',
  'library-read-only':
    'cannot be written to. Nothing was changed. Allow writing there or choose another folder.',
  'library-busy':
    'has been held by another program for too long. Nothing was changed. Close it and try again.',
  'library-corrupt':
    'has a damaged database, which was left as it is. The pictures are not affected: move ' +
    'library.db away, and the library is rebuilt from them at the next start.',
};
