import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePortrait, sampleVector, WIDTH } from '../../../test/support/portraits.ts';
import { EXPORT_DEFAULTS } from '../../contract/export-kinds.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { exportArrays } from './arrays.ts';

const OPTIONS = EXPORT_DEFAULTS.arrays;
const LAYERS = 3;

/** Two portraits that are as they were drawn, and one that was edited. */
async function libraryOfNumbers() {
  const library = await openTestLibrary();
  const ids = (await addSamples(library, 2)).map(({ id }) => id);
  const { latents } = samplePortrait(2);
  const wPlus = sampleVector(9, LAYERS * WIDTH);
  const edited = await library.writer.add(samplePortrait(2, { latents: { ...latents, w: wPlus } }));
  const parts = {
    ...{ reader: library.reader, codec: sharpCodec },
    widthOf: () => Promise.resolve(WIDTH),
    licenseOf: () => Promise.resolve('CC-BY-4.0'),
  };
  return { library, ids: [...ids, edited.id], wPlus, parts, folder: await temporaryFolder() };
}

/** As the format has it: version 1.0, a Python literal, numbers row by row. */
async function readArray(file: string): Promise<{ shape: number[]; numbers: Float32Array }> {
  const bytes = await readFile(file);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  const begin = 10 + bytes.readUInt16LE(8);
  expect(begin % 64).toBe(0);
  const header = bytes.subarray(10, begin).toString('latin1');
  const [, shape = ''] =
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]+)\), \} *\n$/.exec(header) ?? [];
  const numbers = new Float32Array(new Uint8Array(bytes.subarray(begin)).buffer);
  return {
    shape: shape
      .split(',')
      .filter((part) => part.trim())
      .map(Number),
    numbers,
  };
}

function hasNumpy(): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('exporting arrays', () => {
  it('writes a row for each portrait, and says whose it is', async () => {
    const { ids, wPlus, parts, folder } = await libraryOfNumbers();
    const target = await exportArrays(ids, path.join(folder, 'numbers'), OPTIONS, parts);
    const embeddings = await readArray(path.join(target, 'embedding.npy'));
    expect(embeddings.shape).toEqual([3, WIDTH]);
    expect(embeddings.numbers.slice(WIDTH, 2 * WIDTH)).toEqual(parts.reader.embedding(ids[1]!));
    const w = await readArray(path.join(target, 'w.npy'));
    expect(w.shape).toEqual([2, WIDTH]);
    expect(w.numbers.slice(WIDTH)).toEqual(sampleVector(4));
    const edited = await readArray(path.join(target, 'w-plus.npy'));
    expect(edited).toEqual({ shape: [1, LAYERS, WIDTH], numbers: wPlus });
    const index = JSON.parse(await readFile(path.join(target, 'index.json'), 'utf8')) as unknown;
    expect(index).toMatchObject({
      arrays: [
        { file: 'embedding.npy', ids, shape: [3, WIDTH] },
        { file: 'w.npy', ids: ids.slice(0, 2) },
        { file: 'w-plus.npy', ids: ids.slice(2) },
      ],
      portraits: ids.map((id) => ({ id, license: 'CC-BY-4.0' })),
    });
  });

  it.skipIf(!hasNumpy())('writes what NumPy reads', async () => {
    const { ids, parts, folder } = await libraryOfNumbers();
    const target = await exportArrays(ids, path.join(folder, 'numbers'), OPTIONS, parts);
    const script = `import numpy as n
for name in ["embedding", "w", "w-plus"]:
    a = n.load(name + ".npy"); print(a.shape, a.dtype, a.flags.c_contiguous)`;
    const told = execFileSync('python3', ['-c', script], { cwd: target, encoding: 'utf8' });
    expect(told.trim().split('\n')).toEqual([
      '(3, 512) float32 True',
      '(2, 512) float32 True',
      '(1, 3, 512) float32 True',
    ]);
  });

  it('writes the embedding alone of what nothing that the studio knows has drawn', async () => {
    const { ids, parts, folder } = await libraryOfNumbers();
    const known = parts.reader.findLatents(ids[0]!);
    vi.spyOn(parts.reader, 'findLatents').mockImplementation((id) =>
      id === ids[1] ? null : known,
    );
    const asked = ids.slice(0, 2);
    const target = await exportArrays(asked, path.join(folder, 'numbers'), OPTIONS, parts);
    expect((await readArray(path.join(target, 'embedding.npy'))).shape).toEqual([2, WIDTH]);
    expect((await readArray(path.join(target, 'w.npy'))).shape).toEqual([1, WIDTH]);
  });

  it('keeps spaces apart that cannot be compared, and leaves out what was not asked for', async () => {
    const { library, ids, parts, folder } = await libraryOfNumbers();
    const spaces = { embedding: 'other', latent: 'other', flow: 'other' };
    const { id } = await library.writer.add(samplePortrait(7, { generation: { spaces } }));
    const options = { ...OPTIONS, arrays: ['embedding' as const] };
    const target = await exportArrays([...ids, id], path.join(folder, 'x'), options, parts);
    expect((await readdir(target)).sort()).toEqual([
      'embedding-2.npy',
      'embedding.npy',
      'index.json',
    ]);
    expect((await readArray(path.join(target, 'embedding-2.npy'))).shape).toEqual([1, WIDTH]);
  });
});
