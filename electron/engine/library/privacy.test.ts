import { chmod, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { openLibrary } from './library.ts';

/** Everything in a folder that others can read or look into, itself too; links aside. */
async function openToOthers(root: string): Promise<string[]> {
  const names = ['', ...(await readdir(root, { recursive: true }))];
  const found = await Promise.all(
    names.map(async (name) => {
      const status = await lstat(path.join(root, name));
      return !status.isSymbolicLink() && status.mode & 0o077 ? [name] : [];
    }),
  );
  return found.flat().sort();
}

/** A library as an older studio made it, for all to read. */
async function oldLibrary(root: string): Promise<void> {
  const library = await openLibrary(root, sharpCodec);
  await addSamples(library, 2);
  await library.close();
  for (const folder of ['references', 'renders/abc', 'directions', 'vocabulary']) {
    await mkdir(path.join(root, folder), { recursive: true });
    await writeFile(path.join(root, folder, 'file'), '');
  }
  for (const name of ['', ...(await readdir(root, { recursive: true }))]) {
    const at = path.join(root, name);
    await chmod(at, (await lstat(at)).isDirectory() ? 0o755 : 0o644);
  }
}

describe.skipIf(process.platform === 'win32')('a library', () => {
  it('is for nobody else, from its first moment to its end', async () => {
    const root = path.join(await temporaryFolder(), 'library');
    const library = await openTestLibrary(root);
    await addSamples(library, 2);
    expect(await openToOthers(root)).toEqual([]);
    expect(await library.privacy()).toBe('private');
  });

  it('that an older studio made is closed to others when it is opened', async () => {
    const root = path.join(await temporaryFolder(), 'library');
    await oldLibrary(root);
    const library = await openLibrary(root, sharpCodec);
    expect(await library.privacy()).toBe('private');
    await library.close();
    expect(await openToOthers(root)).toEqual([]);
  });

  it('closes what is its own, and neither what lies beside it nor what links lead to', async () => {
    const root = path.join(await temporaryFolder(), 'documents');
    await oldLibrary(root);
    await writeFile(path.join(root, 'letter.txt'), '', { mode: 0o644 });
    const elsewhere = await temporaryFolder();
    await writeFile(path.join(elsewhere, 'theirs'), '', { mode: 0o644 });
    await chmod(elsewhere, 0o755);
    for (const [name, to] of [
      ['references/link', path.join(elsewhere, 'theirs')],
      ['renders/link', elsewhere],
    ] as const) {
      await symlink(to, path.join(root, name));
    }
    await (await openLibrary(root, sharpCodec)).close();
    // Seen through the link, and as open as it was.
    expect(await openToOthers(root)).toEqual(['', 'letter.txt', 'renders/link/theirs']);
    expect(await openToOthers(elsewhere)).toEqual(['', 'theirs']);
  });

  it('says so where a part of it is a link to what others can read', async () => {
    const root = await temporaryFolder();
    const elsewhere = await temporaryFolder();
    await chmod(elsewhere, 0o755);
    await symlink(elsewhere, path.join(root, 'pictures'));
    const library = await openTestLibrary(root);
    expect(await library.privacy()).toBe('open');
    await chmod(elsewhere, 0o700);
    expect(await library.privacy()).toBe('private');
  });

  it('leaves a folder alone that is for all', async () => {
    const root = await temporaryFolder();
    await chmod(root, 0o1777);
    const library = await openTestLibrary(root);
    expect((await lstat(root)).mode & 0o7777).toBe(0o1777);
    expect(await openToOthers(root)).toEqual(['']);
    expect(await library.privacy()).toBe('private');
  });
});
