import { describe, expect, it } from 'vitest';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import { systemMeaning } from '../../contract/system-errors.ts';
import { isSystemError, libraryError, readError, writeError } from './errors.ts';

const failed = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: raw words`), { code, path });

/** Every code that the file system or SQLite is known to answer with. */
const CODES = [
  ...['EACCES', 'EBUSY', 'EDQUOT', 'EEXIST', 'EFBIG', 'EHOSTDOWN', 'EILSEQ', 'EINVAL', 'EIO'],
  ...['EISDIR', 'ELOOP', 'EMFILE', 'ENAMETOOLONG', 'ENFILE', 'ENODEV', 'ENOENT', 'ENOLCK'],
  ...['ENOMEM', 'ENOSPC', 'ENOTCONN', 'ENOTDIR', 'ENOTEMPTY', 'ENXIO', 'EPERM', 'EROFS'],
  ...['ERR_FS_FILE_TOO_LARGE', 'ESTALE', 'ETIMEDOUT', 'ETXTBSY', 'EUCLEAN', 'EXDEV', 'EFTYPE'],
  ...['SQLITE_BUSY_SNAPSHOT', 'SQLITE_CANTOPEN', 'SQLITE_CORRUPT_VTAB', 'SQLITE_ERROR'],
  ...['SQLITE_FULL', 'SQLITE_IOERR_READ', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_LOCKED', 'SQLITE_NOMEM'],
  ...['SQLITE_NOTADB', 'SQLITE_PERM', 'SQLITE_PROTOCOL', 'SQLITE_READONLY_DBMOVED'],
];

describe('an error of the system', () => {
  it.each(CODES)('%s has a code and says what to do, wherever it turns up', (code) => {
    const thrown = failed(code, '/place/file');
    const told = [
      toStudioError(thrown),
      writeError(thrown, '/place/file'),
      readError(thrown, '/place/file'),
      libraryError(thrown, '/place'),
    ];
    for (const error of told) {
      expect(error).toBeInstanceOf(StudioError);
      const { code: ours, message, cause } = error as StudioError;
      expect(ours).not.toBe('internal');
      expect(message).not.toContain('raw words');
      expect(message).toMatch(/\/place.*[.:] [A-Z].*\.$/);
      expect(cause).toBe(thrown);
    }
  });

  it('names what is in the way in a library', () => {
    expect(libraryError(failed('EACCES', '/place/pictures/2026'), '/place')).toMatchObject({
      code: 'library-read-only',
      message: expect.stringContaining('(/place/pictures/2026)'),
    });
    const { message } = libraryError(failed('EROFS', '/place'), '/place') as StudioError;
    expect(message).toBe(
      'The library in /place cannot be read or written as it should be: this disk can only be read. ' +
        'Nothing was changed. Allow that, or choose another folder.',
    );
  });

  it('is told from others, which stay as they are', () => {
    const other = new TypeError('x is not a function');
    expect(systemMeaning(other)).toBeNull();
    expect(writeError(other, '/place')).toBe(other);
    expect(libraryError(other, '/place')).toBe(other);
    expect(toStudioError(other).code).toBe('internal');
    expect(systemMeaning(failed('ERR_OUT_OF_RANGE'))).toBeNull();
    expect(isSystemError(failed('ENOENT'), 'ENOTDIR', 'ENOENT')).toBe(true);
    expect(isSystemError(failed('ENOENT'), 'ENOTDIR')).toBe(false);
  });
});
