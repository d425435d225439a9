import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { tamper } from '../support/database.ts';
import { makeReadOnly } from '../support/disk.ts';
import { draw, words } from '../support/drawing.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

// Each test starts the real command line.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const MAIN = path.resolve('electron/hosts/cli/main.ts');

async function run(library: string, ...args: string[]) {
  const env = {
    ...process.env,
    ...{ CLIP_FLOW_LIBRARY: library, CLIP_FLOW_PACK: TINY_PACK, CLIP_FLOW_DEVICE: 'cpu' },
  };
  const child = execFile(process.execPath, [MAIN, ...args], { env });
  const result = { code: null as unknown, stdout: '', stderr: '' };
  child.stdout?.on('data', (text: string) => (result.stdout += text));
  child.stderr?.on('data', (text: string) => (result.stderr += text));
  [result.code] = await once(child, 'close');
  return result;
}

/** A library of three portraits, drawn once for each test and closed. */
async function drawn() {
  const library = await temporaryFolder();
  const studio = await openTestStudio({ library });
  const ids = await draw(studio, words('a smile'), 3);
  const file = (id: string) => studio.library.reader.picturePath(id);
  await studio.close();
  return { library, ids, file };
}

it('export goes without a picture that is gone, names it, and ends with 1', async () => {
  const { library, ids, file } = await drawn();
  await rm(file(ids[1]!));
  const out = path.join(library, 'out');
  const plain = await run(library, 'export', ...ids, '--out', out);
  expect(plain.code).toBe(1);
  expect(plain.stdout.trim().split('\n')).toHaveLength(2);
  expect(plain.stderr).toContain(ids[1]);
  expect(await readdir(out)).toHaveLength(2);
  const schema = z.object({
    files: z.array(z.string()),
    missed: z.array(z.object({ id: z.string(), error: z.object({ code: z.string() }) })),
  });
  const { code, stdout } = await run(library, 'export', ...ids, '--out', out, '--json');
  expect(code).toBe(1);
  expect(schema.parse(JSON.parse(stdout))).toMatchObject({
    missed: [{ id: ids[1], error: { code: 'not-found' } }],
  });
});

it('export hands over a board, a search or ids as every kind, and refuses what means nothing', async () => {
  const { library, ids } = await drawn();
  const out = path.join(library, 'out');
  expect((await run(library, 'board', 'create', 'Client')).code).toBe(0);
  expect((await run(library, 'board', 'add', 'Client', ids[2]!, ids[0]!)).code).toBe(0);
  const table = await run(library, 'export', '--board', 'Client', '--as', 'table', '--out', out);
  expect(table).toMatchObject({ code: 0, stdout: `${path.join(out, 'Client.csv')}\n` });
  const rows = (await readFile(path.join(out, 'Client.csv'), 'utf8')).split('\r\n');
  expect(rows.slice(1, 3).map((row) => row.split(',')[0])).toEqual([ids[2], ids[0]]);
  const made = ['gallery', 'sheet', 'arrays', 'pictures', 'drawings'];
  for (const [index, kind] of made.entries()) {
    const found = index % 2 === 0 ? ['--query', 'smile'] : ['--search', 'smile', '--limit', '2'];
    const { code } = await run(
      library,
      ...['export', ...found, '--as', kind, '--name', kind, '--zip', '--out', out],
    );
    expect(code).toBe(0);
  }
  expect((await readdir(out)).sort()).toEqual(
    ['Client.csv', ...made.map((kind) => `${kind}.zip`)].sort(),
  );
  for (const line of [
    ['--search', 'smile', '--board', 'Client'],
    ['--as', 'gallery', '--columns', '3', '--query', ''],
    ['--as', 'sheet', '--format', 'gif', '--query', ''],
    ['--as', 'table', ids[0]!, '--board', 'Client'],
    ['--as', 'table'],
  ]) {
    expect((await run(library, 'export', ...line, '--out', out)).code).toBe(2);
  }
});

it('doctor names a picture that is gone and ends with 1', async () => {
  const { library, ids, file } = await drawn();
  await rm(file(ids[2]!));
  const { code, stdout } = await run(library, 'doctor');
  expect(code).toBe(1);
  expect(stdout).toContain(`The picture of ${ids[2]} is missing.`);
});

it('doctor tries the devices, also with a pack that has passed before', async () => {
  const { library } = await drawn();
  const schema = z.object({ ok: z.boolean(), device: z.object({ used: z.string().nullable() }) });
  for (const expected of [true, true]) {
    const { stdout } = await run(library, 'doctor', '--json');
    expect(schema.parse(JSON.parse(stdout))).toEqual({ ok: expected, device: { used: 'cpu' } });
  }
  await writeFile(path.join(library, 'pictures', 'stray.png'), 'no portrait');
  const { code, stdout } = await run(library, 'doctor');
  expect(stdout).toContain('stray.png is not a portrait of this library.');
  expect(code).toBe(1);
});

it('doctor says all else where there can be no library', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const { code, stdout } = await run(path.join(file, 'library'), 'doctor');
  expect(code).toBe(1);
  for (const line of [
    /^Device +cpu: used/m,
    /^Pack +tiny-pack .* sound/m,
    /^Library +The library in .*file.library /m,
    /^Disk +[\d.]+ GB free$/m,
  ]) {
    expect(stdout).toMatch(line);
  }
});

it('doctor names a row that cannot be read and ends with 1, and list goes on without it', async () => {
  const { library, ids } = await drawn();
  tamper(library, `UPDATE generations SET width = -1 WHERE id = '${ids[1]}'`);
  const { code, stdout } = await run(library, 'doctor');
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`portrait ${ids[1]} cannot be read: width`));
  const list = await run(library, 'list');
  expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining(ids[0]!) });
  expect(list.stdout).not.toContain(ids[1]);
});

it('a read-only library is listed, searched, shown and exported, and takes nothing', async ({
  skip,
}) => {
  const { library, ids } = await drawn();
  if (!makeReadOnly(library)) skip();
  const [id] = ids as [string];
  const out = await temporaryFolder();
  for (const line of [
    ['list'],
    ['search', 'a smile'],
    ['similar', ids[1]!],
    ['show', id],
    ['lineage', id],
    ['export', id, '--out', out],
  ]) {
    const { code, stdout, stderr } = await run(library, ...line);
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
    if (line[0] !== 'export') expect(stdout).toContain(id);
  }
  expect(await readdir(out)).toHaveLength(1);
  const refused = await run(library, 'generate', 'a');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('(library-read-only)'),
  });
});
