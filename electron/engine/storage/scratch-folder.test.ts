import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import {
  abandonedScratchFolders,
  ScratchFolder,
  hasLiveScratchFolder,
  sweepScratchFolders,
} from './scratch-folder.ts';

const CHILD = fileURLToPath(
  new URL('../../../test/faults/hold-scratch-folder.ts', import.meta.url),
);

/** A process with a scratch folder in a folder, and a file in that. */
async function startHolder(folder: string, command: readonly string[] = []) {
  const [execPath, ...execArgv] = [...command, process.execPath];
  const child = fork(CHILD, [folder], { execPath: execPath!, execArgv, stdio: 'ignore' });
  const [scratch] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => [null]),
  ]);
  return { scratch: scratch as string | null, child };
}

const names = async (folder: string) => (await readdir(folder)).sort();

describe('a scratch folder', () => {
  it('is a hidden folder for nobody else, and goes with all that is in it', async () => {
    const root = await temporaryFolder();
    const scratch = ScratchFolder.open(root);
    expect(path.basename(scratch.folder)).toMatch(/^\.clip-flow-[0-9a-f]{12}$/);
    if (process.platform !== 'win32') {
      expect((await stat(scratch.folder)).mode & 0o777).toBe(0o700);
      expect((await stat(path.join(scratch.folder, 'lock'))).mode & 0o777).toBe(0o600);
    }
    await writeFile(path.join(scratch.folder, 'draft'), '');
    await scratch.remove();
    expect(await names(root)).toEqual([]);
  });

  it('is left behind when something is in it, for the next who looks', async () => {
    const root = await temporaryFolder();
    const [empty, full] = [ScratchFolder.open(root), ScratchFolder.open(root)];
    await writeFile(path.join(full.folder, 'picture.png'), '');
    empty.leave();
    full.leave();
    expect(await names(root)).toEqual([path.basename(full.folder)]);
    const [taken] = await abandonedScratchFolders(root);
    expect(taken?.folder).toBe(full.folder);
    expect(ScratchFolder.takeOver(full.folder)).toBeNull();
    taken!.removeSync();
    expect(await names(root)).toEqual([]);
  });
});

describe('sweeping', () => {
  it('leaves what a process still holds, and clears it away once that was killed', async () => {
    const root = await temporaryFolder();
    const { scratch, child } = await startHolder(root);
    expect(await hasLiveScratchFolder(root)).toBe(true);
    await sweepScratchFolders(root);
    expect(await names(scratch!)).toEqual(['draft', 'lock']);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await hasLiveScratchFolder(root)).toBe(false);
    await sweepScratchFolders(root);
    expect(await names(root)).toEqual([]);
  });

  it('sees the processes of other containers, whose numbers it cannot know', async ({ skip }) => {
    const root = await temporaryFolder();
    const apart = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const { scratch, child } = await startHolder(root, apart);
    if (scratch === null) skip('SKIPPED: no namespaces here; it takes Linux and root.');
    await sweepScratchFolders(root);
    expect(await names(scratch!)).toEqual(['draft', 'lock']);
    child.kill('SIGKILL');
    await expect.poll(() => hasLiveScratchFolder(root)).toBe(false);
    await sweepScratchFolders(root);
    expect(await names(root)).toEqual([]);
  });

  it('clears away a scratch folder whose owner died before it had a lock', async () => {
    const root = await temporaryFolder();
    await mkdir(path.join(root, '.clip-flow-0123456789ab'));
    await sweepScratchFolders(root);
    expect(await names(root)).toEqual([]);
  });

  it('touches nothing that is not ours, and follows no link', async () => {
    const root = await temporaryFolder();
    const elsewhere = await temporaryFolder();
    await writeFile(path.join(elsewhere, 'precious'), '');
    await symlink(elsewhere, path.join(root, '.clip-flow-0123456789ab'));
    // A scratch folder's name, with a lock that is no lock of ours.
    for (const [name, make] of [
      ['.clip-flow-0123456789ac', (lock: string) => writeFile(lock, 'words')],
      [
        '.clip-flow-0123456789ad',
        (lock: string) => symlink(path.join(elsewhere, 'precious'), lock),
      ],
    ] as const) {
      await mkdir(path.join(root, name));
      await make(path.join(root, name, 'lock'));
    }
    for (const name of ['.clip-flow', '.clip-flow-0123456789abc', 'clip-flow-0123456789ab']) {
      await mkdir(path.join(root, name));
    }
    await writeFile(path.join(root, '.clip-flow-0123456789ae'), '');
    const before = await names(root);
    await sweepScratchFolders(root);
    await sweepScratchFolders(path.join(root, 'nowhere'));
    expect(await names(root)).toEqual(before);
    expect(await names(elsewhere)).toEqual(['precious']);
  });

  it('removes of a link in a scratch folder the link alone', async () => {
    const root = await temporaryFolder();
    const elsewhere = await temporaryFolder();
    await writeFile(path.join(elsewhere, 'precious'), '');
    const scratch = ScratchFolder.open(root);
    await symlink(elsewhere, path.join(scratch.folder, 'folder'));
    await symlink(path.join(elsewhere, 'precious'), path.join(scratch.folder, 'file'));
    scratch.leave();
    await sweepScratchFolders(root);
    expect(await names(root)).toEqual([]);
    expect(await names(elsewhere)).toEqual(['precious']);
  });
});
