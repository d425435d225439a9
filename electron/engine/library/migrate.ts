import { StudioError } from '../../contract/errors.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { LATEST_VERSION, MIGRATIONS } from './migrations/index.ts';

/** "CLFS": marks a SQLite file as one of our libraries. */
const APPLICATION_ID = 0x434c4653;

/**
 * Brings a library to this build's version, each step in a transaction of its own. Nothing is written
 * to a file that is not a library or that a newer build has written.
 *
 * @throws StudioError `library-newer`, `library-corrupt`
 */
export function migrate(connection: Connection, folder: LibraryFolder): void {
  refuseForeign(connection, folder);
  refuseNewer(connection, folder);
  connection.useWriteAheadLog();
  while (versionOf(connection) < LATEST_VERSION) {
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
  const isOurs = connection.pragma('application_id') === APPLICATION_ID;
  const isEmpty = connection.get('SELECT 1 FROM sqlite_schema LIMIT 1') === undefined;
  if (isOurs || isEmpty) return;
  throw new StudioError(
    'library-corrupt',
    `${folder.database} belongs to another program and was left as it is. Choose another folder.`,
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
