import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { addSamples, openTestLibrary, temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';

// Each test starts the real command line.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });

const MAIN = path.resolve('electron/hosts/cli/main.ts');

async function run(library: string, ...args: string[]) {
  const env = { ...process.env, ...{ CLIP_FLOW_LIBRARY: library, CLIP_FLOW_PACK: TINY_PACK } };
  const child = execFile(process.execPath, [MAIN, ...args, '--json'], { env });
  let stdout = '';
  child.stdout?.on('data', (text: string) => (stdout += text));
  const [code] = await once(child, 'close');
  const document: unknown = JSON.parse(stdout);
  return { code: z.number().parse(code), document };
}

async function filled() {
  const root = await temporaryFolder();
  const library = await openTestLibrary(root);
  const ids = (await addSamples(library, 3)).map(({ id }) => id);
  await library.close();
  return { root, ids };
}

const answerSchema = z.object({ changed: z.number(), undo: z.string() });

it('portraits are rated, tagged, noted and laid on boards, and a deed is taken back', async () => {
  const { root, ids } = await filled();
  const rated = answerSchema.parse((await run(root, 'rate', ...ids, '--rating', '4')).document);
  expect(rated.changed).toBe(3);
  await run(root, 'tag', ids[0]!, ids[1]!, '--tags', 'Sea,two words');
  await run(root, 'untag', ids[1]!, '--tags', 'SEA');
  await run(root, 'note', ids[0]!, '--text', 'for the cover');
  await run(root, 'board', 'create', 'Series');
  await run(root, 'board', 'add', 'series', ids[2]!, ids[0]!);
  expect((await run(root, 'show', ids[0]!)).document).toMatchObject({
    ...{ rating: 4, note: 'for the cover', tags: ['Sea', 'two words'] },
  });
  const listed = await run(root, 'list', '--board', 'Series', '--sort', 'board');
  expect(listed.document).toMatchObject({ portraits: [{ id: ids[2] }, { id: ids[0] }] });
  await run(root, 'undo', rated.undo);
  expect((await run(root, 'list', '--rating', '1')).document).toMatchObject({ portraits: [] });
  expect(await run(root, 'board', 'take', 'Nowhere', ids[0]!)).toMatchObject({
    code: 1,
    document: { error: { code: 'not-found' } },
  });
});

it('a library is verified, backed up, rebuilt, merged and moved', async () => {
  const { root, ids } = await filled();
  await run(root, 'tag', ids[0]!, '--tags', 'sea');
  expect(await run(root, 'library', 'verify')).toMatchObject({
    code: 0,
    document: { portraits: 3, problems: [], remedies: [] },
  });
  const backup = path.join(await temporaryFolder(), 'backup');
  expect((await run(root, 'library', 'backup', backup)).document).toMatchObject({ portraits: 3 });
  await writeFile(path.join(root, 'library.db'), 'no database at all');
  expect((await run(root, 'library', 'verify')).code).toBe(1);
  const rebuilt = await run(root, 'library', 'rebuild');
  expect(rebuilt).toMatchObject({ code: 0, document: { portraits: 3, adopted: 3 } });
  expect((await run(root, 'list', '--tag', 'sea')).document).toMatchObject({
    portraits: [{ id: ids[0] }],
  });
  const merged = await run(root, 'library', 'merge', backup);
  expect(merged).toMatchObject({ code: 0, document: { added: 0, doubles: 3, mended: 0 } });
  const moved = path.join(await temporaryFolder(), 'moved');
  expect((await run(root, 'library', 'move', moved)).code).toBe(0);
  expect((await readdir(root)).every((name) => name.includes('set-aside'))).toBe(true);
  const settings = await run(moved, 'library', 'settings', '--trash-days', '30');
  expect(settings.document).toMatchObject({ trashDays: 30 });
  expect((await run(moved, 'library', 'verify')).code).toBe(0);
});

it('ids are completed from their beginnings, and those that several portraits have are refused', async () => {
  const { root, ids } = await filled();
  const beginnings = ids.map((id) => id.slice(0, -3));
  const rated = await run(root, 'rate', beginnings[0]!, ids[1]!, '--rating', '4');
  expect(rated.document).toMatchObject({ changed: 2 });
  const page = await run(root, 'list', '--before', beginnings[2]!.toUpperCase());
  expect(page.document).toMatchObject({ portraits: [{ id: ids[1] }, { id: ids[0] }] });
  for (const args of [['show'], ['animate', 'the sea', '--out', 'never.webp']]) {
    const [command = '', ...rest] = args;
    const refused = await run(root, command, ids[0]!.slice(0, 8), ...rest);
    expect(refused.document).toMatchObject({ error: { code: 'invalid-argument' } });
    expect(JSON.stringify(refused.document)).toContain('Several portraits');
  }
  expect((await run(root, 'show', '00000000-0000-7')).document).toMatchObject({
    error: { code: 'not-found' },
  });
});
