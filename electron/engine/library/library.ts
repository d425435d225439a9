import type { Reconciliation } from '../../contract/library.ts';
import type { OnProgress } from '../../contract/progress.ts';
import type { ImageCodec } from '../images/codec.ts';
import { libraryError } from '../storage/errors.ts';
import { Connection } from './connection.ts';
import { LibraryFolder } from './folder.ts';
import { migrate } from './migrate.ts';
import { LibraryReader } from './reader.ts';
import { reconcile } from './reconcile.ts';
import { LibraryWriter } from './writer.ts';

/** An open library. Several processes may have the same one open. */
export interface Library {
  readonly root: string;
  readonly reader: LibraryReader;
  readonly writer: LibraryWriter;
  /** What opening it put right. */
  readonly reconciliation: Reconciliation;
  /** A number that is another one once another process has written to the library. */
  foreignVersion(): number;
  close(): Promise<void>;
}

/**
 * Opens the library in a folder, and makes one there if there is none: `library.db`,
 * `pictures/YYYY/MM/<id>.png`, `thumbnails/YYYY/MM/<id>.webp`. What a crash left is put right first;
 * where the database is gone and the pictures are not, it is rebuilt from them, which is the only
 * slow case and the only one that reports progress.
 *
 * @throws StudioError `library-newer`, `library-corrupt`, `library-read-only`, `library-busy`,
 *   `disk-full`; the library is then as it was
 */
export async function openLibrary(
  root: string,
  codec: ImageCodec,
  onProgress?: OnProgress,
): Promise<Library> {
  const folder = new LibraryFolder(root);
  await createFolder(folder);
  const connections: Connection[] = [];
  const close = async () => {
    // The writer last, since only a writer can fold the log back into the database.
    for (const connection of connections.splice(0).reverse()) connection.close();
    await folder.tidy();
  };
  try {
    const writing = new Connection(folder, 'write');
    connections.push(writing);
    migrate(writing, folder);
    const reading = new Connection(folder, 'read');
    connections.push(reading);
    return {
      root: folder.root,
      reader: new LibraryReader(reading, folder),
      writer: new LibraryWriter(writing, folder, codec),
      reconciliation: await reconcile({ connection: writing, folder, codec, onProgress }),
      // SQLite counts what others commit, not what this connection does.
      foreignVersion: () => Number(writing.pragma('data_version')),
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function createFolder(folder: LibraryFolder): Promise<void> {
  try {
    await folder.create();
  } catch (thrown) {
    throw libraryError(thrown, folder.root);
  }
}
