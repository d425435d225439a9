import Database from 'better-sqlite3';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { PictureExport } from '../../electron/contract/export.ts';
import { exportPictures } from '../../electron/engine/export/pictures.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import type { Library } from '../../electron/engine/library/library.ts';
import { makeReadOnly } from '../support/disk.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../support/library.ts';
import { samplePortrait, sampleVector } from '../support/portraits.ts';
import { openTestStudio } from '../support/studio.ts';

const SPACE = 'tiny@1.0.0';
const AS_PNG: PictureExport = {
  ...{ format: 'png', pattern: '{n}', quality: 90, metadata: true, ifExists: 'refuse' },
};

/** A library of three portraits, the second with a star, the third in the trash. */
async function filled() {
  const root = await temporaryFolder();
  const library = await openTestLibrary(root);
  const ids = (await addSamples(library, 3)).map(({ id }) => id);
  library.writer.star([ids[1]!], true);
  library.writer.trash([ids[2]!]);
  return { root, ids, library };
}

/** Everything that can be asked is answered, and nothing can be changed. */
async function expectReadable(library: Library, ids: readonly string[], code: string) {
  const { reader, writer } = library;
  expect(library.refusal).toMatchObject({ code });
  expect(reader.list({ limit: 9 }).items.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
  expect(reader.stats()).toMatchObject({ portraits: 2, starred: 1, trashed: 1 });
  expect((await reader.search(sampleVector(1), SPACE, 1))[0]?.generation.id).toBe(ids[1]);
  expect(await reader.similar(ids[0]!, 9)).toHaveLength(1);
  expect(reader.family(ids[0]!, 9).portraits).toHaveLength(1);
  expect(reader.prompts(9)).toHaveLength(3);
  expect(await reader.check()).toEqual([]);
  const files = await exportPictures(ids, await temporaryFolder(), AS_PNG, {
    reader,
    codec: sharpCodec,
  });
  expect(files).toHaveLength(3);
  await expect(writer.add(samplePortrait(1))).rejects.toMatchObject({ code });
  for (const change of [
    () => writer.star([ids[0]!], true),
    () => writer.trash([ids[0]!]),
    () => writer.restore([ids[2]!]),
  ]) {
    expect(change).toThrow(expect.objectContaining({ code }));
  }
  await expect(writer.purge([ids[2]!])).rejects.toMatchObject({ code });
  expect(reader.stats()).toMatchObject({ portraits: 2, starred: 1, trashed: 1 });
}

/** What of a kind a database has, by name. */
function namesOf(database: Database.Database, kind: string): string[] {
  const query = 'SELECT name FROM sqlite_schema WHERE type = ?';
  return z.array(z.string()).parse(database.prepare(query).pluck().all(kind));
}

/** Every file with its bytes. */
async function contentOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((e) => path.join(e.parentPath, e.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await readFile(file)).toString('base64')])),
  );
}

describe('a library that cannot be written to', () => {
  it.for(['closed well', 'left open', 'without a database', 'of an older build'])(
    'can be read all the same: %s',
    async (how, { skip }) => {
      const { root, ids, library } = await filled();
      if (how !== 'left open') await library.close();
      if (how === 'without a database') await rm(path.join(root, 'library.db'));
      if (how === 'of an older build') {
        const database = new Database(path.join(root, 'library.db'));
        for (const name of namesOf(database, 'trigger')) database.exec(`DROP TRIGGER ${name}`);
        const own = namesOf(database, 'index').filter((name) => !name.startsWith('sqlite_'));
        for (const name of own) database.exec(`DROP INDEX ${name}`);
        database.exec(`
          DROP TABLE generation_tags; DROP TABLE board_generations; DROP TABLE boards;
          DROP TABLE portrait_words; DROP TABLE portrait_counts; DROP TABLE changes;
          DROP TABLE embedding_changes; DROP TABLE shelves; DROP TABLE atlas_places;
          DROP TABLE atlases; DROP TABLE journal_proof; DROP TABLE seen_counts;
          ALTER TABLE generations DROP COLUMN rating;
          ALTER TABLE generations DROP COLUMN color;
          ALTER TABLE generations DROP COLUMN note;
          ALTER TABLE generations DROP COLUMN embedding_space;
          ALTER TABLE generations DROP COLUMN latent_space;
          ALTER TABLE generations DROP COLUMN flow_space;
          ALTER TABLE generations DROP COLUMN revision;
          ALTER TABLE generations DROP COLUMN server;
          CREATE TABLE before AS SELECT seq, vector FROM embeddings;
          DROP TABLE embeddings;
          ALTER TABLE before RENAME TO embeddings;
          DROP TABLE journal_mark; PRAGMA user_version = 2`);
        database.close();
      }
      const before = await contentOf(root);
      if (!makeReadOnly(root)) skip();
      const reading = await openTestLibrary(root);
      await expectReadable(reading, ids, 'library-read-only');
      await reading.close();
      expect(await contentOf(root)).toEqual(before);
    },
  );

  it.for(['pictures', 'thumbnails', 'staging'])(
    'can be read where it is %s that cannot be written to',
    async (name, { skip }) => {
      const { root, ids, library } = await filled();
      await library.close();
      if (!makeReadOnly(path.join(root, name))) skip();
      await expectReadable(await openTestLibrary(root), ids, 'library-read-only');
    },
  );

  it('says so, and refuses to draw before it has drawn', async ({ skip }) => {
    const { root, library } = await filled();
    await library.close();
    if (!makeReadOnly(root)) skip();
    const { service } = await openTestStudio({ library: root });
    await expect(service.status({})).resolves.toMatchObject({
      library: {
        portraits: 2,
        writable: false,
        notices: [{ kind: 'read-only', message: expect.stringContaining('nothing can be added') }],
      },
    });
    const request = { origin: { kind: 'prompt' as const, prompt: 'a' }, count: 1, settings: {} };
    await expect(service.generate(request)).rejects.toMatchObject({ code: 'library-read-only' });
  });

  it('leaves no copy behind', async ({ skip }) => {
    const { root, library } = await filled();
    await library.close();
    if (!makeReadOnly(root)) skip();
    const own = await temporaryFolder();
    const { TMPDIR } = process.env;
    process.env.TMPDIR = own;
    onTestFinished(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    });
    const reading = await openTestLibrary(root);
    expect(await readdir(own)).toHaveLength(1);
    await reading.close();
    expect(await readdir(own)).toEqual([]);
  });
});

it('a library that another program holds for itself can be read as it was', async () => {
  const { root, ids, library } = await filled();
  await library.close();
  const holder = new Database(path.join(root, 'library.db'));
  onTestFinished(() => void holder.close());
  holder.pragma('locking_mode = EXCLUSIVE');
  holder.exec('BEGIN EXCLUSIVE; UPDATE generations SET starred = 0');
  await expectReadable(await openTestLibrary(root), ids, 'library-busy');
  holder.exec('ROLLBACK');
}, 30_000);

it('an empty database beside pictures is told in the window', async () => {
  const { root, library } = await filled();
  await library.close();
  await writeFile(path.join(root, 'library.db'), '');
  const { service } = await openTestStudio({ library: root });
  await expect(service.status({})).resolves.toMatchObject({
    library: {
      ...{ portraits: 2, starred: 1, trashed: 1, writable: true },
      notices: [{ kind: 'rebuilt', message: expect.stringMatching(/was empty\. 3 portraits/) }],
    },
  });
});
