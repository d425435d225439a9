import { appendFile, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { copyTinyPack, editManifest, TINY_PACK, zipTinyPack } from '../../../test/support/packs.ts';
import { importPack } from './import.ts';
import { verifyFiles } from './integrity.ts';
import { readManifest } from './manifest.ts';

const check = async (folder: string) => verifyFiles(folder, await readManifest(folder));

describe('importing a pack', () => {
  it.each([
    ['a folder', async () => TINY_PACK],
    ['an archive', zipTinyPack],
  ])('takes what the manifest lists out of %s', async (_, source) => {
    const root = await temporaryFolder();
    const folder = await importPack(await source(), root, check);
    expect(folder).toBe(path.join(root, 'tiny-pack'));
    await check(folder);
    expect(await readdir(folder)).not.toContain('extra.bin');
  });

  it('leaves nothing behind when the pack is refused', async () => {
    const root = await temporaryFolder();
    const refuse = vi.fn(() => Promise.reject(new Error('no good')));
    await expect(importPack(TINY_PACK, root, refuse)).rejects.toThrow('no good');
    expect(await readdir(root)).toEqual([]);
  });

  it('clears away what an import left that was ended in the middle, but none that is under way', async () => {
    const root = await temporaryFolder();
    const [old, now] = [path.join(root, '.import-old'), path.join(root, '.import-now')];
    for (const draft of [old, now]) await mkdir(draft);
    await utimes(old, 0, 0);
    await importPack(TINY_PACK, root, check);
    expect(await readdir(root)).toEqual(['.import-now', 'tiny-pack']);
  });

  it('takes no more out of an archive than the manifest says', async () => {
    const folder = copyTinyPack();
    const { files } = await readManifest(folder);
    const [name = ''] = Object.keys(files);
    await appendFile(path.join(folder, name), Buffer.alloc(1_000_000));
    for (const source of [folder, await zipTinyPack(folder)]) {
      const copied = vi.fn((draft: string) => readdir(path.join(draft, path.dirname(name))));
      await importPack(source, await temporaryFolder(), copied);
      expect(await copied.mock.results[0]?.value).not.toContain(path.basename(name));
    }
  });

  it('does not follow a manifest out of its folder', async () => {
    const pack = copyTinyPack();
    editManifest(pack, (manifest) => {
      manifest.files['../outside'] = { sha256: '0'.repeat(64), bytes: 1 };
    });
    const root = await temporaryFolder();
    await expect(importPack(pack, root, check)).rejects.toMatchObject({
      code: 'pack-path-escapes',
    });
  });

  it('refuses what is no pack, what is not there, and a second of one id', async () => {
    const root = await temporaryFolder();
    const text = path.join(await temporaryFolder(), 'pack.zip');
    await writeFile(text, 'no archive');
    const code = (source: string) =>
      importPack(source, root, check).then(
        () => 'taken',
        (error: { code: string }) => error.code,
      );
    expect(await code(text)).toBe('pack-not-a-pack');
    expect(await code(path.dirname(text))).toBe('pack-not-a-pack');
    expect(await code(`${text}.gone`)).toBe('file-not-found');
    expect(await code(TINY_PACK)).toBe('taken');
    expect(await code(TINY_PACK)).toBe('pack-exists');
  });
});
