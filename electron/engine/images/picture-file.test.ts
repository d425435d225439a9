import { spawnSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { sharpCodec } from './sharp-codec.ts';

const isRoot = process.getuid?.() === 0;
const isWindows = process.platform === 'win32';

/** A name that the system does not take may be told in words of its own. */
const UNUSABLE = /^(picture-unreadable|path-unusable|file-not-found)$/;

/** Each is refused in words, at once. */
async function expectRefusal(file: string, code: string | RegExp): Promise<void> {
  for (const read of [() => sharpCodec.decode(file), () => sharpCodec.measure(file)]) {
    await expect(read()).rejects.toMatchObject({
      code: expect.stringMatching(code),
      message: expect.stringContaining(file),
    });
  }
}

describe('what is no file of a picture', () => {
  it('is a folder, or in a file that is taken for one', async () => {
    const folder = await temporaryFolder();
    await expectRefusal(folder, 'picture-unreadable');
    await writeFile(path.join(folder, 'file'), '');
    await expectRefusal(path.join(folder, 'file', 'a.png'), 'file-not-found');
  });

  it('has a name longer than there can be', async () => {
    const file = path.join(await temporaryFolder(), `${'a'.repeat(300)}.png`);
    await expectRefusal(file, UNUSABLE);
  });

  it.skipIf(isWindows)('is a link to itself, or a pipe that nobody writes to', async () => {
    const folder = await temporaryFolder();
    await symlink('loop.png', path.join(folder, 'loop.png'));
    await expectRefusal(path.join(folder, 'loop.png'), UNUSABLE);
    spawnSync('mkfifo', [path.join(folder, 'pipe.png')]);
    await expectRefusal(path.join(folder, 'pipe.png'), UNUSABLE);
  });

  it.skipIf(isRoot || isWindows)('may not be read', async () => {
    const folder = path.join(await temporaryFolder(), 'closed');
    await mkdir(folder);
    await writeFile(path.join(folder, 'a.png'), '', { mode: 0 });
    await expectRefusal(path.join(folder, 'a.png'), 'access-denied');
    await chmod(folder, 0);
    await expectRefusal(path.join(folder, 'a.png'), 'access-denied');
    await chmod(folder, 0o700);
  });
});
