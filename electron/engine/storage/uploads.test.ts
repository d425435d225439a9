import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Uploads } from './uploads.ts';

describe('uploads', () => {
  let uploads = new Uploads();
  afterEach(async () => {
    await uploads.close();
    uploads = new Uploads();
  });

  it('hand over what was sent, under a safe name, and are gone afterwards', async () => {
    const id = await uploads.open('../my pack.zip');
    await uploads.append(id, Uint8Array.of(1, 2));
    await uploads.append(id, Uint8Array.of(3));
    let seen = '';
    const bytes = await uploads.use(id, (file) => {
      seen = file;
      return readFile(file);
    });
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(path.basename(path.dirname(seen))).toBe(id);
    expect(existsSync(seen)).toBe(false);
    await expect(uploads.append(id, Uint8Array.of(4))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are gone also when what was done with them failed, or when they were dropped', async () => {
    const [failed, dropped] = [await uploads.open('a.zip'), await uploads.open('b.zip')];
    const files: string[] = [];
    await expect(
      uploads.use(failed, (file) => {
        files.push(file);
        return Promise.reject(new Error('no good'));
      }),
    ).rejects.toThrow('no good');
    await uploads.drop(dropped);
    expect(existsSync(files[0]!)).toBe(false);
    await expect(uploads.use(dropped, async () => 'used')).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('are so many at most, and so much', async () => {
    const asked = Array.from({ length: 17 }, (_, n) => uploads.open(`${n}.zip`));
    await expect(asked.pop()).rejects.toMatchObject({ code: 'too-many-requests' });
    const ids = await Promise.all(asked);
    await expect(uploads.open('one-more.zip')).rejects.toMatchObject({ code: 'too-many-requests' });
    await uploads.drop(ids[0]!);
    const last = await uploads.open('last.zip');
    const huge = { byteLength: 9e9 } as Uint8Array;
    await expect(uploads.append(last, huge)).rejects.toMatchObject({ code: 'too-many-requests' });
    await uploads.append(last, Uint8Array.of(1));
  });
});
