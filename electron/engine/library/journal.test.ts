import { appendFile, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tamper } from '../../../test/support/database.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { Journal } from './journal.ts';

/** A library of four portraits: untouched, starred, trashed, starred and trashed. */
async function touched() {
  const root = await temporaryFolder();
  const library = await openTestLibrary(root);
  const ids = (await addSamples(library, 4)).map(({ id }) => id);
  library.writer.star([ids[1]!, ids[3]!, ids[0]!], true);
  library.writer.star([ids[0]!], false);
  library.writer.trash([ids[2]!, ids[3]!], 1_234);
  await library.close();
  return { root, ids, file: path.join(root, 'journal.jsonl') };
}

async function standingsOf(root: string, ids: readonly string[]) {
  const library = await openTestLibrary(root);
  const standings = ids.map((id) => {
    const { starred, trashedAt } = library.reader.get(id);
    return [starred, trashedAt];
  });
  await library.close();
  return standings;
}

const STANDINGS = [
  [false, null],
  [true, null],
  [false, 1_234],
  [true, 1_234],
];

const loseDatabase = async (root: string) => {
  for (const part of ['', '-wal', '-shm']) {
    await rm(path.join(root, `library.db${part}`), { force: true });
  }
};

describe('what the artist did', () => {
  it('survives the loss of the database', async () => {
    const { root, ids } = await touched();
    await loseDatabase(root);
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
    await loseDatabase(root);
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
  });

  it('is noted also after the last number there is', async () => {
    const { root, ids, file } = await touched();
    const last = { n: Number.MAX_SAFE_INTEGER, kind: 'star', id: ids[1], starred: true };
    await appendFile(file, JSON.stringify(last));
    const { writer, close } = await openTestLibrary(root);
    writer.star([ids[1]!], false);
    writer.star([ids[0]!], true);
    await close();
    const now = [[true, null], [false, null], ...STANDINGS.slice(2)];
    expect(await standingsOf(root, ids)).toEqual(now);
    await loseDatabase(root);
    expect(await standingsOf(root, ids)).toEqual(now);
  });

  it('is noted at the first opening of a library from before there was a journal', async () => {
    const { root, ids, file } = await touched();
    await rm(file);
    // As the migration leaves it that made room for it.
    tamper(root, 'UPDATE journal_mark SET applied = 0');
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
    await loseDatabase(root);
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
  });

  it('survives the loss of a journal, and of one row', async () => {
    const { root, ids, file } = await touched();
    await rm(file);
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
    tamper(root, `DELETE FROM generations WHERE id = '${ids[3]}'`);
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
  });

  it('is caught up with by a database from before it was done, as after a power cut', async () => {
    const { root, ids } = await touched();
    tamper(
      root,
      'UPDATE generations SET starred = 0, trashed_at = NULL; UPDATE journal_mark SET applied = 0',
    );
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
  });

  it('that was undone by hand in the database stays undone', async () => {
    const { root, ids } = await touched();
    tamper(root, 'UPDATE generations SET starred = 0');
    const undone = STANDINGS.map(([, trashedAt]) => [false, trashedAt]);
    expect(await standingsOf(root, ids)).toEqual(undone);
    await loseDatabase(root);
    expect(await standingsOf(root, ids)).toEqual(undone);
  });
});

describe('the journal', () => {
  it.each([
    ['a line that is cut off', '{"n":99,"kind":"st'],
    ['half a character and zeros', '\u0000\u0000\ud83d'],
    ['other texts', 'hello\n[]\n42\nnull\n{}\n'],
  ])('bears %s at its end, and loses nothing that comes after', async (_, rest) => {
    const { root, ids, file } = await touched();
    await appendFile(file, rest);
    const library = await openTestLibrary(root);
    library.writer.star([ids[0]!], true);
    await library.close();
    await loseDatabase(root);
    expect(await standingsOf(root, ids)).toEqual([[true, null], ...STANDINGS.slice(1)]);
  });

  it('keeps what a newer build noted, and stays short however much is done', async () => {
    const { root, ids, file } = await touched();
    const note = `{"n":7,"kind":"tag","id":"${ids[0]}","tag":"blue"}`;
    await appendFile(file, `${note}\n`);
    const stars = Array.from({ length: 12_000 }, (_, n) => {
      return `{"n":${n + 10},"kind":"star","id":"${ids[0]}","starred":${n % 2 === 0}}\n`;
    });
    await appendFile(file, stars.join(''));
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toContain(note);
    expect(lines.length).toBeLessThan(10);
    await loseDatabase(root);
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
  });

  it('forgets what was removed for good', async () => {
    const { root, ids, file } = await touched();
    const library = await openTestLibrary(root);
    await library.writer.purge([ids[2]!]);
    await library.close();
    expect(new Journal(file).read().entries.at(-1)).toMatchObject({ kind: 'purge', id: ids[2] });
  });

  it.each([
    ['a pipe', (file: string) => void execFileSync('mkfifo', [file])],
    ['a link', (file: string) => symlink('/etc/passwd', file)],
    ['a folder', (file: string) => void execFileSync('mkdir', [file])],
    [
      'what is longer than any',
      (file: string) => writeFile(file, '').then(() => truncate(file, 3e9)),
    ],
  ])(
    'is not looked for behind %s: that is told, and the portraits can be seen',
    async (_, make) => {
      const { root, ids, file } = await touched();
      await rm(file);
      await make(file);
      const { reader, writer, reconciliation } = await openTestLibrary(root);
      expect(reconciliation.journal).toContain('journal.jsonl');
      expect(reader.list({ limit: 9 }).items).toHaveLength(2);
      expect(() => writer.star([ids[0]!], true)).toThrow(
        expect.objectContaining({ code: 'library-corrupt' }),
      );
      expect(reader.get(ids[0]!).starred).toBe(false);
    },
  );

  it('that is half written by a crash is cleared away', async () => {
    const { root, ids, file } = await touched();
    await writeFile(`${file}.draft`, '{"n":1');
    expect(await standingsOf(root, ids)).toEqual(STANDINGS);
    await expect(readFile(`${file}.draft`)).rejects.toThrow('ENOENT');
  });
});
