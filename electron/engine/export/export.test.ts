import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { tamper } from '../../../test/support/database.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePicture, samplePortrait } from '../../../test/support/portraits.ts';
import type { Missed } from '../../contract/delivery.ts';
import { EXPORT_DEFAULTS } from '../../contract/export-kinds.ts';
import type { PictureExport } from '../../contract/export.ts';
import { pictureFormatSchema } from '../../contract/formats.ts';
import type { ProgressEvent } from '../../contract/progress.ts';
import { findText, readChunks, readTextChunks } from '../images/metadata/png.ts';
import { readRecipe, readStory } from '../images/metadata/story.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { createId } from '../library/ids.ts';
import { exportAnimation, exportFrames } from './frames.ts';
import { exportGallery } from './gallery.ts';
import { exportPictures } from './pictures.ts';

const AS_PNG: PictureExport = {
  format: 'png',
  pattern: '{prompt} {seed}',
  quality: 90,
  metadata: true,
  ifExists: 'refuse',
};

const FORMATS = pictureFormatSchema.options;

async function libraryToExport(count: number) {
  const library = await openTestLibrary();
  const added = await addSamples(library, count);
  const parts = { reader: library.reader, codec: sharpCodec };
  return { library, ids: added.map(({ id }) => id), parts, folder: await temporaryFolder() };
}

/** Alters one character of what a picture says of itself, as seen by whoever does not check sums. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  const at = bytes.indexOf('clip-flow-studio/portrait');
  bytes[at]! ^= 1;
  await writeFile(file, bytes);
}

describe('exporting pictures', () => {
  it('writes named PNGs that tell their story, and reports how far it is', async () => {
    const { ids, parts, folder } = await libraryToExport(2);
    const events: ProgressEvent[] = [];
    const files = await exportPictures(ids, folder, AS_PNG, parts, {
      onProgress: (event) => events.push(event),
    });
    expect(files).toEqual([
      path.join(folder, 'portrait 0 0.png'),
      path.join(folder, 'portrait 1 1.png'),
    ]);
    expect(await readdir(folder)).toHaveLength(2);
    expect(readRecipe(await readFile(files[1] ?? ''))?.generation.seed).toBe(1);
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'advanced', 'advanced', 'finished']);
  });

  it('writes the same bytes for a portrait that is made again', async () => {
    const { ids: first, parts, folder } = await libraryToExport(1);
    const { ids: again, parts: others } = await libraryToExport(1);
    const [a = ''] = await exportPictures(first, path.join(folder, 'a'), AS_PNG, parts);
    const [b = ''] = await exportPictures(again, path.join(folder, 'b'), AS_PNG, others);
    expect(Buffer.compare(await readFile(a), await readFile(b))).toBe(0);
  });

  it.each(FORMATS)('strips every word from %s', async (format) => {
    const { ids, parts, folder } = await libraryToExport(1);
    const stripped = { ...AS_PNG, format, metadata: false, pattern: 'x' };
    const [file = ''] = await exportPictures(ids, folder, stripped, parts);
    const bytes = await readFile(file);
    expect(bytes.includes('portrait 0')).toBe(false);
    expect(bytes.includes('trainedAlgorithmicMedia')).toBe(false);
    expect(bytes.includes('studio')).toBe(false);
    expect(await sharp(bytes).metadata()).not.toHaveProperty('exif');
    expect(readRecipe(bytes)).toBeNull();
  });

  it.each(FORMATS)(
    'says in %s that a model server drew it, and not where that stands',
    async (format) => {
      const library = await openTestLibrary();
      const server = { address: 'grpcs://box.example:8001', exactness: 'within-one' } as const;
      const { id } = await library.writer.add(
        samplePortrait(1, { generation: { device: 'server', server } }),
      );
      const parts = { reader: library.reader, codec: sharpCodec };
      const [file = ''] = await exportPictures(
        [id],
        await temporaryFolder(),
        { ...AS_PNG, format },
        parts,
      );
      expect(readRecipe(await readFile(file))?.generation).toMatchObject({ device: 'server' });
      expect(readRecipe(await readFile(file))?.generation.server).toEqual({
        exactness: 'within-one',
      });
      // The library's own file knows it, for the row that may have to be made again.
      expect(readStory(await library.reader.picture(id))?.generation.server).toEqual(server);
    },
  );

  it.each(['jpeg', 'webp', 'avif'] as const)('says in %s what PNG says', async (format) => {
    const { ids, parts, folder } = await libraryToExport(1);
    const [png = ''] = await exportPictures(ids, folder, AS_PNG, parts);
    const [file = ''] = await exportPictures(ids, folder, { ...AS_PNG, format }, parts);
    const { xmpAsString, exif, width } = await sharp(file).metadata();
    expect(width).toBe(24);
    expect(xmpAsString).toContain('trainedAlgorithmicMedia');
    expect(xmpAsString).toContain('portrait 0');
    expect(Buffer.from(exif ?? []).includes(Buffer.from('Steps: 1', 'utf16le').swap16())).toBe(
      true,
    );
    expect(readRecipe(await readFile(file))).toEqual(readRecipe(await readFile(png)));
  });

  it.each(FORMATS)('says in %s under which licence the pack was given', async (format) => {
    const { ids, parts, folder } = await libraryToExport(1);
    const license = 'Naïve Licence <non-commercial>';
    const told = { ...parts, licenseOf: () => Promise.resolve(license) };
    const [file = ''] = await exportPictures(ids, folder, { ...AS_PNG, format }, told);
    const bytes = await readFile(file);
    expect(readRecipe(bytes)?.license).toBe(license);
    const text = bytes.toString('utf8');
    for (const name of ['dc:rights', 'xmpRights:UsageTerms']) {
      expect(text).toMatch(
        new RegExp(`<${name}>.*Naïve Licence &lt;non-commercial&gt;.*</${name}>`),
      );
    }
    if (format !== 'png') expect(text).toContain('Nai?ve Licence <non-commercial>');
    const stripped = { ...AS_PNG, format, metadata: false, pattern: 'x' };
    const [bare = ''] = await exportPictures(ids, folder, stripped, told);
    expect((await readFile(bare)).includes('Licence')).toBe(false);
  });

  it.each(FORMATS)(
    'resamples %s to the size that was asked for, and says the same of it',
    async (format) => {
      const { library, parts, folder } = await libraryToExport(0);
      const picture = samplePicture(3, 40, 20);
      const { id } = await library.writer.add(samplePortrait(5, { picture }));
      const [file = ''] = await exportPictures(
        [id],
        folder,
        { ...AS_PNG, format, side: 100 },
        parts,
      );
      expect(await sharp(file).metadata()).toMatchObject({ width: 100, height: 50 });
      const recipe = readRecipe(await readFile(file));
      expect(recipe?.generation).toMatchObject({ seed: 5, width: 40, height: 20 });
    },
  );

  it('never overwrites what it was not told to', async () => {
    const { ids, parts, folder } = await libraryToExport(1);
    const taken = path.join(folder, 'mine.png');
    await writeFile(taken, 'mine');
    const named = { ...AS_PNG, pattern: 'mine' };

    await expect(exportPictures(ids, folder, named, parts)).rejects.toMatchObject({
      code: 'file-exists',
    });
    const renamed = await exportPictures(ids, folder, { ...named, ifExists: 'rename' }, parts);
    expect(renamed).toEqual([path.join(folder, 'mine (2).png')]);
    expect(await readFile(taken, 'utf8')).toBe('mine');
    await exportPictures(ids, folder, { ...named, ifExists: 'replace' }, parts);
    expect(readRecipe(await readFile(taken))).not.toBeNull();
  });

  it('keeps portraits of one export apart, whatever they are named', async () => {
    const { ids, parts, folder } = await libraryToExport(3);
    const named = { ...AS_PNG, pattern: 'same', ifExists: 'replace' } as const;
    const files = await exportPictures(ids, folder, named, parts);
    expect(new Set(files).size).toBe(3);
  });

  const LOSSES: Record<string, (file: string) => Promise<unknown>> = {
    'not-found': (file) => rm(file),
    'picture-unreadable': (file) => rm(file).then(() => mkdir(file)),
    'metadata-malformed': (file) => damage(file),
  };

  it.each(Object.entries(LOSSES))(
    'goes without a picture that is %s, and names it',
    async (code, lose) => {
      const { library, ids, parts, folder } = await libraryToExport(3);
      const [first, second, third] = ids as [string, string, string];
      await lose(library.reader.picturePath(second));
      const missed: Missed[] = [];
      const work = { onMissed: (one: Missed) => missed.push(one) };
      const files = await exportPictures(ids, folder, AS_PNG, parts, work);
      expect(files.map((file) => path.basename(file))).toEqual([
        'portrait 0 0.png',
        'portrait 2 2.png',
      ]);
      expect(missed).toEqual([{ id: second, error: expect.objectContaining({ code }) }]);
      expect(await readdir(folder)).toHaveLength(2);
      const alone = exportPictures([second], path.join(folder, 'alone'), AS_PNG, parts, work);
      await expect(alone).rejects.toMatchObject({ code });
      const options = EXPORT_DEFAULTS.gallery;
      const target = path.join(folder, 'gallery');
      const gallery = await exportGallery([first, second, third], target, options, parts, work);
      expect(await readdir(path.join(gallery, 'pictures'))).toEqual(['0001.png', '0003.png']);
      expect(missed).toHaveLength(2);
      await expect(exportGallery([second], target, options, parts)).rejects.toMatchObject({ code });
    },
  );

  it('goes without a portrait whose row cannot be read, and one that is not there', async () => {
    const { library, ids, parts, folder } = await libraryToExport(3);
    tamper(library.root, `UPDATE generations SET width = -1 WHERE id = '${ids[0]}'`);
    const missed: Missed[] = [];
    const asked = [...ids, createId()];
    const files = await exportPictures(asked, folder, AS_PNG, parts, {
      onMissed: (one) => missed.push(one),
    });
    expect(files).toHaveLength(2);
    expect(missed.map(({ error }) => error.code)).toEqual(['library-corrupt', 'not-found']);
  });

  it('leaves nothing behind when cancelled', async () => {
    const { ids, parts, folder } = await libraryToExport(3);
    const abort = new AbortController();
    const work = exportPictures(ids, folder, AS_PNG, parts, {
      signal: abort.signal,
      onProgress: ({ kind }) => kind === 'advanced' && abort.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses before it writes, and writes none of several where one is in the way', async () => {
    const { ids, parts, folder } = await libraryToExport(3);
    await writeFile(path.join(folder, 'portrait 2 2.png'), 'mine');
    await expect(exportPictures(ids, folder, AS_PNG, parts)).rejects.toMatchObject({
      code: 'file-exists',
    });
    expect(await readdir(folder)).toEqual(['portrait 2 2.png']);
  });

  it.each(FORMATS)('says in %s that its colours are sRGB', async (format) => {
    const { ids, parts, folder } = await libraryToExport(1);
    for (const options of [{}, { side: 48 }, { metadata: false }]) {
      const asked = { ...AS_PNG, format, ...options };
      const [file = ''] = await exportPictures(
        ids,
        folder,
        { ...asked, ifExists: 'rename' },
        parts,
      );
      const bytes = await readFile(file);
      const { icc, space } = await sharp(bytes).metadata();
      expect(space).toBe('srgb');
      if (format === 'png') expect([...readChunks(bytes)][1]?.type).toMatch('sRGB');
      // A profile tells its name in UTF-16.
      else expect(Buffer.from(icc ?? []).includes(Buffer.from('s\0R\0G\0B'))).toBe(true);
    }
  });
});

describe('exporting frames', () => {
  const sequence = (count: number) => ({
    frames: Array.from({ length: count }, (_, n) => samplePicture(n * 30)),
    count,
    provenance: { prompt: 'from here to there', createdAt: 0 },
  });

  it('writes numbered pictures into a new folder', async () => {
    const folder = path.join(await temporaryFolder(), 'strip');
    const options = { format: 'png', ifExists: 'refuse' } as const;
    expect(await exportFrames(sequence(3), folder, options, sharpCodec)).toBe(folder);
    expect((await readdir(folder)).sort()).toEqual(['0001.png', '0002.png', '0003.png']);
    const frame = await readFile(path.join(folder, '0002.png'));
    expect(Buffer.from((await sharpCodec.decode(frame)).data)).toEqual(
      Buffer.from(samplePicture(30).data),
    );
    expect(findText(readTextChunks(frame), 'XML:com.adobe.xmp', 10_000)).toContain(
      'from here to there',
    );
    await expect(exportFrames(sequence(3), folder, options, sharpCodec)).rejects.toMatchObject({
      code: 'file-exists',
    });
  });

  it('writes an animation', async () => {
    const file = path.join(await temporaryFolder(), 'strip.webp');
    const options = { format: 'webp', frameMs: 50, ifExists: 'refuse' } as const;
    expect(await exportAnimation(sequence(4), file, options, sharpCodec)).toBe(file);
    const { pages, xmpAsString } = await sharp(file).metadata();
    expect(pages).toBe(4);
    expect(xmpAsString).toContain('trainedAlgorithmicMedia');
  });

  it.each(['folder', 'animation'])('leaves nothing of a cancelled %s', async (kind) => {
    const folder = await temporaryFolder();
    const abort = new AbortController();
    const work = {
      signal: abort.signal,
      onProgress: ({ kind }: ProgressEvent) => kind === 'advanced' && abort.abort(),
    };
    const writing =
      kind === 'folder'
        ? exportFrames(
            sequence(3),
            path.join(folder, 'strip'),
            { format: 'png', ifExists: 'rename' },
            sharpCodec,
            work,
          )
        : exportAnimation(
            sequence(3),
            path.join(folder, 'strip.gif'),
            { format: 'gif', frameMs: 50, ifExists: 'rename' },
            sharpCodec,
            work,
          );
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('says when the place cannot take a file', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'file'), '');
    const target = path.join(folder, 'file', 'strip');
    await expect(
      exportFrames(sequence(1), target, { format: 'png', ifExists: 'refuse' }, sharpCodec),
    ).rejects.toMatchObject({ code: expect.stringMatching(/access-denied|file-exists/) });
  });
});
