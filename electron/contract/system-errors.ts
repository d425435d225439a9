/** What an error of the operating system or of SQLite means to an artist. */
export interface SystemMeaning {
  /** The studio's code for it. */
  readonly code: SystemErrorCode;
  /** What happened, as the end of a sentence. */
  readonly why: string;
  /** What to do about it: a sentence. */
  readonly next: string;
}

/** Those of the studio's codes that such errors get. */
export type SystemErrorCode =
  | 'access-denied'
  | 'disk-failed'
  | 'disk-full'
  | 'file-busy'
  | 'file-exists'
  | 'file-not-found'
  | 'library-busy'
  | 'library-corrupt'
  | 'library-read-only'
  | 'out-of-memory'
  | 'path-unusable'
  | 'too-many-files';

const means = (code: SystemErrorCode, why: string, next: string): SystemMeaning => ({
  code,
  why,
  next,
});

const FULL = means('disk-full', 'the disk is full', 'Make room and try again.');
const DENIED = means(
  'access-denied',
  'you are not allowed to use it like this',
  'Allow it, or choose a folder you can write to.',
);
const EXISTS = means(
  'file-exists',
  'something of that name is already there, and it was left as it is',
  'Choose another name, or move it away.',
);
const NAME = means(
  'path-unusable',
  'this disk takes no such name or file',
  'Choose another name, without special characters.',
);
const NO_FILE = means('path-unusable', 'it is a pipe, socket or device', 'Choose a file.');
const GONE = means(
  'disk-failed',
  'the disk does not answer',
  'Look whether the drive or the network is connected, and try again.',
);
const MANY = means(
  'too-many-files',
  'more files are open than the system allows',
  'Raise the limit (on Linux and macOS: ulimit -n 1024), or close other programs, and try again.',
);
const BUSY = means('file-busy', 'another program is using it', 'Close that program and try again.');
const MEMORY = means(
  'out-of-memory',
  'there is no memory left for it',
  'Close other programs and try again.',
);

/** By the beginning of the code, the longer ones first: SQLite's codes have extended ones. */
const MEANINGS: readonly (readonly [prefix: string, meaning: SystemMeaning])[] = [
  ['ENOSPC', FULL],
  ['EDQUOT', { ...FULL, why: 'what you may use of this disk is full' }],
  ['SQLITE_FULL', FULL],
  // SQLite could not enlarge the shared memory file beside the database: the usual cause is a full disk.
  ['SQLITE_IOERR_SHMSIZE', FULL],
  [
    'EFBIG',
    means('path-unusable', 'the file is too large', 'Choose a smaller one, or another disk.'),
  ],
  [
    // Of what Node reads at once.
    'ERR_FS_FILE_TOO_LARGE',
    means('path-unusable', 'the file is too large', 'Choose a smaller one.'),
  ],
  ['EROFS', { ...DENIED, why: 'this disk can only be read' }],
  ['EACCES', DENIED],
  ['EPERM', DENIED],
  ['SQLITE_PERM', DENIED],
  [
    'ENOTDIR',
    means(
      'access-denied',
      'a file stands where a folder is needed',
      'Move that file away, or choose another folder.',
    ),
  ],
  [
    // A folder of the library lies on another disk.
    'EXDEV',
    means('access-denied', 'it lies on another disk', 'Choose a folder on one disk.'),
  ],
  ['ENOENT', means('file-not-found', 'it does not exist', 'Choose another place.')],
  ['EEXIST', EXISTS],
  ['ENOTEMPTY', EXISTS],
  ['EISDIR', means('path-unusable', 'it is a folder, not a file', 'Choose a file.')],
  ['ERR_FS_EISDIR', means('path-unusable', 'it is a folder, not a file', 'Choose a file.')],
  ['EFTYPE', NO_FILE],
  ['ENXIO', NO_FILE],
  [
    'ENAMETOOLONG',
    means('path-unusable', 'the name is too long', 'Choose a shorter name or folder.'),
  ],
  ['ELOOP', means('path-unusable', 'its links lead round in a circle', 'Remove those links.')],
  ['EINVAL', NAME],
  ['EILSEQ', NAME],
  ['EMFILE', MANY],
  ['ENFILE', MANY],
  ['EBUSY', BUSY],
  ['ETXTBSY', BUSY],
  ['EDEADLK', BUSY],
  ['ENOMEM', MEMORY],
  ['SQLITE_NOMEM', MEMORY],
  ['EIO', { ...GONE, why: 'the disk reports a fault' }],
  ['ESTALE', GONE],
  ['ETIMEDOUT', GONE],
  ['ENODEV', GONE],
  ['ENOTCONN', GONE],
  ['EHOSTDOWN', GONE],
  ['EHOSTUNREACH', GONE],
  ['ENETDOWN', GONE],
  ['ENETUNREACH', GONE],
  ['EREMOTEIO', GONE],
  ['ENOLCK', GONE],
  ['EUCLEAN', { ...GONE, why: 'the disk reports a fault' }],
  [
    'SQLITE_READONLY',
    means('library-read-only', 'it can only be read', 'Allow writing, or choose another folder.'),
  ],
  [
    'SQLITE_CANTOPEN',
    means('library-read-only', 'it cannot be opened', 'Allow writing, or choose another folder.'),
  ],
  ['SQLITE_BUSY', { ...BUSY, code: 'library-busy' }],
  ['SQLITE_LOCKED', { ...BUSY, code: 'library-busy' }],
  ['SQLITE_PROTOCOL', { ...BUSY, code: 'library-busy' }],
  ['SQLITE_IOERR', { ...GONE, why: 'the disk reports a fault' }],
  ['SQLITE_CORRUPT', damaged('is damaged')],
  ['SQLITE_NOTADB', damaged('is damaged')],
  // The statements are the studio's own: what they do not find was taken out.
  ['SQLITE_ERROR', damaged('lacks something that belongs in it')],
  // So are the rows: what refuses them was put in.
  ['SQLITE_', damaged('does not take what belongs in it')],
];

function damaged(how: string): SystemMeaning {
  return means('library-corrupt', `the database ${how}`, 'Move it away to have it made anew.');
}

/** Null for every other error. */
export function systemMeaning(thrown: unknown): SystemMeaning | null {
  const code = systemCode(thrown);
  return MEANINGS.find(([prefix]) => code?.startsWith(prefix))?.[1] ?? null;
}

/** The system's own code, such as `ENOENT`. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  // Node refuses a name with a NUL in it before the system can.
  if (thrown.code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test(thrown.message)) return 'EINVAL';
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** The file or folder that an error is about, as far as it says. */
export function systemPath(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('path' in thrown)) return undefined;
  return typeof thrown.path === 'string' ? thrown.path : undefined;
}
