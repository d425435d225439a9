import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StudioError } from '../../electron/contract/errors.ts';
import type { RenderRequest } from '../../electron/contract/timeline.ts';
import { exportPictures } from '../../electron/engine/export/pictures.ts';
import { RenderFolders } from '../../electron/engine/draw/render-folder.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { type Library, openLibrary } from '../../electron/engine/library/library.ts';
import { makeReadOnly, mountDisk } from '../support/disk.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../support/library.ts';
import { samplePicture, samplePortrait } from '../support/portraits.ts';

const AS_JPEG = {
  format: 'jpeg',
  pattern: '{n}',
  quality: 90,
  metadata: true,
  ifExists: 'refuse',
} as const;

const FILM: RenderRequest = {
  timeline: {
    keys: ['a', 'b'].map((prompt) => ({
      ...{ anchor: { kind: 'prompt', prompt, seed: 1 }, path: 'clip' },
      ...{ easing: 'linear', seconds: 1 },
    })),
    ...{ loop: false, even: false, settings: {} },
  },
  fps: 24,
  output: { format: 'webp', name: 'film' },
};

/** Adds portraits until one is refused. */
async function addUntilRefused(library: Library): Promise<{ kept: number; error: unknown }> {
  for (let kept = 0; ; kept += 1) {
    try {
      await library.writer.add(samplePortrait(kept, { picture: samplePicture(kept, 200) }));
    } catch (error) {
      return { kept, error };
    }
  }
}

describe('a full disk', () => {
  it('refuses a portrait and leaves nothing of it', async ({ skip }) => {
    const disk = (await mountDisk(8)) ?? skip();
    const root = path.join(disk, 'library');
    const library = await openTestLibrary(root);

    const { kept, error } = await addUntilRefused(library);

    expect(error).toMatchObject({ code: 'disk-full' });
    expect(kept).toBeGreaterThan(2);
    expect(library.reader.count()).toBe(kept);
    expect(await library.reader.check()).toEqual([]);
    const pictures = await readdir(path.join(root, 'pictures'), { recursive: true });
    expect(pictures.filter((file) => file.endsWith('.png'))).toHaveLength(kept);
    const staged = await readdir(path.join(root, 'staging'), { recursive: true });
    expect(staged.filter((file) => path.extname(file))).toEqual([]);
  });

  it('takes portraits again once there is room', async ({ skip }) => {
    const disk = (await mountDisk(8)) ?? skip();
    await writeFile(path.join(disk, 'ballast'), new Uint8Array(3_000_000));
    const library = await openTestLibrary(path.join(disk, 'library'));
    const { kept } = await addUntilRefused(library);
    await rm(path.join(disk, 'ballast'));
    await library.writer.add(samplePortrait(kept));
    expect(library.reader.count()).toBe(kept + 1);
  });

  it('is told apart when it is full from the start', async ({ skip }) => {
    const disk = (await mountDisk(1)) ?? skip();
    await writeFile(path.join(disk, 'ballast'), new Uint8Array(1_000_000));
    await expect(openLibrary(path.join(disk, 'library'), sharpCodec)).rejects.toMatchObject({
      code: 'disk-full',
    });
  });

  it('leaves no half-written frame of a film, and no film that nobody finds again', async ({
    skip,
  }) => {
    const disk = (await mountDisk(1)) ?? skip();
    const renders = new RenderFolders(disk, sharpCodec);
    const of = (name: string) => ({
      pack: { id: 'tiny', version: '1.0.0' },
      request: { ...FILM, output: { format: 'webp' as const, name } },
    });
    const spots = () => Promise.resolve([{ segment: 0, position: 0 }]);
    const film = await renders.open(of('first'), spots);
    await writeFile(path.join(disk, 'ballast'), new Uint8Array(2_000_000)).catch(() => undefined);
    await expect(film.write(0, samplePicture(1, 200))).rejects.toMatchObject({ code: 'disk-full' });
    const folder = path.join(disk, 'renders');
    expect(await readdir(path.join(folder, film.id))).toEqual(['render.json']);
    const other = renders.open({ ...of('second'), pack: { id: 'b', version: '1' } }, spots);
    await expect(other).rejects.toMatchObject({ code: 'disk-full' });
    expect(await readdir(folder)).toEqual([film.id]);
  });

  it('leaves no half-written export', async ({ skip }) => {
    const disk = (await mountDisk(1)) ?? skip();
    const library = await openTestLibrary();
    const pictures = [1, 2].map((n) => samplePicture(n, 1200));
    const ids: string[] = [];
    for (const picture of pictures) {
      ids.push((await library.writer.add(samplePortrait(1, { picture }))).id);
    }
    const parts = { reader: library.reader, codec: sharpCodec };
    const uncompressed = { ...AS_JPEG, quality: 100 };
    await expect(exportPictures(ids, disk, uncompressed, parts)).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(await readdir(disk)).toEqual([]);
  });
});

describe('a folder that cannot be written to', () => {
  it('refuses a new library and an export, each with its reason', async ({ skip }) => {
    const folder = await temporaryFolder();
    if (!makeReadOnly(folder)) skip();
    await expect(openLibrary(path.join(folder, 'new'), sharpCodec)).rejects.toMatchObject({
      code: 'library-read-only',
    });
    const library = await openTestLibrary();
    const [added] = await addSamples(library, 1);
    const parts = { reader: library.reader, codec: sharpCodec };
    await expect(exportPictures([added!.id], folder, AS_JPEG, parts)).rejects.toMatchObject({
      code: 'access-denied',
    });
  });

  it.for(['staging', 'pictures', 'thumbnails'])(
    'refuses a portrait when %s cannot be, keeps nothing of it, and still reads',
    async (name, { skip }) => {
      const library = await openTestLibrary();
      const [first] = await addSamples(library, 1);
      if (!makeReadOnly(path.join(library.root, name))) skip();
      await expect(library.writer.add(samplePortrait(2))).rejects.toMatchObject({
        code: 'library-read-only',
      });
      expect(library.reader.list({ limit: 9 }).items).toEqual([first]);
      const files = await readdir(path.join(library.root, 'pictures'), { recursive: true });
      expect(files.filter((file) => file.endsWith('.png'))).toHaveLength(1);
    },
  );
});

it('tells what is wrong also of the first portrait of a session', async ({ skip }) => {
  const library = await openTestLibrary();
  if (!makeReadOnly(path.join(library.root, 'staging'))) skip();
  await expect(library.writer.add(samplePortrait(1))).rejects.toMatchObject({
    code: 'library-read-only',
  });
});

describe('a damaged database', () => {
  it.each(['overwritten', 'cut off', 'of another program'])(
    'that is %s is refused and left as it is',
    async (how) => {
      const root = await temporaryFolder();
      const library = await openLibrary(root, sharpCodec);
      await addSamples(library, 2);
      await library.close();
      const file = path.join(root, 'library.db');
      const healthy = await readFile(file);
      const damaged = {
        overwritten: Buffer.concat([Buffer.alloc(4096, 0xab), healthy.subarray(4096)]),
        'cut off': healthy.subarray(0, 5000),
        'of another program': Buffer.from(healthy).fill(0, 68, 72),
      }[how]!;
      await writeFile(file, damaged);

      await expect(openLibrary(root, sharpCodec)).rejects.toMatchObject({
        code: 'library-corrupt',
      } satisfies Partial<StudioError>);

      expect((await readFile(file)).equals(damaged)).toBe(true);
    },
  );

  it('gives a clear code also when the damage is met later', async () => {
    const root = await temporaryFolder();
    const library = await openLibrary(root, sharpCodec);
    await addSamples(library, 40);
    await library.close();
    const file = path.join(root, 'library.db');
    const bytes = await readFile(file);
    const page = 4096;
    // Everything but the header and the schema.
    await writeFile(file, bytes.fill(0xcd, page * 10));
    await expect(
      openLibrary(root, sharpCodec).then(async (opened) => {
        try {
          opened.reader.list({ limit: 100 });
          opened.reader.latents(opened.reader.list({ limit: 1 }).items[0]!.id);
        } finally {
          await opened.close();
        }
      }),
    ).rejects.toMatchObject({ code: 'library-corrupt' });
  });
});
