import { stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { makeFolder, makeFolderSync, PRIVATE_FOLDER } from './make-folder.ts';

describe.each([
  ['makeFolder', makeFolder],
  ['makeFolderSync', async (folder: string, mode?: number) => makeFolderSync(folder, mode)],
])('%s', (_, make) => {
  it('makes all that is missing, and leaves what is there', async () => {
    const root = await temporaryFolder();
    const folder = path.join(root, 'a', 'b', 'c');
    await make(folder, PRIVATE_FOLDER);
    await make(folder, PRIVATE_FOLDER);
    await make(path.parse(root).root);
    for (const made of [folder, path.dirname(folder)]) {
      const { mode } = await stat(made);
      expect(mode & 0o777).toBe(process.platform === 'win32' ? mode & 0o777 : 0o700);
    }
  });

  it('takes a link to a folder for one, and neither a file nor a link to nowhere', async () => {
    const root = await temporaryFolder();
    await make(path.join(root, 'real'));
    await symlink(path.join(root, 'real'), path.join(root, 'link'));
    await make(path.join(root, 'link'));
    await writeFile(path.join(root, 'file'), '');
    await symlink(path.join(root, 'nowhere'), path.join(root, 'dangling'));
    await symlink(path.join(root, 'circle'), path.join(root, 'circle'));
    for (const [name, code] of [
      ['file', 'EEXIST'],
      ['dangling', 'EEXIST'],
      ['file/below', 'ENOTDIR'],
      ['circle', 'ELOOP'],
      ['circle/below', 'ELOOP'],
    ] as const) {
      await expect(make(path.join(root, name))).rejects.toMatchObject({ code });
    }
  });

  it.runIf(process.platform === 'linux')(
    'comes back where a parent is there and answers ENOENT for ever',
    async () => {
      await expect(make('/proc/none')).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(make('/proc/none/deep/er')).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );
});
