import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { EXPORT_DEFAULTS } from '../../contract/export-kinds.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { exportSheet } from './sheet.ts';
import { layOutSheet } from './sheet-layout.ts';
import { Typeface } from './typeface.ts';

const SHEET = { ...EXPORT_DEFAULTS.sheet, title: 'Ærlige ansigter & others' };

async function libraryToLayOut(count: number) {
  const library = await openTestLibrary();
  const ids = (await addSamples(library, count)).map(({ id }) => id);
  const licenseOf = () => Promise.resolve('CC-BY-4.0');
  const parts = { reader: library.reader, codec: sharpCodec, licenseOf };
  return { ids, parts, folder: await temporaryFolder() };
}

/** What a reader of PDFs that is not ours finds. */
async function readPdf(file: string) {
  const loading = getDocument({ data: new Uint8Array(await readFile(file)), verbosity: 0 });
  const pdf = await loading.promise;
  const texts: string[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    texts.push(items.map((item) => ('str' in item ? item.str : '')).join('\n'));
  }
  const size = (await pdf.getPage(1)).view;
  const { info } = await pdf.getMetadata();
  await loading.destroy();
  return { texts, size, info };
}

describe('exporting a contact sheet', () => {
  it('as PDF has a title, numbers, words, pages and the licence', async () => {
    const { ids, parts, folder } = await libraryToLayOut(30);
    const target = path.join(folder, 'sheet.pdf');
    const files = await exportSheet(ids, target, { ...SHEET, landscape: true, columns: 3 }, parts);
    expect(files).toEqual([target]);
    expect(await readdir(folder)).toEqual(['sheet.pdf']);
    const { texts, size, info } = await readPdf(target);
    expect(size.slice(2).map(Math.round)).toEqual([842, 595]);
    expect(info).toMatchObject({ Title: SHEET.title, Creator: 'CLIP-Flow Studio' });
    expect(info).toHaveProperty('Subject', 'Licence of the pictures: CC-BY-4.0');
    expect(texts.length).toBeGreaterThan(2);
    expect(texts[0]).toContain(SHEET.title);
    expect(texts[0]).toContain('30 portraits');
    expect(texts[1]).not.toContain(SHEET.title);
    for (const [number, text] of texts.entries()) {
      expect(text).toContain(`${number + 1} / ${texts.length}`);
      expect(text).toContain('Licence of the pictures: CC-BY-4.0');
    }
    expect(texts.join('\n')).toContain('portrait 29');
  });

  it('says nothing of the licence or the words where it is not to', async () => {
    const { ids, parts, folder } = await libraryToLayOut(2);
    const quiet = { ...SHEET, metadata: false, captions: false };
    const [file = ''] = await exportSheet(ids, path.join(folder, 'sheet.pdf'), quiet, parts);
    const { texts, info } = await readPdf(file);
    expect(texts.join()).not.toMatch(/Licence|portrait \d/);
    expect(info).not.toHaveProperty('Subject');
  });

  it('as PNG is a picture for each page, all of them or none', async () => {
    const { ids, parts, folder } = await libraryToLayOut(3);
    const sheet = { ...SHEET, format: 'png', paper: 'letter', columns: 1 } as const;
    const files = await exportSheet(ids, path.join(folder, 'sheet.png'), sheet, parts);
    expect(files.map((file) => path.basename(file))).toEqual([
      'sheet 1.png',
      'sheet 2.png',
      'sheet 3.png',
    ]);
    const { width, height, space } = await sharp(files[0]).metadata();
    expect({ width, height, space }).toEqual({ width: 1_700, height: 2_200, space: 'srgb' });
    const { channels } = await sharp(files[0]).stats();
    // The paper is white, and something stands on it.
    expect(channels.map(({ max }) => max)).toEqual([255, 255, 255]);
    expect(channels[0]?.min).toBeLessThan(60);

    const abort = new AbortController();
    const other = path.join(await temporaryFolder(), 'sheet.png');
    const work = exportSheet(ids, other, sheet, parts, {
      signal: abort.signal,
      onProgress: ({ kind }) => kind === 'finished' && abort.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(path.dirname(other))).toEqual([]);
  });
});

describe('the layout of a contact sheet', () => {
  const typeface = new Typeface();
  const form = { ...SHEET, licenses: ['CC-BY-4.0'] };

  it.each([1, 4, 12])(
    'keeps everything on the page, and nothing on another, with %i columns',
    (columns) => {
      const items = Array.from({ length: 40 }, (_, n) => ({
        ...{ width: n % 3 === 0 ? 100 : 200, height: n % 5 === 0 ? 500 : 150 },
        words: 'words '.repeat(n),
      }));
      const pages = layOutSheet(items, { ...form, columns }, typeface);
      expect(pages.flatMap(({ pictures }) => pictures.map(({ index }) => index))).toEqual(
        items.map((_, index) => index),
      );
      for (const { width, height, pictures, texts } of pages) {
        const boxes = pictures.map(({ x, y, width: wide, height: high }) => [
          x,
          y,
          x + wide,
          y + high,
        ]);
        for (const [left = 0, top = 0, right = 0, bottom = 0] of boxes) {
          expect(Math.min(left, top)).toBeGreaterThan(0);
          expect(right).toBeLessThan(width);
          expect(bottom).toBeLessThan(height);
        }
        for (const { text, x, y, size } of texts) {
          expect(x + typeface.width(text, size)).toBeLessThan(width);
          expect(y).toBeLessThan(height);
        }
      }
    },
  );

  it('cuts lines after words, and shows that something is missing', () => {
    const lines = typeface.lines('one two three four five six', 10, 50, 2);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('one two');
    expect(lines[1]).toMatch(/^three.*…$/);
    expect(typeface.lines('', 10, 50, 2)).toEqual([]);
    for (const line of typeface.lines('W'.repeat(99), 10, 50, 3)) {
      expect(typeface.width(line, 10)).toBeLessThanOrEqual(50);
    }
  });

  it('shows several scripts, and that it does not know a character', () => {
    const runs = typeface.runs('a Я ω 肖', 10);
    expect(new Set(runs.map(({ face }) => face.name)).size).toBeGreaterThan(2);
    expect(runs.map(({ text }) => text).join('')).toBe('a Я ω \ufffd');
  });
});
