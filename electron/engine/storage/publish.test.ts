import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { ScratchFolder } from './scratch-folder.ts';
import { keepFile, publish } from './publish.ts';

it('writes beside the target, and leaves nothing beside it, whatever came of it', async () => {
  const folder = path.join(await temporaryFolder(), 'new', 'folder');
  const target = path.join(folder, 'words.txt');
  let draft = '';
  await publish(target, 'refuse', async (file) => {
    draft = file;
    await writeFile(file, 'words');
  });
  expect(path.dirname(path.dirname(draft))).toBe(folder);
  const failing = publish(path.join(folder, 'other.txt'), 'refuse', async (file) => {
    await writeFile(file, 'half');
    throw new TypeError('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual(['words.txt']);
  expect(await readFile(target, 'utf8')).toBe('words');
});

it('clears away what killed processes left beside the target, and nothing else', async () => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, '.clip-flow-0123456789ab'));
  await writeFile(path.join(folder, '.clip-flow-0123456789ab', 'draft.gif'), 'half');
  const theirs = ['.hidden', '.0123456789ab.gif', 'picture.gif'];
  for (const name of theirs) await writeFile(path.join(folder, name), '');
  const live = ScratchFolder.open(folder);
  await publish(path.join(folder, 'new.gif'), 'refuse', (file) => writeFile(file, ''));
  const left = [...theirs, 'new.gif', path.basename(live.folder)];
  expect((await readdir(folder)).sort()).toEqual(left.sort());
  live.removeSync();
});

it.skipIf(process.platform === 'win32')(
  'leaves exports to the umask, and keeps its own files from others',
  async () => {
    const root = await temporaryFolder();
    const mode = async (...names: string[]) => (await stat(path.join(root, ...names))).mode & 0o777;
    await publish(path.join(root, 'out', 'film'), 'refuse', async (draft) => {
      await mkdir(draft);
      await writeFile(path.join(draft, 'frame'), '');
    });
    const isFree = process.umask() ^ 0o777;
    expect(await mode('out')).toBe(isFree);
    expect(await mode('out', 'film')).toBe(isFree);
    expect(await mode('out', 'film', 'frame')).toBe(isFree & 0o666);
    await keepFile(path.join(root, 'kept', 'file'), 'words');
    expect(await mode('kept')).toBe(0o700);
    expect(await mode('kept', 'file')).toBe(0o600);
  },
);

it('takes a link that leads nowhere for something that is there', async () => {
  const root = await temporaryFolder();
  const target = path.join(root, 'link.gif');
  await symlink(path.join(root, 'nowhere'), target);
  const write = (file: string) => writeFile(file, '');
  await expect(publish(target, 'refuse', write)).rejects.toMatchObject({ code: 'file-exists' });
  expect(await publish(target, 'rename', write)).toBe(path.join(root, 'link (2).gif'));
});

it.each([
  ['a name too long', 'x'.repeat(300), 'path-unusable'],
  ['a NUL', 'nul\0', 'path-unusable'],
  ['what lies in a file', 'file/below', 'file-exists'],
  ['what lies deep in a file', 'file/far/below', 'access-denied'],
])('says why it cannot write %s', async (_, name, code) => {
  const root = await temporaryFolder();
  await writeFile(path.join(root, 'file'), '');
  const written = publish(path.join(root, name), 'refuse', (file) => writeFile(file, ''));
  await expect(written).rejects.toMatchObject({ code });
  expect(await readdir(root)).toEqual(['file']);
});
