import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../../test/support/library.ts';
import { Connection, type SqlValue } from '../connection.ts';
import { LibraryFolder } from '../folder.ts';
import { createId } from '../ids.ts';
import { LibraryThread } from '../library-thread.ts';
import { migrate } from '../migrate.ts';
import { toBlob } from '../vectors.ts';
import { IndexFiles } from './index-files.ts';
import { VectorIndex } from './vector-index.ts';

const WIDTH = 32;
/** More than an index is kept for, and than are told apart by their numbers. */
const MANY = 8_500;
const SPACE = 'a';

/** Numbers as if drawn at random, the same for the same seed (mulberry32). */
function vectorOf(seed: number): Float32Array<ArrayBuffer> {
  let state = seed * 2_654_435_761;
  return Float32Array.from({ length: WIDTH }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 - 0.3;
  });
}

function insert(connection: Connection, seed: number): void {
  const { row } = connection.run(
    `INSERT INTO generations (id, prompt, settings, pack_id, pack_version, device, timings, width, height, source)
     VALUES (?, '', '{}', 'p', '1', 'cpu', '{}', 1, 1, '{}')`,
    createId(),
  );
  connection.run(
    'INSERT INTO embeddings (seq, space, vector) VALUES (?, ?, ?)',
    ...[row, SPACE, toBlob(vectorOf(seed))],
  );
}

/** A database of embeddings, by row number: the vector of row n is that of seed n. */
async function database(count: number) {
  const folder = new LibraryFolder(await temporaryFolder());
  await folder.create();
  const writing = new Connection(folder, 'write');
  migrate(writing, folder);
  const add = (from: number, until: number) =>
    writing.write(() => {
      for (let seed = from; seed < until; seed += 1) insert(writing, seed);
    });
  add(1, count + 1);
  const open = (limits: { few?: number; worthHelp?: number } = {}, connection?: Connection) => {
    const reading = connection ?? new Connection(folder, 'read');
    const files = new IndexFiles(folder.index);
    const thread = new LibraryThread(folder);
    const parts = { connection: reading, files, place: folder, thread, mayWrite: true };
    const index = new VectorIndex({ ...parts, ...limits });
    onTestFinished(async () => {
      await Promise.all([index.close(), thread.close()]);
      reading.close();
    });
    return index;
  };
  onTestFinished(() => writing.close());
  return { folder, writing, add, open };
}

const nearest = (index: VectorIndex, seed: number, limit = 5, offset = 0) =>
  index.nearest(SPACE, { vector: vectorOf(seed), isWanted: null, limit, offset });

const seqs = (found: readonly { seq: number }[]) => found.map(({ seq }) => seq);

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) =>
    x.reduce((sum, v, at) => sum + v * (y[at] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe('the nearest', () => {
  it('are those of an exact search, page after page, none twice and none left out', async () => {
    const { open } = await database(700);
    const index = open();
    const truth = Array.from({ length: 700 }, (_, n) => n + 1).sort(
      (a, b) => cosine(vectorOf(b), vectorOf(9_000)) - cosine(vectorOf(a), vectorOf(9_000)),
    );
    const pages = [0, 1, 2].map((page) => nearest(index, 9_000, 300, page * 300));
    expect((await Promise.all(pages)).flatMap(seqs)).toEqual(truth);
    const even = await index.nearest(SPACE, {
      ...{ vector: vectorOf(9_000), limit: 9, offset: 0 },
      isWanted: (seq) => seq % 2 === 0,
    });
    expect(seqs(even)).toEqual(truth.filter((seq) => seq % 2 === 0).slice(0, 9));
  });

  it('follow what is added, removed and put in its place', async () => {
    const { open, writing, add } = await database(10);
    const index = open();
    expect(seqs(await nearest(index, 10, 1))).toEqual([10]);
    writing.run('DELETE FROM generations WHERE seq = 10');
    expect(seqs(await nearest(index, 10, 1))).not.toEqual([10]);
    // It takes the number of the one that went.
    add(77, 78);
    expect(seqs(await nearest(index, 77, 1))).toEqual([10]);
    expect((await nearest(index, 77, 1))[0]?.similarity).toBeCloseTo(1, 5);
  });

  it('are none of NaN, of another width or another space', async () => {
    const { open, writing } = await database(5);
    writing.run(
      'UPDATE embeddings SET vector = ? WHERE seq = 1',
      toBlob(new Float32Array(WIDTH).fill(NaN)),
    );
    writing.run(
      'UPDATE embeddings SET vector = ? WHERE seq = 2',
      toBlob(new Float32Array(4).fill(1)),
    );
    writing.run("UPDATE embeddings SET space = 'b' WHERE seq = 3");
    expect(seqs(await nearest(open(), 9, 9)).sort()).toEqual([4, 5]);
  });
});

/** Notes how many cosines it was asked for. */
class CountingConnection extends Connection {
  readonly compared: number[] = [];

  override numbers(sql: string, ...values: SqlValue[]): Float64Array<ArrayBuffer> {
    if (sql.includes('vec_distance_cosine')) {
      this.compared.push((JSON.parse(String(values[1])) as number[]).length);
    }
    return super.numbers(sql, ...values);
  }
}

describe('two threads', () => {
  it('find what one finds, each comparing half', async () => {
    const { folder, open } = await database(700);
    const connection = new CountingConnection(folder, 'read');
    const [alone, together] = [open(), open({ worthHelp: 0 }, connection)];
    const expected = await nearest(alone, 9_000, 50);
    const compared = async () => {
      expect(await nearest(together, 9_000, 50)).toEqual(expected);
      return connection.compared.at(-1);
    };
    expect(await compared()).toBe(700);
    await expect.poll(compared).toBe(350);
    await together.close();
  });
});

describe('an index of many', () => {
  it('is made by a process of its own, which says how far it is, and is the same', async () => {
    const { open } = await database(MANY);
    const expected = await nearest(open(), 9_000, 20);
    const index = open({ few: 100 });
    let read = 0;
    expect(await index.behind()).toBe(MANY);
    await index.sync({ onRead: (count) => (read += count) });
    expect(read).toBe(MANY);
    expect(await nearest(index, 9_000, 20)).toEqual(expected);
    expect(await open().behind()).toBe(0);
  });

  it('is left at that when nobody waits for it any more, and made for whoever does next', async () => {
    const { folder, open } = await database(MANY);
    const index = open({ few: 100 });
    const waiting = new AbortController();
    const sync = index.sync({ signal: waiting.signal });
    waiting.abort();
    await expect(sync).rejects.toMatchObject({ code: 'cancelled' });
    expect(seqs(await nearest(index, 9, 1))).toEqual([9]);
    expect(await readdir(folder.index)).toContain('state.json');
  });
});

describe('what is kept beside the database', () => {
  const damages: Record<string, (folder: string, files: string[]) => Promise<unknown>> = {
    nothing: async () => undefined,
    'all of it lost': (folder) => rm(folder, { recursive: true }),
    'its codes lost': (folder, files) =>
      Promise.all(files.map((file) => rm(path.join(folder, file)))),
    'its codes cut off': (folder, [file = '']) => writeFile(path.join(folder, file), 'codes'),
    'a bit of them turned over': async (folder, [file = '']) => {
      const bytes = await readFile(path.join(folder, file));
      bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
      await writeFile(path.join(folder, file), bytes);
    },
    'its state cut off': (folder) => writeFile(path.join(folder, 'state.json'), '{"upTo":'),
  };

  it('finds the same, whatever happened to it', async () => {
    const { folder, open, writing, add } = await database(MANY);
    const before = open();
    const expected = await nearest(before, 9_000, 20);
    await before.close();
    const files = (await readdir(folder.index)).filter((name) => name.endsWith('.codes'));
    expect(files).toHaveLength(1);
    const copy = `${folder.index}-copy`;
    await cp(folder.index, copy, { recursive: true });
    for (const [what, damage] of Object.entries(damages)) {
      await rm(folder.index, { recursive: true, force: true });
      await cp(copy, folder.index, { recursive: true });
      await damage(folder.index, files);
      const index = open();
      expect({ what, found: await nearest(index, 9_000, 20) }).toEqual({ what, found: expected });
    }
    writing.run('DELETE FROM generations WHERE seq = ?', expected[0]?.seq ?? 0);
    add(9_000, 9_001);
    const later = seqs(await nearest(open(), 9_000, 20));
    expect(later).toEqual([MANY + 1, ...seqs(expected).slice(1)]);
  });

  it('is not taken for that of another database', async () => {
    const [old, other] = [await database(MANY), await database(3)];
    const index = old.open();
    await nearest(index, 1);
    await index.close();
    const files = new IndexFiles(old.folder.index);
    const reading = new Connection(other.folder, 'read');
    onTestFinished(() => reading.close());
    expect(
      seqs(
        await nearest(
          new VectorIndex({
            connection: reading,
            files,
            place: other.folder,
            thread: new LibraryThread(other.folder),
            mayWrite: false,
          }),
          2,
          9,
        ),
      ).sort(),
    ).toEqual([1, 2, 3]);
  });
});
