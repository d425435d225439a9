import { execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { openRegular, readRegular, regularSize } from './regular-file.ts';

it('reads a file, also through a link', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'file');
  await writeFile(file, 'words');
  await symlink(file, path.join(folder, 'link'));
  expect((await readRegular(path.join(folder, 'link'))).toString()).toBe('words');
  expect(await regularSize(file)).toBe(5);
});

it('reads no more than it may', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, 'words');
  await expect(readRegular(file, 4)).rejects.toMatchObject({ code: 'EFBIG', path: file });
  expect(await readRegular(file, 5)).toHaveLength(5);
});

it.skipIf(process.platform === 'win32')(
  'refuses what is no file at once, and waits for nobody',
  async () => {
    const folder = await temporaryFolder();
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const socket = path.join(folder, 'socket');
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    for (const [file, code, kind] of [
      [pipe, 'EFTYPE', 'a pipe'],
      [socket, 'EFTYPE', 'a socket'],
      ['/dev/zero', 'EFTYPE', 'a device'],
      [folder, 'EISDIR', 'a folder'],
    ] as const) {
      const refusal = { code, path: file, message: `${file} is ${kind}, not a file.` };
      await expect(openRegular(file)).rejects.toMatchObject(refusal);
      await expect(readRegular(file)).rejects.toMatchObject(refusal);
      expect(await regularSize(file)).toBeUndefined();
    }
  },
);
