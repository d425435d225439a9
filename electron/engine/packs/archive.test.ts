import { readFileSync, truncateSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { TINY_PACK, zipTinyPack } from '../../../test/support/packs.ts';
import { writeZip, type ZipEntry } from '../../../test/support/zip.ts';
import { importPack } from './import.ts';
import { verifyFiles } from './integrity.ts';
import { readManifest } from './manifest.ts';

const { files } = await readManifest(TINY_PACK);
const entryOf = (name: string): ZipEntry => ({
  name,
  data: readFileSync(path.join(TINY_PACK, name)),
});
const whole = ['pack.json', ...Object.keys(files)].map(entryOf);
const other = Buffer.from('{}');

/** What becomes of an archive: the code of its refusal, or `taken`. Nothing may be left of one that is refused. */
async function outcome(file: string): Promise<string> {
  const root = await temporaryFolder();
  const check = async (folder: string) => verifyFiles(folder, await readManifest(folder));
  try {
    await importPack(file, { roots: [root] }, check);
    return 'taken';
  } catch (thrown) {
    expect(await readdir(root)).toEqual([]);
    const { code, message } = thrown as { code: string; message: string };
    expect(message).toMatch(/Nothing was|\.$/);
    return code;
  }
}

describe('an archive', () => {
  it('is taken in as it is, and with its names written another way', async () => {
    expect(await outcome(await writeZip(whole))).toBe('taken');
    const dotted = whole.map((entry) => ({ ...entry, name: `./${String(entry.name)}` }));
    expect(await outcome(await writeZip(dotted))).toBe('taken');
    const fromWindows = whole.map((entry) => ({
      ...entry,
      name: `pack\\${String(entry.name).replaceAll('/', '\\')}`,
    }));
    expect(await outcome(await writeZip(fromWindows))).toBe('taken');
  });

  it.each<[string, string, ZipEntry[]]>([
    ['twice the manifest', 'pack-not-a-pack', [{ name: 'pack.json', data: other }]],
    ['the manifest by another way', 'pack-not-a-pack', [{ name: './pack.json', data: other }]],
    ['the manifest in capitals', 'pack-not-a-pack', [{ name: 'PACK.JSON', data: other }]],
    [
      'the manifest through a folder',
      'pack-path-escapes',
      [{ name: 'a/../pack.json', data: other }],
    ],
    ['doubled slashes', 'pack-not-a-pack', [{ name: 'clip//prior.onnx', data: other }]],
    ['backslashes', 'pack-not-a-pack', [{ name: 'clip\\prior.onnx', data: other }]],
    [
      'one name in two forms of Unicode',
      'pack-not-a-pack',
      [
        { name: 'e\u0301', data: other },
        { name: '\u00e9', data: other },
      ],
    ],
    ['two packs', 'pack-not-a-pack', [{ name: 'b/pack.json', data: other }]],
    ['a way out', 'pack-path-escapes', [{ name: '../../evil', data: other }]],
    ['an absolute name', 'pack-path-escapes', [{ name: '/etc/passwd', data: other }]],
    ['a drive', 'pack-path-escapes', [{ name: 'C:\\evil', data: other }]],
    ['a name with a zero', 'pack-path-escapes', [{ name: 'a\0b', data: other }]],
    ['a name too long', 'pack-not-a-pack', [{ name: 'a'.repeat(5_000), data: other }]],
    ['an encrypted file', 'pack-not-a-pack', [{ name: 'a', data: other, flags: 1 }]],
    ['a strongly encrypted one', 'pack-not-a-pack', [{ name: 'a', data: other, flags: 0x41 }]],
    ['LZMA', 'pack-not-a-pack', [{ name: 'a', data: other, method: 14 }]],
    [
      'folders without end',
      'pack-not-a-pack',
      Array.from({ length: 11_000 }, (_, i) => ({
        name: `${i}/`,
        data: Buffer.alloc(0),
        method: 0,
      })),
    ],
    ['a bomb', 'pack-not-a-pack', [{ name: 'a', data: other, says: { unpacked: 200_000_000 } }]],
    [
      'sizes that cannot be',
      'pack-not-a-pack',
      [{ name: 'a', data: other, says: { unpacked: 0xff_ff_ff_f0 } }],
    ],
    ['files in one place', 'pack-not-a-pack', [{ name: 'a', data: other, at: 0 }]],
    ['a file behind the end', 'pack-not-a-pack', [{ name: 'a', data: other, at: 0xff_ff_ff }]],
  ])('with %s: %s', async (what, code, more) => {
    const base =
      what === 'two packs' ? whole.map((e) => ({ ...e, name: `a/${String(e.name)}` })) : whole;
    expect(await outcome(await writeZip([...base, ...more]))).toBe(code);
  });

  it.each<[string, (entry: ZipEntry) => ZipEntry]>([
    [
      'a file that is longer than it says',
      (e) => ({ ...e, data: Buffer.concat([e.data, e.data]) }),
    ],
    ['a file that is shorter', (e) => ({ ...e, data: e.data.subarray(1) })],
    ['a stream that is none', (e) => ({ ...e, method: 0, data: Buffer.alloc(e.data.length, 7) })],
  ])('with %s is damaged', async (_, spoil) => {
    const spoilt = whole.map((entry) => {
      if (entry.name !== 'clip/prior.onnx') return entry;
      return { ...spoil(entry), says: { unpacked: entry.data.length } };
    });
    expect(['pack-not-a-pack', 'pack-file-corrupt']).toContain(
      await outcome(await writeZip(spoilt)),
    );
  });

  it('cut short anywhere is refused', async () => {
    const size = readFileSync(await zipTinyPack()).length;
    for (const part of [0.01, 0.3, 0.6, 0.9, 0.999]) {
      const file = await zipTinyPack();
      truncateSync(file, Math.floor(size * part));
      expect(await outcome(file)).toBe('pack-not-a-pack');
    }
  });
});
