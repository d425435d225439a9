import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePicture, samplePortrait } from '../../../test/support/portraits.ts';
import { EXPORT_DEFAULTS } from '../../contract/export-kinds.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { exportGallery } from './gallery.ts';
import { galleryPage } from './gallery-page.ts';

const OPTIONS = { ...EXPORT_DEFAULTS.gallery, title: 'My portraits' };

async function libraryToShow(count: number) {
  const library = await openTestLibrary();
  const ids = (await addSamples(library, count)).map(({ id }) => id);
  const licenseOf = () => Promise.resolve('CC-BY-4.0');
  const parts = { reader: library.reader, codec: sharpCodec, licenseOf };
  return { library, parts, ids, target: path.join(await temporaryFolder(), 'gallery') };
}

const pageIn = (gallery: string) => readFile(path.join(gallery, 'index.html'), 'utf8');

describe('exporting a web gallery', () => {
  it('writes a page and its pictures', async () => {
    const { parts, ids, target } = await libraryToShow(3);
    const options = { ...OPTIONS, introduction: 'For you.\n\nWith <care>.' };
    const gallery = await exportGallery(ids, target, options, parts);
    expect(gallery).toBe(target);
    expect((await readdir(gallery)).sort()).toEqual(['index.html', 'pictures']);
    expect(await readdir(path.join(gallery, 'pictures'))).toEqual([
      '0001.png',
      '0002.png',
      '0003.png',
    ]);
    const page = await pageIn(gallery);
    expect(page).toContain('>portrait 2</span>');
    expect(page).toContain('<p dir="auto">For you.</p>\n<p dir="auto">With &lt;care&gt;.</p>');
    expect(page).toContain('Licence of the pictures: CC-BY-4.0');
    expect(page).not.toContain('download aria-label');
    expect(page).not.toMatch(/https?:/);
  });

  it('brings smaller pictures along for the grid where one is large', async () => {
    const { library, parts, target } = await libraryToShow(0);
    const picture = samplePicture(3, 900, 450);
    const { id } = await library.writer.add(samplePortrait(5, { picture }));
    const gallery = await exportGallery([id], target, { ...OPTIONS, side: 1_000 }, parts);
    expect(await readdir(path.join(gallery, 'previews'))).toEqual([
      '0001-320.webp',
      '0001-640.webp',
    ]);
    expect(await pageIn(gallery)).toContain(
      'srcset="previews/0001-320.webp 320w, previews/0001-640.webp 640w, pictures/0001.png 1000w"',
    );
    const preview = await sharp(path.join(gallery, 'previews/0001-320.webp')).metadata();
    expect(preview).toMatchObject({ width: 320, height: 160 });
  });

  it('keeps words back from the page, and all of its making from pictures', async () => {
    const { parts, ids, target } = await libraryToShow(1);
    const options = { ...OPTIONS, captions: false, metadata: false };
    const gallery = await exportGallery(ids, target, options, parts);
    for (const file of ['index.html', 'pictures/0001.png']) {
      const bytes = await readFile(path.join(gallery, file));
      expect(bytes.includes('portrait 0')).toBe(false);
      expect(bytes.includes('CC-BY')).toBe(false);
    }
  });

  it('leaves nothing behind when cancelled, and never replaces a folder', async () => {
    const { parts, ids, target } = await libraryToShow(2);
    const abort = new AbortController();
    const work = exportGallery(ids, target, OPTIONS, parts, {
      signal: abort.signal,
      onProgress: ({ kind }) => kind === 'advanced' && abort.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(path.dirname(target))).toEqual([]);

    const first = await exportGallery(ids, target, OPTIONS, parts);
    await writeFile(path.join(first, 'mine'), '');
    const replaced = exportGallery(ids, target, { ...OPTIONS, ifExists: 'replace' }, parts);
    await expect(replaced).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await exportGallery(ids, target, OPTIONS, parts)).toBe(`${target} (2)`);
    expect(await readdir(first)).toContain('mine');
  });

  it('shows words as words', () => {
    const words = '<img src=x onerror=alert(1)> & "so on"';
    const picture = { file: 'a.png', width: 1, height: 1 };
    const page = galleryPage({
      ...{ title: words, introduction: words, downloads: true, licenses: [words] },
      items: [{ picture, previews: [], words }],
    });
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('alt="&lt;img src=x onerror=alert(1)&gt; &amp; &quot;so on&quot;"');
  });
});
