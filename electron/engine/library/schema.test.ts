import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tamper } from '../../../test/support/database.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { sampleVector } from '../../../test/support/portraits.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { openLibrary } from './library.ts';

const SPACE = 'tiny@1.0.0';

const makePipe = (file: string) => void execFileSync('mkfifo', [file]);

/** A library of three portraits, the first of them in the trash, with something done to it. */
async function tampered(script: string): Promise<string> {
  const root = await temporaryFolder();
  const before = await openTestLibrary(root);
  const [first, second] = await addSamples(before, 3);
  before.writer.trash([first!.id]);
  before.writer.star([second!.id], true);
  await before.close();
  tamper(root, script);
  return root;
}

describe('what can be made again is', () => {
  it.each([
    ['the index of words', 'DROP TABLE portrait_words'],
    ['a part of it', 'DROP TABLE portrait_words_config'],
    ['another part of it', 'DROP TABLE portrait_words_data'],
    ['what it holds', "INSERT INTO portrait_words (portrait_words) VALUES ('delete-all')"],
    ['what keeps it', 'DROP TRIGGER words_added; DROP TRIGGER words_removed'],
    ['the counts', 'DROP TABLE portrait_counts'],
    ['what keeps them', 'DROP TRIGGER counted_changed; UPDATE portrait_counts SET portraits = 7'],
    ['what has happened', 'DROP TABLE changes; DROP TABLE embedding_changes'],
    ['the months that are in order', 'DROP TABLE shelves'],
    ['the prompts', 'DROP TABLE prompts'],
    ['the mark of the journal', 'DROP TABLE journal_mark'],
    ['what the mark says', 'DELETE FROM journal_mark'],
    ['a mark that is no number', 'UPDATE journal_mark SET applied = 9223372036854775807'],
    ['indexes', 'DROP INDEX gallery; DROP INDEX parents_by_parent; DROP INDEX prompts_by_use'],
  ])('%s', async (_, script) => {
    const root = await tampered(script);
    const { reader, writer } = await openTestLibrary(root);
    expect(
      (await reader.search(sampleVector(2), SPACE, 9)).map(({ generation }) => generation.seed),
    ).toEqual([2, 1]);
    expect(await reader.countOf({ query: 'PORTRAIT 2' })).toBe(1);
    expect(reader.prompts(9)).toEqual(['portrait 2', 'portrait 1', 'portrait 0']);
    expect(reader.stats()).toMatchObject({ portraits: 2, starred: 1, trashed: 1 });
    expect(await reader.check()).toEqual([]);
    const all = reader.list({ limit: 9 }).items.map(({ id }) => id);
    expect(writer.trash(all).changed).toBe(2);
  });
});

describe('what cannot be made again is named, with what to do', () => {
  it.each([
    ['generations', 'DROP TABLE generations'],
    ['latents', 'DROP TABLE latents'],
    ['embeddings', 'DROP TABLE embeddings'],
    [
      'generations',
      `PRAGMA legacy_alter_table = 1; ALTER TABLE generations RENAME TO gone;
       CREATE VIEW generations AS SELECT * FROM gone`,
    ],
    ['parents', 'DROP TABLE parents'],
    ['device', 'ALTER TABLE generations DROP COLUMN device'],
    ['condition', 'ALTER TABLE latents RENAME COLUMN condition TO something'],
  ])('%s', async (what, script) => {
    const root = await tampered(script);
    await expect(openLibrary(root, sharpCodec)).rejects.toMatchObject({
      code: 'library-corrupt',
      message: expect.stringMatching(new RegExp(`${what}.*move .*library\\.db away`)),
    });
    await rm(path.join(root, 'library.db'));
    const { reader } = await openTestLibrary(root);
    expect(reader.stats()).toMatchObject({ portraits: 2, starred: 1, trashed: 1 });
  });
});

it.each([-1, -2_147_483_648, 0, 1, 2])(
  'a version of %i that no studio wrote is refused at once',
  async (version) => {
    const root = await tampered(`PRAGMA user_version = ${version}`);
    await expect(openLibrary(root, sharpCodec)).rejects.toMatchObject({ code: 'library-corrupt' });
  },
);

it('a table that goes while the library is open is told in words', async () => {
  const library = await openTestLibrary();
  const [first] = await addSamples(library, 1);
  tamper(library.root, 'DROP TABLE latents');
  expect(() => library.reader.latents(first!.id)).toThrow(
    expect.objectContaining({ code: 'library-corrupt' }),
  );
});

it('rows that are refused by what somebody added are told in words', async () => {
  const root = await tampered(
    `CREATE TRIGGER t BEFORE UPDATE ON generations BEGIN SELECT RAISE(ABORT, 'no'); END`,
  );
  const { reader, writer } = await openTestLibrary(root);
  const ids = reader.list({ limit: 9 }).items.map(({ id }) => id);
  expect(() => writer.trash(ids)).toThrow(expect.objectContaining({ code: 'library-corrupt' }));
});

it.skipIf(process.platform === 'win32').each(['-journal', '-wal', '-shm'])(
  'what SQLite would wait at or write through, called library.db%s, is refused in words',
  async (end) => {
    const root = await tampered('SELECT 1');
    const file = path.join(root, `library.db${end}`);
    const refusal = { code: 'library-corrupt', message: expect.stringContaining(file) };
    for (const make of [makePipe, mkdir, (name: string) => symlink('/etc/passwd', name)]) {
      await make(file);
      await expect(openLibrary(root, sharpCodec)).rejects.toMatchObject(refusal);
      await rm(file, { recursive: true });
    }
    await openTestLibrary(root);
  },
);

it('a database that is a folder is refused in words', async () => {
  const root = await temporaryFolder();
  await mkdir(path.join(root, 'library.db'));
  await expect(openLibrary(root, sharpCodec)).rejects.toMatchObject({
    code: 'library-corrupt',
    message: expect.stringContaining('no file'),
  });
});

it.each([
  ['lost', async (file: string) => rm(file)],
  ['empty', async (file: string) => writeFile(file, '')],
] as const)('a database found %s is rebuilt, and that is told', async (found, lose) => {
  const root = await tampered('SELECT 1');
  await lose(path.join(root, 'library.db'));
  const { reader, reconciliation } = await openTestLibrary(root);
  expect(reconciliation).toMatchObject({ adopted: 3, rebuilt: found });
  expect(reader.stats()).toMatchObject({ portraits: 2, starred: 1, trashed: 1 });
});
