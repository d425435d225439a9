import { rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fillLibrary } from '../../../test/support/fill-library.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { samplePicture } from '../../../test/support/portraits.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { Connection } from './connection.ts';
import { LibraryFolder } from './folder.ts';
import { Journal } from './journal.ts';
import { reconcile } from './reconcile.ts';

/** Ids of one process ascend: each library is of later months. */
let months = 0;

/** A library of two portraits a month whose folders were never looked through. */
async function libraryOfMonths() {
  const root = await temporaryFolder();
  const picture = await sharpCodec.encode(samplePicture(1), 'png');
  const files = { picture, thumbnail: new Uint8Array() };
  await fillLibrary(root, 6, (n) => ({
    ...files,
    madeAt: Date.UTC(2020, months + (n >> 1), 9),
  }));
  months += 3;
  const folder = new LibraryFolder(root);
  const connection = new Connection(folder, 'write');
  onTestFinished(() => connection.close());
  const ids = connection
    .all('SELECT id FROM generations ORDER BY id')
    .map((row) => (row as { id: string }).id);
  const parts = { connection, folder, codec: sharpCodec, mayWrite: true };
  const shelves = () => connection.all('SELECT first_id FROM shelves').length;
  /** As if nothing had changed just now, when more could without another time of change. */
  const settle = async () => {
    for (const file of ids.flatMap((id) => [folder.picture(id), folder.thumbnail(id)])) {
      await utimes(path.dirname(file), 1, 1);
    }
  };
  return { ids, shelves, settle, parts: { ...parts, journal: new Journal(folder.journal) } };
}

const never = new AbortController().signal;

it('looks through many rows later, month by month, and finds the same', async () => {
  const { ids, shelves, settle, parts } = await libraryOfMonths();
  const { folder, connection } = parts;
  await rm(folder.picture(ids[0]!));
  await rm(folder.thumbnail(ids[3]!));
  await settle();
  const { found, goOn } = await reconcile(parts, 5);
  expect(found).toMatchObject({ missing: [], thumbnailsRedrawn: 0 });
  expect(shelves()).toBe(0);
  await goOn?.(connection, never);
  expect(found).toMatchObject({ missing: [ids[0]], thumbnailsRedrawn: 1, foreign: [] });
  // That of the last month alone: nothing was wrong or has changed in it.
  expect(shelves()).toBe(1);
  const again = await reconcile(parts, 5);
  expect(again.goOn).toBeNull();
  expect(again.found).toMatchObject({ missing: [ids[0]], thumbnailsRedrawn: 0 });
});

it('ends between two months, with what was done noted', async () => {
  const { shelves, settle, parts } = await libraryOfMonths();
  await settle();
  const ending = new AbortController();
  const own = new Connection(parts.folder, 'write');
  onTestFinished(() => own.close());
  const run = own.run.bind(own);
  own.run = (sql, ...values) => {
    if (sql.startsWith('INSERT INTO shelves')) ending.abort();
    return run(sql, ...values);
  };
  const { goOn } = await reconcile(parts, 5);
  await goOn?.(own, ending.signal);
  expect(shelves()).toBe(1);
  const rest = await reconcile(parts, 4);
  expect(rest.goOn).toBeNull();
  expect(shelves()).toBe(3);
});
