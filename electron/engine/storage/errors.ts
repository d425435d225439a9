import path from 'node:path';
import { type ErrorCode, StudioError } from '../../contract/errors.ts';
import {
  systemCode,
  type SystemErrorCode,
  systemMeaning,
  systemPath,
} from '../../contract/system-errors.ts';

/** The studio's code for an error of the file system or of SQLite, or null for any other error. */
export function storageErrorCode(thrown: unknown): ErrorCode | null {
  return systemMeaning(thrown)?.code ?? null;
}

/** True for an error of the file system with one of exactly these codes, such as `ENOENT`. */
export function isSystemError(thrown: unknown, ...codes: readonly string[]): boolean {
  const code = systemCode(thrown);
  return code !== undefined && codes.includes(code);
}

/**
 * A failed write to `target` (outside the library) in the artist's words; other errors as they are.
 *
 * @param left what is there of it now
 */
export function writeError(
  thrown: unknown,
  target: string,
  left = 'Nothing half-written was left.',
): unknown {
  const meaning = systemMeaning(thrown);
  if (!meaning) return thrown;
  const { code, why, next } = meaning;
  const reason = (WRITING[code] ?? why) + folderInTheWay(systemPath(thrown), target);
  const message = `${target} was not written: ${reason}. ${left} ${next}`;
  return new StudioError(code, message, { cause: thrown });
}

/** One of those that the target lies in. Other paths are of drafts, which nobody knows. */
function folderInTheWay(found: string | undefined, target: string): string {
  return found !== undefined && target.startsWith(found + path.sep) ? ` (${found})` : '';
}

/** What writing has its own words for. */
const WRITING: Partial<Record<SystemErrorCode, string>> = {
  'file-not-found': 'its folder does not exist',
};

/** A failed read of `source` (outside the library) in the artist's words; other errors as they are. */
export function readError(thrown: unknown, source: string): unknown {
  const meaning = systemMeaning(thrown);
  if (!meaning) return thrown;
  const { code, why, next } = meaning;
  const own = systemCode(thrown) === 'ENOTDIR' ? undefined : READING[code];
  const reason = own ? `${own.why}. ${own.next}` : `${why}. ${next}`;
  return new StudioError(code, `${source} was not read: ${reason}`, { cause: thrown });
}

/** What reading has its own words for. */
const READING: Partial<Record<SystemErrorCode, { why: string; next: string }>> = {
  'access-denied': {
    why: 'you are not allowed to read it',
    next: 'Allow reading it, or choose another file.',
  },
};

/** A failure of the library in `folder` in the artist's words; other errors as they are. */
export function libraryError(thrown: unknown, folder: string): unknown {
  const meaning = systemMeaning(thrown);
  if (!meaning) return thrown;
  const code = LIBRARY_CODES[meaning.code] ?? meaning.code;
  const why = LIBRARY_WHY[meaning.code] ?? meaning.why;
  const file = systemPath(thrown);
  const where = file === undefined || file === folder ? '' : ` (${file})`;
  const { what, next } =
    code === 'library-read-only' ? CLOSED : { what: 'cannot be used', next: meaning.next };
  const reason = LIBRARY_MESSAGES[code] ?? `${what}: ${why}${where}. Nothing was changed. ${next}`;
  return new StudioError(code, `The library in ${folder} ${reason}`, { cause: thrown });
}

/** A folder that cannot be made on a read-only disk is reported by Node as one that is not there. */
const LIBRARY_CODES: Partial<Record<SystemErrorCode, SystemErrorCode>> = {
  'access-denied': 'library-read-only',
  'file-not-found': 'library-read-only',
  'file-exists': 'path-unusable',
  'file-busy': 'library-busy',
};

/** What happens to a library has its own words for these. */
const LIBRARY_WHY: Partial<Record<SystemErrorCode, string>> = {
  'file-not-found': 'its folder is not there and cannot be made',
  'file-exists': 'a file stands where a folder is needed',
};

const CLOSED = {
  what: 'cannot be read or written as it should be',
  next: 'Allow that, or choose another folder.',
};

const LIBRARY_MESSAGES: Partial<Record<SystemErrorCode, string>> = {
  'disk-full':
    'is on a disk that is full. Everything kept before is still there. Make room and try again.',
  'library-busy':
    'has been held by another program for too long. Nothing was changed. Close it and try again.',
  'library-corrupt':
    'has a damaged database, which was left as it is. The pictures are not affected: "clip-flow library rebuild" ' +
    'makes it anew from them, or move library.db away, and that is done at the next start.',
};
