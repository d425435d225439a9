import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { replaceFolder } from '../../electron/hosts/launch/replace-folder.ts';
import { temporaryFolder } from '../support/library.ts';

async function makeDraft(root: string, name: string): Promise<string> {
  const draft = path.join(root, `draft-${name}`, 'part');
  await mkdir(draft, { recursive: true });
  for (const file of ['a', 'b']) await writeFile(path.join(draft, file), name);
  return draft;
}

const contents = (folder: string) =>
  Promise.all(['a', 'b'].map((file) => readFile(path.join(folder, file), 'utf8')));

it('puts a folder where none was, and in the place of another', async () => {
  const root = await temporaryFolder();
  const target = path.join(root, 'part');
  for (const name of ['first', 'second']) {
    await replaceFolder(target, await makeDraft(root, name));
    expect(await contents(target)).toEqual([name, name]);
  }
});

it('takes the place of a link, and leaves what that leads to', async () => {
  const root = await temporaryFolder();
  const elsewhere = await makeDraft(root, 'elsewhere');
  const target = path.join(root, 'part');
  await symlink(elsewhere, target);
  await replaceFolder(target, await makeDraft(root, 'new'));
  expect(await contents(target)).toEqual(['new', 'new']);
  expect(await contents(elsewhere)).toEqual(['elsewhere', 'elsewhere']);
});

it('leaves one whole folder when many replace it at once', async () => {
  const root = await temporaryFolder();
  const target = path.join(root, 'part');
  const names = Array.from({ length: 12 }, (_, n) => String(n));
  const drafts = await Promise.all(names.map((name) => makeDraft(root, name)));
  await Promise.all(drafts.map((draft) => replaceFolder(target, draft)));
  const [a, b] = await contents(target);
  expect(a).toBe(b);
  expect(await readdir(target)).toEqual(['a', 'b']);
});
