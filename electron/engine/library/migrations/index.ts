import { createLibrary } from './0001-library.ts';
import { allowEdits } from './0002-edits.ts';
import { indexParents } from './0003-parents.ts';
import { rememberJournal } from './0004-journal.ts';
import { nameSpaces } from './0005-spaces.ts';
import { arrangePortraits } from './0006-arrangement.ts';
import { find } from './0007-find.ts';
import { findBroughtIn } from './0008-brought-in.ts';
import { keepAtlases } from './0009-atlas.ts';
import { nameServers } from './0010-servers.ts';
import type { Script } from './script.ts';

/**
 * Step n brings a library from version n to n + 1. What has been released is never edited: a change
 * is a new step with its own frozen library in `test/migrations/`. A new kind of lineage is a change
 * too, since older builds cannot read it.
 */
export const MIGRATIONS: readonly ((connection: Script) => void)[] = [
  createLibrary,
  allowEdits,
  indexParents,
  rememberJournal,
  nameSpaces,
  arrangePortraits,
  find,
  findBroughtIn,
  keepAtlases,
  nameServers,
];

export const LATEST_VERSION = MIGRATIONS.length;
