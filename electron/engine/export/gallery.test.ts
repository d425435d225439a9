import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { exportGallery } from './gallery.ts';
import { galleryPage } from './gallery-page.ts';

async function libraryToShow(count: number) {
  const library = await openTestLibrary();
  const ids = (await addSamples(library, count)).map(({ id }) => id);
  return { reader: library.reader, ids, folder: await temporaryFolder() };
}

describe('exporting a web gallery', () => {
  it('writes a page and its pictures', async () => {
    const { reader, ids, folder } = await libraryToShow(3);
    const options = { title: 'My portraits', prompts: true };
    const gallery = await exportGallery(ids, folder, options, reader);
    expect(gallery).toBe(path.join(folder, 'My portraits'));
    expect(await readdir(path.join(gallery, 'pictures'))).toEqual([
      '0001.png',
      '0002.png',
      '0003.png',
    ]);
    const page = await readFile(path.join(gallery, 'index.html'), 'utf8');
    expect(page).toContain('<p>portrait 2</p>');
    expect(page).not.toMatch(/https?:/);
  });

  it('keeps the words back from page and pictures when asked to', async () => {
    const { reader, ids, folder } = await libraryToShow(1);
    const gallery = await exportGallery(ids, folder, { title: 'Quiet', prompts: false }, reader);
    for (const file of ['index.html', 'pictures/0001.png']) {
      expect((await readFile(path.join(gallery, file))).includes('portrait 0')).toBe(false);
    }
  });

  it('leaves nothing behind when cancelled', async () => {
    const { reader, ids, folder } = await libraryToShow(2);
    const options = { title: 'Never', prompts: true };
    const abort = new AbortController();
    const work = exportGallery(ids, folder, options, reader, {
      signal: abort.signal,
      onProgress: ({ kind }) => kind === 'advanced' && abort.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('shows words as words', () => {
    const words = '<img src=x onerror=alert(1)> & "so on"';
    const page = galleryPage(words, [{ picture: 'a.png', width: 1, height: 1, words }]);
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('alt="&lt;img src=x onerror=alert(1)&gt; &amp; &quot;so on&quot;"');
  });
});
