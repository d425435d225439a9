import { execFileSync } from 'node:child_process';
import {
  appendFile,
  cp,
  lutimes,
  mkdir,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startCpuTime } from '../../../test/support/cpu-time.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { copyTinyPack, editManifest, TINY_PACK, zipTinyPack } from '../../../test/support/packs.ts';
import { sweepDrafts } from './drafts.ts';
import { importPack } from './import.ts';
import { verifyFiles } from './integrity.ts';
import { readManifest } from './manifest.ts';
import { findPack } from './registry.ts';

const into = (root: string, replace = false) => ({ roots: [root] as [string], replace });
const check = async (folder: string) => verifyFiles(folder, await readManifest(folder));

describe('importing a pack', () => {
  it.each([
    ['a folder', async () => TINY_PACK],
    ['an archive', zipTinyPack],
  ])('takes what the manifest lists out of %s', async (_, source) => {
    const root = await temporaryFolder();
    const folder = await importPack(await source(), into(root), check);
    expect(folder).toBe(path.join(root, 'tiny-pack'));
    await check(folder);
    expect(await readdir(folder)).not.toContain('extra.bin');
  });

  it('leaves nothing behind when the pack is refused', async () => {
    const root = await temporaryFolder();
    const refuse = vi.fn(() => Promise.reject(new Error('no good')));
    await expect(importPack(TINY_PACK, into(root), refuse)).rejects.toThrow('no good');
    expect(await readdir(root)).toEqual([]);
  });

  it('clears away what an import left that was ended in the middle, but none that is under way', async () => {
    const root = await temporaryFolder();
    const [old, now] = [path.join(root, '.import-old'), path.join(root, '.import-now')];
    for (const draft of [old, now]) await mkdir(draft);
    await utimes(old, 0, 0);
    await importPack(TINY_PACK, into(root), check);
    expect(await readdir(root)).toEqual(['.import-now', 'tiny-pack']);
  });

  it('takes no more out of an archive than the manifest says', async () => {
    const folder = copyTinyPack();
    const { files } = await readManifest(folder);
    const [name = ''] = Object.keys(files);
    await appendFile(path.join(folder, name), Buffer.alloc(1_000_000));
    for (const source of [folder, await zipTinyPack(folder)]) {
      const copied = vi.fn((draft: string) => readdir(path.join(draft, path.dirname(name))));
      await importPack(source, into(await temporaryFolder()), copied);
      expect(await copied.mock.results[0]?.value).not.toContain(path.basename(name));
    }
  });

  it.skipIf(process.platform === 'win32')(
    'is for nobody else, as all that is imported',
    async () => {
      const open = copyTinyPack();
      execFileSync('chmod', ['-R', '777', open]);
      for (const source of [open, await zipTinyPack()]) {
        const root = await temporaryFolder();
        const folder = await importPack(source, into(root), check);
        for (const name of await readdir(folder, { recursive: true })) {
          const { mode } = await stat(path.join(folder, name));
          expect([name, mode & 0o077]).toEqual([name, 0]);
        }
      }
    },
  );

  it('tells what is wrong of the pack that was given, not of the copy that nobody knows', async () => {
    const pack = copyTinyPack();
    await writeFile(path.join(pack, 'pack.json'), '{}');
    const root = await temporaryFolder();
    const told = importPack(pack, into(root), check);
    await expect(told).rejects.toThrow(pack);
    await expect(told).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(root) }),
    );
  });

  it('does not follow a manifest out of its folder', async () => {
    const pack = copyTinyPack();
    editManifest(pack, (manifest) => {
      manifest.files['../outside'] = { sha256: '0'.repeat(64), bytes: 1 };
    });
    const root = await temporaryFolder();
    await expect(importPack(pack, into(root), check)).rejects.toMatchObject({
      code: 'pack-path-escapes',
    });
  });

  it('refuses what is no pack, and what is not there', async () => {
    const root = await temporaryFolder();
    const text = path.join(await temporaryFolder(), 'pack.zip');
    await writeFile(text, 'no archive');
    expect(await codeOf(text, root)).toBe('pack-not-a-pack');
    expect(await codeOf(path.dirname(text), root)).toBe('pack-not-a-pack');
    // Named as it was brought, and not by the draft of it.
    await expect(importPack(path.dirname(text), into(root), check)).rejects.toThrow(
      `${path.dirname(text)} is no model pack`,
    );
    expect(await codeOf(`${text}.gone`, root)).toBe('file-not-found');
  });

  it.skipIf(process.platform === 'win32')('waits for no pipe, wherever one stands', async () => {
    const root = await temporaryFolder();
    const pipe = path.join(await temporaryFolder(), 'pack.zip');
    execFileSync('mkfifo', [pipe]);
    expect(await codeOf(pipe, root)).toBe('pack-not-a-pack');
    for (const name of ['pack.json', 'clip/prior.onnx', 'clip/tokenizer.json']) {
      const pack = copyTinyPack();
      await rm(path.join(pack, name));
      execFileSync('mkfifo', [path.join(pack, name)]);
      expect(await codeOf(pack, root)).toBe('pack-file-corrupt');
      await expect(check(pack)).rejects.toMatchObject({
        code: expect.stringMatching(/^pack-(not-a-pack|file-corrupt)$/),
      });
    }
  });

  it.each([
    ['the manifest', 'pack.json'],
    ['the manifest, written another way', './pack.json'],
    ['the manifest in capitals', 'PACK.JSON'],
    ['another file in capitals', 'clip/PRIOR.onnx'],
    ['a folder of other files', 'clip'],
    ['a name of Windows', 'clip/aux.onnx'],
    ['a name in decomposed letters', 'e\u0301.onnx'],
    ['a name that is too long', `${'a'.repeat(300)}.onnx`],
    ['a mark that ONNX Runtime reads as an address', '*/_ORT_MEM_ADDR_/*'],
  ])('refuses a manifest that lists %s', async (_, name) => {
    const pack = copyTinyPack();
    editManifest(pack, (manifest) => {
      manifest.files[name] = { sha256: '0'.repeat(64), bytes: 1 };
    });
    const root = await temporaryFolder();
    expect(await codeOf(pack, root)).toBe('pack-not-a-pack');
    expect(await readdir(root)).toEqual([]);
  });

  it('refuses a manifest of wrong entries or depth in a few words', async () => {
    const pack = copyTinyPack();
    const root = await temporaryFolder();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const json of [
      `{"directions":[${'0,'.repeat(400_000)}0]}`,
      deep,
      `"${'\\"'.repeat(400_000)}`,
    ]) {
      await writeFile(path.join(pack, 'pack.json'), json);
      const cpuTime = startCpuTime();
      await expect(importPack(pack, into(root), check)).rejects.toMatchObject({
        code: 'pack-not-a-pack',
        message: expect.not.stringMatching(/^.{5000}/s),
      });
      expect(cpuTime()).toBeLessThan(2_000);
    }
  });
});

describe('a pack of an id that is there already', () => {
  const editedPack = () => {
    const pack = copyTinyPack();
    editManifest(pack, (manifest) => {
      Object.assign(manifest, { version: '2.0.0', title: 'Another', license: 'CC0-1.0' });
    });
    return pack;
  };
  const versionIn = async (folder: string) => (await readManifest(folder)).version;

  it('is refused with both told, and takes its place after a yes', async () => {
    const root = await temporaryFolder();
    const folder = await importPack(TINY_PACK, into(root), check);
    const pack = editedPack();
    const refused = importPack(pack, into(root), check);
    await expect(refused).rejects.toMatchObject({
      code: 'pack-exists',
      message: expect.stringMatching(
        /Tiny pack.*1\.0\.0.*Apache-2\.0.*Another.*2\.0\.0.*CC0-1\.0/s,
      ),
      details: {
        existing: { version: '1.0.0', folder },
        offered: { title: 'Another', folder: pack },
        replaceable: true,
      },
    });
    expect(await versionIn(folder)).toBe('1.0.0');
    expect(await importPack(pack, into(root, true), check)).toBe(folder);
    expect(await versionIn(folder)).toBe('2.0.0');
    expect(await readdir(root)).toEqual(['tiny-pack']);
  });

  it('is known by its id, whatever its folder is called', async () => {
    const root = await temporaryFolder();
    await cp(TINY_PACK, path.join(root, 'mine'), { recursive: true });
    expect(await codeOf(TINY_PACK, root)).toBe('pack-exists');
    expect(await importPack(editedPack(), into(root, true), check)).toBe(path.join(root, 'mine'));
    expect(await readdir(root)).toEqual(['mine']);
  });

  it('stays when the new one is refused', async () => {
    const root = await temporaryFolder();
    const folder = await importPack(TINY_PACK, into(root), check);
    const refuse = () => Promise.reject(new Error('no good'));
    await expect(importPack(editedPack(), into(root, true), refuse)).rejects.toThrow('no good');
    expect(await versionIn(folder)).toBe('1.0.0');
  });

  it('cannot take the place of one that came with the studio, nor stand in for it', async () => {
    const root = await temporaryFolder();
    const brought = path.dirname(TINY_PACK);
    const roots: [string, string] = [root, brought];
    for (const replace of [false, true]) {
      await expect(importPack(editedPack(), { roots, replace }, check)).rejects.toMatchObject({
        code: 'pack-exists',
        details: { replaceable: false },
      });
    }
    await cp(editedPack(), path.join(root, 'tiny-pack'), { recursive: true });
    expect(await findPack(roots, 'tiny-pack')).toBe(TINY_PACK);
  });

  it('leaves alone what is no pack', async () => {
    const root = await temporaryFolder();
    await mkdir(path.join(root, 'tiny-pack'));
    for (const replace of [false, true]) {
      await expect(importPack(TINY_PACK, into(root, replace), check)).rejects.toMatchObject({
        code: 'pack-exists',
      });
    }
  });
});

describe('what an import left that was killed', () => {
  it('comes back where it was a pack that made place, and goes where another took it', async () => {
    const root = await temporaryFolder();
    await cp(TINY_PACK, path.join(root, '.replaced-tiny-pack'), { recursive: true });
    await sweepDrafts(root);
    expect(await readdir(root)).toEqual(['tiny-pack']);
    await cp(TINY_PACK, path.join(root, '.replaced-tiny-pack'), { recursive: true });
    await sweepDrafts(root);
    expect(await readdir(root)).toEqual(['tiny-pack']);
  });

  it('is removed without following links', async () => {
    const [root, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(path.join(elsewhere, 'kept'), '');
    await symlink(elsewhere, path.join(root, '.import-link'));
    await lutimes(path.join(root, '.import-link'), 0, 0);
    await symlink('/nowhere', path.join(root, '.import-dangling'));
    await sweepDrafts(root);
    expect(await readdir(elsewhere)).toEqual(['kept']);
    expect(await readdir(root)).not.toContain('.import-link');
  });
});

async function codeOf(source: string, root: string): Promise<string> {
  return importPack(source, into(root), check).then(
    () => 'taken',
    (error: { code: string }) => error.code,
  );
}
