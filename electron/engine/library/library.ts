import { constants } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import type { Reconciliation } from '../../contract/library.ts';
import type { OnProgress } from '../../contract/progress.ts';
import type { ImageCodec } from '../images/codec.ts';
import { isSystemError, libraryError } from '../storage/errors.ts';
import { makeFolder, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import type { Privacy } from '../storage/private.ts';
import { AtlasRows } from './atlas-rows.ts';
import { Connection } from './connection.ts';
import { LibraryFolder } from './folder.ts';
import { LibraryThread } from './library-thread.ts';
import { Journal } from './journal.ts';
import { migrate } from './migrate.ts';
import { closeLibrary, libraryPrivacy } from './privacy.ts';
import { copyForReading } from './reading-copy.ts';
import { LibraryReader } from './reader.ts';
import { reconcile, stillMissing } from './reconcile.ts';
import { dropOldIndexes } from './old-index.ts';
import { mendSchema } from './schema.ts';
import { SeqReader } from './seq-reader.ts';
import { Upkeep } from './upkeep.ts';
import { IndexFiles } from './vector-index/index-files.ts';
import { VectorIndex } from './vector-index/vector-index.ts';
import { mendWords } from './words.ts';
import { LibraryWriter } from './writer.ts';

/** An open library. Several processes may have the same one open. */
export interface Library {
  readonly root: string;
  readonly reader: LibraryReader;
  readonly writer: LibraryWriter;
  readonly atlasRows: AtlasRows;
  /** Why nothing can be added or changed: `library-read-only`, `library-busy`; null where it can. */
  readonly refusal: StudioError | null;
  /** What opening it put right; of a large library, as far as it was looked through by now. */
  readonly reconciliation: Reconciliation;
  /** Done once all of it was looked through, or it is closed. Never fails: what is left is done at the next opening. */
  readonly reconciled: Promise<void>;
  /** What searching by meaning reads; made at the first search, if it was not before. */
  readonly index: Pick<VectorIndex, 'behind' | 'sync'>;
  /** Looks after the whole of it. */
  readonly upkeep: Upkeep;
  /** Whether other users of the machine are kept out of it. */
  privacy(): Promise<Privacy>;
  /** A number that is another one once another process has written to the library. */
  foreignVersion(): number;
  close(): Promise<void>;
}

/**
 * Opens the library in a folder, and makes one there if there is none: `library.db`, `journal.jsonl`,
 * `pictures/YYYY/MM/<id>.png`, `thumbnails/YYYY/MM/<id>.webp`, and `index/`, which is made when it is needed. What a crash left is put right first;
 * where the database is gone and the pictures are not, it is rebuilt from them and the journal, which is
 * the only slow case and the only one that reports progress. A library that cannot be written to, or that
 * another program does not share, is opened for reading alone.
 *
 * @throws StudioError `library-newer`, `library-corrupt`, `disk-full`; `library-read-only` and
 *   `library-busy` where there is nothing to read either. The library is then as it was
 */
export async function openLibrary(
  root: string,
  codec: ImageCodec,
  onProgress?: OnProgress,
): Promise<Library> {
  const folder = new LibraryFolder(root);
  try {
    return await openForWriting(folder, codec, onProgress);
  } catch (thrown) {
    const refusal = refusalFor(toStudioError(thrown), folder);
    if (!refusal || !(await isLibrary(root))) throw thrown;
    return await openForReading(folder, refusal, codec, onProgress);
  }
}

/**
 * Opens a library to read from it alone: nothing of it is written, moved or locked.
 *
 * @throws StudioError `file-not-found` where there is none
 */
export async function openLibraryToRead(root: string, codec: ImageCodec): Promise<Library> {
  const folder = new LibraryFolder(root);
  if (!(await isLibrary(root))) {
    throw new StudioError('file-not-found', `There is no library in ${folder.root}.`);
  }
  const refusal = new StudioError(
    'library-read-only',
    `The library in ${folder.root} is only read here. Nothing was changed.`,
  );
  return openForReading(folder, refusal, codec);
}

async function openForWriting(
  folder: LibraryFolder,
  codec: ImageCodec,
  onProgress?: OnProgress,
): Promise<Library> {
  const found = await findDatabase(folder);
  try {
    await folder.create();
    for (const written of folder.written) await access(written, constants.W_OK);
  } catch (thrown) {
    throw libraryError(thrown, folder.root);
  }
  const closing = await closeLibrary(folder);
  await folder.sweepDrafts();
  const end = async () => {
    await folder.tidy();
    await closing.done;
  };
  return open(folder, { found, codec, onProgress, refusal: null, end });
}

/** Reads a copy of the database, so that the library is neither written to nor locked. */
async function openForReading(
  folder: LibraryFolder,
  refusal: StudioError,
  codec: ImageCodec,
  onProgress?: OnProgress,
): Promise<Library> {
  const found = await findDatabase(folder);
  const copy = await copyForReading(folder.database);
  const reading = new LibraryFolder(folder.root, copy.database);
  await makeFolder(reading.staging, PRIVATE_FOLDER);
  return open(reading, { found, codec, onProgress, refusal, end: copy.remove });
}

interface Opening {
  /** How the database was found. */
  readonly found: FoundDatabase;
  readonly codec: ImageCodec;
  readonly onProgress: OnProgress | undefined;
  readonly refusal: StudioError | null;
  /** Done last, also when opening fails. */
  readonly end: () => Promise<void>;
}

async function open(
  folder: LibraryFolder,
  { found, codec, onProgress, refusal, end }: Opening,
): Promise<Library> {
  const connections: Connection[] = [];
  let index: VectorIndex | undefined;
  const thread = new LibraryThread(folder);
  let reconciled = Promise.resolve();
  const closing = new AbortController();
  const close = async () => {
    closing.abort();
    await reconciled;
    await Promise.all([index?.close(), thread.close()]);
    // The writer last, since only a writer can fold the log back into the database.
    for (const connection of connections.splice(0).reverse()) connection.close();
    await end();
  };
  try {
    const connection = new Connection(folder, 'write');
    connections.push(connection);
    migrate(connection, folder);
    mendSchema(connection, folder);
    mendWords(connection);
    dropOldIndexes(connection);
    cutChanges(connection);
    const reading = new Connection(folder, 'read');
    connections.push(reading);
    const journal = new Journal(folder.journal);
    const mayWrite = refusal === null;
    const { found: reconciliation, goOn } = await reconcile({
      ...{ connection, folder, journal, codec, mayWrite, onProgress },
    });
    if (goOn) reconciled = inBackground(folder, (own) => goOn(own, closing.signal));
    const files = new IndexFiles(folder.index);
    const place = folder;
    index = new VectorIndex({ connection: reading, files, place, thread, mayWrite });
    const rows = new SeqReader(reading, thread);
    const reader = new LibraryReader(reading, folder, { index, rows });
    const writer = new LibraryWriter({ connection, folder, journal, codec, refusal });
    return {
      ...{ root: folder.root, reader, writer, refusal, index },
      atlasRows: new AtlasRows(reading, connection),
      upkeep: new Upkeep({ connection, folder, journal, reader, writer }),
      get reconciliation() {
        const missing = stillMissing(reconciliation.missing, { connection, folder });
        return withLoss({ ...reconciliation, missing }, found);
      },
      reconciled,
      privacy: () => libraryPrivacy(folder.root),
      // SQLite counts what others commit, not what this connection does.
      foreignVersion: () => Number(connection.pragma('data_version')),
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Does work on a library while it is used, by a connection of its own. */
async function inBackground(
  folder: LibraryFolder,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  let connection: Connection | undefined;
  try {
    // First the artist sees the library.
    await nextTurn();
    connection = new Connection(folder, 'write');
    await work(connection);
  } catch {
    // What could not be looked through is not noted as such, and is met again at the next opening.
  } finally {
    connection?.close();
  }
}

/** What happened so many changes ago, other processes have been told long since. */
const REMEMBERED_CHANGES = 100_000;

function cutChanges(connection: Connection): void {
  connection.run(
    'DELETE FROM changes WHERE n <= (SELECT max(n) FROM changes) - ?',
    REMEMBERED_CHANGES,
  );
}

type FoundDatabase = 'lost' | 'empty' | 'whole';

/** What SQLite keeps beside a database, and opens whatever is called like that. */
const COMPANIONS = ['-journal', '-wal', '-shm'];

/**
 * Looks at the database before SQLite does, which would wait for ever at a pipe.
 *
 * @throws StudioError `library-corrupt` for what is no file
 */
async function findDatabase({ database, root }: LibraryFolder): Promise<FoundDatabase> {
  try {
    const found = await stat(database).catch(ifMissing);
    if (found && !found.isFile()) {
      throw noFile(database, 'and the library is rebuilt from its pictures at the next start');
    }
    for (const companion of COMPANIONS.map((end) => database + end)) {
      // It follows no link to one of these.
      const beside = await lstat(companion).catch(ifMissing);
      if (beside && !beside.isFile()) throw noFile(companion, 'and the library can be opened');
    }
    if (!found) return 'lost';
    return found.size === 0 ? 'empty' : 'whole';
  } catch (thrown) {
    throw libraryError(thrown, root);
  }
}

function ifMissing(thrown: unknown): null {
  if (isSystemError(thrown, 'ENOENT')) return null;
  throw thrown;
}

function noFile(what: string, then: string): StudioError {
  return new StudioError(
    'library-corrupt',
    `${what} is no file, and was left as it is. Move it away, ${then}.`,
  );
}

/** A database that was not there, or empty, is news only where there were pictures beside it. */
function withLoss(reconciled: Reconciliation, found: FoundDatabase): Reconciliation {
  if (found === 'whole' || reconciled.adopted === 0) return reconciled;
  return { ...reconciled, rebuilt: found };
}

/** Why a library can be read at most; null where it is something else that is wrong. */
function refusalFor({ code, cause }: StudioError, { root }: LibraryFolder): StudioError | null {
  if (code !== 'library-read-only' && code !== 'library-busy') return null;
  return new StudioError(code, `The library in ${root} ${LOOKED_AT[code]}`, { cause });
}

const LOOKED_AT = {
  'library-read-only':
    'cannot be written to. It can be looked at, searched and exported from, but nothing can be added or ' +
    'changed. Allow writing there, or choose another folder.',
  'library-busy':
    'is held by another program that does not share it. It can be looked at, searched and exported from ' +
    'as it was when it was opened here, but nothing can be added or changed. Close the other program ' +
    'and start again.',
} as const;

/** Whether there is a library in a folder, or what is left of one. */
export async function isLibrary(root: string): Promise<boolean> {
  const { database, pictures } = new LibraryFolder(root);
  for (const part of [database, pictures]) {
    const isFound = await stat(part).then(
      () => true,
      () => false,
    );
    if (isFound) return true;
  }
  return false;
}
