import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { fillLibrary } from '../../../test/support/fill-library.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { Connection, type SqlValue } from './connection.ts';
import { LibraryFolder } from './folder.ts';
import { LibraryThread } from './library-thread.ts';
import { Orders } from './orders.ts';
import { PortraitSets } from './portrait-sets.ts';
import { Quarantine } from './quarantine.ts';
import { SeqReader } from './seq-reader.ts';

const COUNT = 40;
const ALL = { sql: 'SELECT seq FROM generations ORDER BY seq DESC', values: [] };
const DESCENDING = Array.from({ length: COUNT }, (_, n) => COUNT - n);

/** Counts what is asked of it, and fails when it is told to. */
class WatchedConnection extends Connection {
  asked: string[] = [];
  isFailing = false;

  override numbers(sql: string, ...values: SqlValue[]): Float64Array<ArrayBuffer> {
    this.asked.push(sql);
    if (this.isFailing && !sql.includes('max(seq)')) throw new Error('a page cannot be read');
    return super.numbers(sql, ...values);
  }
}

/** A library without a write-ahead log, as on disks where no memory is shared. */
async function libraryWithoutLog() {
  const root = await temporaryFolder();
  const nothing = new Uint8Array();
  await fillLibrary(root, COUNT, () => ({ picture: nothing, thumbnail: nothing }));
  const folder = new LibraryFolder(root);
  const writing = new Connection(folder, 'write');
  expect(writing.pragma('journal_mode = DELETE')).toBe('delete');
  const reading = new WatchedConnection(folder, 'read');
  const reader = (atOnce: number) => {
    const thread = new LibraryThread(folder);
    onTestFinished(() => thread.close());
    return Object.assign(new SeqReader(reading, thread, atOnce), { thread });
  };
  onTestFinished(() => {
    reading.close();
    writing.close();
  });
  return { folder, writing, reading, reader };
}

it('reads the same in a thread as at once, and many rows in the thread alone', async () => {
  const { reading, reader } = await libraryWithoutLog();
  expect([...(await reader(COUNT).read(ALL))]).toEqual(DESCENDING);
  expect(reading.asked).toContain(ALL.sql);
  reading.asked = [];
  const rows = reader(COUNT - 1);
  const [all, one] = await Promise.all([
    rows.read(ALL),
    rows.read({ sql: 'SELECT seq FROM generations WHERE seq = ?', values: [7] }),
  ]);
  expect([[...all], [...one]]).toEqual([DESCENDING, [7]]);
  expect(reading.asked).toEqual(['SELECT max(seq) FROM generations', expect.anything()]);
});

it('keeps nobody from writing where there is no log', async () => {
  const { writing, reading, reader } = await libraryWithoutLog();
  for (const atOnce of [0, COUNT]) {
    const rows = reader(atOnce);
    const sets = new PortraitSets(reading, rows);
    const orders = new Orders({
      ...{ connection: reading, quarantine: new Quarantine(reading), sets, rows },
    });
    const all = orders.of({ sort: 'name', query: 'rating<6' });
    for (let turn = 0; turn < 20; turn += 1) {
      writing.run('UPDATE generations SET rating = ? WHERE seq = 1', turn % 6);
      await nextTurn();
    }
    expect(await all).toHaveLength(COUNT);
  }
});

it('tells what went wrong in the thread, which goes on', async () => {
  const { reader } = await libraryWithoutLog();
  const rows = reader(0);
  const wrong = rows.read({ sql: 'SELECT seq FROM nowhere', values: [] });
  await expect(wrong).rejects.toMatchObject({ code: 'library-corrupt' });
  expect(await rows.read(ALL)).toHaveLength(COUNT);
});

it('cancels what is asked when the library is closed', async () => {
  const { reader } = await libraryWithoutLog();
  const rows = reader(0);
  const asked = expect(rows.read(ALL)).rejects.toMatchObject({ code: 'cancelled' });
  await rows.thread.close();
  await asked;
  await expect(rows.read(ALL)).rejects.toMatchObject({ code: 'cancelled' });
});

it('loses no change to sets and orders that could not be followed at once', async () => {
  const { writing, reading, reader } = await libraryWithoutLog();
  const rows = reader(COUNT);
  const sets = new PortraitSets(reading, rows);
  const quarantine = new Quarantine(reading);
  const orders = new Orders({ connection: reading, quarantine, sets, rows });
  const rated = () => sets.get([['g.rating >= ?', 3]], true);
  const byRating = async () => (await orders.of({ sort: 'rating' }))[0];
  expect((await rated()).seqs.size).toBe(0);
  await byRating();
  writing.run('UPDATE generations SET rating = 5 WHERE seq = 3');
  reading.isFailing = true;
  await expect(rated()).rejects.toThrow('a page cannot be read');
  await expect(byRating()).rejects.toThrow('a page cannot be read');
  reading.isFailing = false;
  expect([...(await rated()).seqs]).toEqual([3]);
  expect(await byRating()).toBe(3);
});
