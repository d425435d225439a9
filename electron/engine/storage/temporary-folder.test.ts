import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { TemporaryFolder } from './temporary-folder.ts';

afterEach(() => vi.unstubAllEnvs());

function useTemporaryFolder(folder: string): void {
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, folder);
}

it('is for nobody else, goes with the session, and clears away what killed ones left', async () => {
  const root = await temporaryFolder();
  useTemporaryFolder(root);
  await mkdir(path.join(root, '.clip-flow-0123456789ab', 'uploads'), { recursive: true });
  const temporary = new TemporaryFolder('uploads');
  const [one, two] = await Promise.all([temporary.folder('one'), temporary.folder('two')]);
  expect(path.dirname(one)).toBe(path.dirname(two));
  expect(await readdir(root)).toHaveLength(1);
  if (process.platform !== 'win32') expect((await stat(one)).mode & 0o777).toBe(0o700);
  await writeFile(path.join(one, 'film.mp4'), '');
  await temporary.close();
  expect(await readdir(root)).toEqual([]);
});

it('names the temporary folder that is missing, and uses it once it is there', async () => {
  const folder = path.join(await temporaryFolder(), 'missing');
  useTemporaryFolder(folder);
  const temporary = new TemporaryFolder('uploads');
  await expect(temporary.folder('one')).rejects.toMatchObject({
    code: 'file-not-found',
    message: expect.stringContaining(`${folder} cannot be used: it does not exist`),
  });
  await mkdir(folder);
  await temporary.folder('one');
  await temporary.close();
});
