import { StudioError } from '../../contract/errors.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { LATEST_VERSION, MIGRATIONS } from './migrations/index.ts';

/** "CLFS": marks a SQLite file as one of our libraries. */
const APPLICATION_ID = 0x434c4653;

/** Bytes. An embedding and a code of 512 numbers take half a page of 4,096 and a little more: each would have one. */
const PAGE_SIZE = 8_192;

/**
 * Brings a library to this build's version, each step in a transaction of its own. Nothing is written
 * to a file that is not a library or that a newer build has written.
 *
 * @throws StudioError `library-newer`, `library-corrupt`
 */
export function migrate(connection: Connection, folder: LibraryFolder): void {
  refuseForeign(connection, folder);
  refuseStrange(connection, folder);
  refuseNewer(connection, folder);
  // Has no effect on what is not empty any more.
  connection.pragma(`page_size = ${PAGE_SIZE}`);
  connection.useWriteAheadLog();
  // As many steps as there are at most, whatever stands in the file.
  for (let tries = versionOf(connection); tries < LATEST_VERSION; tries += 1) {
    connection.write(() => {
      // Asked again, since another process may have taken the same step while we waited.
      const version = versionOf(connection);
      const step = MIGRATIONS[version];
      if (!step) return;
      step(connection);
      connection.pragma(`application_id = ${APPLICATION_ID}`);
      connection.pragma(`user_version = ${version + 1}`);
    });
  }
}

function versionOf(connection: Connection): number {
  return Number(connection.pragma('user_version'));
}

function refuseForeign(connection: Connection, folder: LibraryFolder): void {
  // Asked first: what another process makes meanwhile is then seen as one of ours.
  const isEmpty = connection.get('SELECT 1 FROM sqlite_schema LIMIT 1') === undefined;
  const isOurs = connection.pragma('application_id') === APPLICATION_ID;
  if (isOurs || isEmpty) return;
  throw new StudioError(
    'library-corrupt',
    `${folder.database} belongs to another program and was left as it is. Choose another folder.`,
  );
}

/** A version that no build has ever written. */
function refuseStrange(connection: Connection, folder: LibraryFolder): void {
  const isMade = connection.get('SELECT 1 FROM sqlite_schema LIMIT 1') !== undefined;
  const version = versionOf(connection);
  if (version >= (isMade ? 1 : 0)) return;
  throw new StudioError(
    'library-corrupt',
    `${folder.database} says that it is of version ${version}, which no studio has written. It was left ` +
      'as it is, and the pictures are not affected: move it away, and the library is rebuilt from them ' +
      'at the next start.',
    { details: { version } },
  );
}

function refuseNewer(connection: Connection, folder: LibraryFolder): void {
  const version = versionOf(connection);
  if (version <= LATEST_VERSION) return;
  throw new StudioError(
    'library-newer',
    `The library in ${folder.root} was last used by a newer version of the studio and was left as ` +
      'it is. Update the studio, or choose another folder.',
    { details: { version, newestKnown: LATEST_VERSION } },
  );
}
