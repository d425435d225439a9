import { execFile, execFileSync } from 'node:child_process';
import { cp, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { openLibrary } from '../../electron/engine/library/library.ts';
import { mountDisk } from '../support/disk.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../support/library.ts';

const SOURCE = fileURLToPath(new URL('./odd-disk.c', import.meta.url));
const CHILD = fileURLToPath(new URL('./add-portraits.ts', import.meta.url));

const NO_COMPILER = 'SKIPPED: it takes a C compiler.';

/** Lets processes on an odd disk add portraits to a library, all at once; false where that cannot be. */
async function addOnOddDisk(library: string, counts: readonly number[]): Promise<boolean> {
  const shim = path.join(await temporaryFolder(), 'odd-disk.so');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-o', shim, SOURCE, '-ldl'], { stdio: 'pipe' });
  } catch {
    return false;
  }
  const env = { ...process.env, LD_PRELOAD: shim };
  const run = promisify(execFile);
  await Promise.all(
    counts.map((count) => run(process.execPath, [CHILD, library, String(count)], { env })),
  );
  return true;
}

/** Whether a database keeps a write-ahead log, by its header. */
const isLogged = async (file: string) => (await readFile(file))[18] === 2;

describe.skipIf(process.platform !== 'linux')('a disk without shared memory', () => {
  it('has libraries without a log, which several processes may fill at once', async ({ skip }) => {
    const root = await temporaryFolder();
    if (!(await addOnOddDisk(root, [3, 3]))) skip(NO_COMPILER);
    expect(await isLogged(path.join(root, 'library.db'))).toBe(false);
    const library = await openTestLibrary(root);
    expect(library.reader.count()).toBe(6);
    expect(await library.reader.check()).toEqual([]);
  });

  it('takes over a library that was made elsewhere, with all that stands in its log', async ({
    skip,
  }) => {
    const root = await temporaryFolder();
    const library = await openTestLibrary(path.join(root, 'first'));
    await addSamples(library, 2);
    // Copied while it is open, as after a crash.
    const moved = path.join(root, 'moved');
    await cp(library.root, moved, { recursive: true });
    expect((await lstat(path.join(moved, 'library.db-wal'))).size).toBeGreaterThan(0);
    if (!(await addOnOddDisk(moved, [1]))) skip(NO_COMPILER);
    expect(await isLogged(path.join(moved, 'library.db'))).toBe(false);
    const after = await openTestLibrary(moved);
    expect(after.reader.count()).toBe(3);
    expect(after.reconciliation).toMatchObject({ adopted: 0, missing: [], foreign: [] });
  });
});

describe('pictures on another disk', () => {
  it('are added, purged and put right as others are', async ({ skip }) => {
    const disk = (await mountDisk(16)) ?? skip();
    const root = await temporaryFolder();
    await symlink(disk, path.join(root, 'pictures'));
    const library = await openLibrary(root, sharpCodec);
    const [first, second] = await addSamples(library, 2);
    library.writer.trash([first!.id]);
    expect(await library.writer.purge([first!.id])).toBe(1);
    await library.close();

    const shelf = path.dirname(library.reader.picturePath(second!.id));
    expect(await readdir(shelf)).toEqual([`${second!.id}.png`]);
    expect(await readdir(path.join(root, 'staging'))).toEqual([]);
    // What a process killed in the middle of a move leaves.
    const draft = path.join(shelf, '.clip-flow-0123456789ab');
    await mkdir(draft);
    await writeFile(path.join(draft, `${second!.id}.png`), 'half');
    const again = await openTestLibrary(root);
    expect(again.reconciliation).toMatchObject({ missing: [], foreign: [] });
    expect(await readdir(shelf)).toEqual([`${second!.id}.png`]);
  });

  it('are brought back from the staging of a process that was killed', async ({ skip }) => {
    const disk = (await mountDisk(16)) ?? skip();
    const root = await temporaryFolder();
    await symlink(disk, path.join(root, 'pictures'));
    const library = await openLibrary(root, sharpCodec);
    const [{ id } = { id: '' }] = await addSamples(library, 1);
    await library.close();
    const picture = library.reader.picturePath(id);
    const scratch = path.join(root, 'staging', '.clip-flow-0123456789ab');
    await mkdir(scratch);
    await cp(picture, path.join(scratch, `${id}.png`));
    await rm(picture);
    const again = await openTestLibrary(root);
    expect(again.reconciliation).toMatchObject({ swept: 1, missing: [] });
    expect((await readFile(picture)).length).toBeGreaterThan(0);
  });
});

describe('a link in staging', () => {
  it.each(['.clip-flow-0123456789ab', '4711-01234567', 'the folder itself'])(
    'is never followed: %s',
    async (name) => {
      const root = await temporaryFolder();
      await (await openLibrary(root, sharpCodec)).close();
      const elsewhere = await temporaryFolder();
      // Looks like what a process left there.
      await mkdir(path.join(elsewhere, '4711-89abcdef'));
      await writeFile(path.join(elsewhere, '4711-89abcdef', 'precious.png'), 'precious');
      await writeFile(path.join(elsewhere, 'precious.png'), 'precious');
      const staging = path.join(root, 'staging');
      if (name === 'the folder itself') {
        await rm(staging, { recursive: true });
        await symlink(elsewhere, staging);
      } else {
        await symlink(elsewhere, path.join(staging, name));
      }
      const library = await openLibrary(root, sharpCodec);
      await addSamples(library, 1);
      await library.close();
      expect((await readdir(elsewhere, { recursive: true })).sort()).toEqual([
        '4711-89abcdef',
        '4711-89abcdef/precious.png',
        'precious.png',
      ]);
    },
  );

  it('goes with the scratch folder of a killed process, and what it leads to stays', async () => {
    const root = await temporaryFolder();
    await (await openLibrary(root, sharpCodec)).close();
    const elsewhere = await temporaryFolder();
    await writeFile(path.join(elsewhere, 'precious.png'), 'precious');
    const scratch = path.join(root, 'staging', '4711-01234567');
    await mkdir(scratch);
    await symlink(path.join(elsewhere, 'precious.png'), path.join(scratch, 'file.png'));
    await symlink(elsewhere, path.join(scratch, 'folder.png'));
    await (await openLibrary(root, sharpCodec)).close();
    expect(await readdir(path.join(root, 'staging'))).toEqual([]);
    expect(await readFile(path.join(elsewhere, 'precious.png'), 'utf8')).toBe('precious');
  });
});

it('clears away at its opening what killed processes left anywhere in it', async () => {
  const root = await temporaryFolder();
  await (await openLibrary(root, sharpCodec)).close();
  for (const place of ['staging', 'references', 'renders/film', 'directions', 'vocabulary']) {
    const scratch = path.join(root, place, '.clip-flow-0123456789ab');
    await mkdir(scratch, { recursive: true });
    await writeFile(path.join(scratch, 'draft'), 'half');
  }
  await (await openLibrary(root, sharpCodec)).close();
  const left = await readdir(root, { recursive: true });
  expect(left.filter((name) => name.includes('.clip-flow'))).toEqual([]);
});

describe('something in the place of what a library needs', () => {
  it.each([
    ['staging', 'path-unusable', 'a file stands where a folder is needed'],
    ['pictures', 'path-unusable', 'a file stands where a folder is needed'],
    ['thumbnails', 'path-unusable', 'a file stands where a folder is needed'],
  ])('is named: %s', async (name, code, why) => {
    const root = await temporaryFolder();
    await writeFile(path.join(root, name), '');
    const message = expect.stringMatching(new RegExp(`${why} \\(${path.join(root, name)}\\)`));
    await expect(openLibrary(root, sharpCodec)).rejects.toMatchObject({ code, message });
  });

  it.skipIf(process.platform === 'win32')('is a pipe, and not waited for', async () => {
    const root = await temporaryFolder();
    execFileSync('mkfifo', [path.join(root, 'library.db')]);
    await expect(openLibrary(root, sharpCodec)).rejects.toMatchObject({
      code: 'library-corrupt',
    });
  });

  it('is a picture that is a folder', async () => {
    const root = await temporaryFolder();
    const library = await openTestLibrary(root);
    const [{ id } = { id: '' }] = await addSamples(library, 1);
    const file = library.reader.picturePath(id);
    await rm(file);
    await mkdir(file);
    await expect(library.reader.picture(id)).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringContaining(file),
    });
  });

  it.each([
    ['a file', (root: string) => path.join(root, 'file', 'library'), 'library-read-only'],
    ['no folder that can be', () => '/proc/none/library', 'library-read-only'],
    ['a name too long', (root: string) => path.join(root, 'x'.repeat(300)), 'path-unusable'],
    ['links in a circle', (root: string) => path.join(root, 'loop', 'library'), 'path-unusable'],
    ['a path too long', (root: string) => path.join(root, ...deep()), 'path-unusable'],
  ])('is below %s', async (_, place, code) => {
    const root = await temporaryFolder();
    await writeFile(path.join(root, 'file'), '');
    await symlink(path.join(root, 'loop'), path.join(root, 'loop'));
    await expect(openLibrary(place(root), sharpCodec)).rejects.toMatchObject({ code });
  });
});

/** Each name short enough, and all together longer than SQLite takes. */
function deep(): string[] {
  return Array.from({ length: 6 }, () => 'x'.repeat(100));
}
