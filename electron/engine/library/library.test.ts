import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePicture, samplePortrait, sampleVector } from '../../../test/support/portraits.ts';
import { UNTOUCHED } from '../../contract/generation.ts';
import type { LibraryFilter } from '../../contract/library.ts';
import { readStory } from '../images/metadata/story.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { createId, timeOfId } from './ids.ts';

const PACK = { id: 'tiny', version: '1.0.0' };
const SPACE = 'tiny@1.0.0';
const UNKNOWN = createId();

describe('adding', () => {
  it('gives back exactly what was drawn, and so does the library', async () => {
    const { reader, writer } = await openTestLibrary();
    const parent = await writer.add(samplePortrait(1));
    const portrait = samplePortrait(2, {
      generation: {
        prompt: 'naïve 🙂 مرحبا',
        seed: null,
        clipScore: null,
        parents: [parent.id, UNKNOWN],
        source: { kind: 'variation', strength: 0.3 },
      },
      latents: { z: null, condition: null, w: sampleVector(9, 512 * 11) },
    });

    const added = await writer.add(portrait);

    expect(added).toEqual({
      ...portrait.generation,
      id: added.id,
      createdAt: timeOfId(added.id),
      width: 24,
      height: 24,
      ...UNTOUCHED,
    });
    expect(reader.get(added.id)).toEqual(added);
    expect(reader.latents(added.id)).toEqual(portrait.latents);
    expect(reader.embedding(added.id)).toEqual(portrait.embedding);
  });

  it('writes the pixels, a thumbnail and the story', async () => {
    const { reader, writer } = await openTestLibrary();
    const portrait = samplePortrait(3, { picture: samplePicture(3, 400, 300) });
    const { id } = await writer.add(portrait);

    const png = await reader.picture(id);
    expect(Buffer.from((await sharpCodec.decode(png)).data)).toEqual(
      Buffer.from(portrait.picture.data),
    );
    const { width, height } = await sharpCodec.decode(await reader.thumbnail(id));
    expect([width, height]).toEqual([256, 192]);
    expect(readStory(png)).toMatchObject({
      generation: { id, prompt: 'portrait 3', seed: 3 },
      latents: portrait.latents,
      embedding: portrait.embedding,
    });
  });

  it('files pictures by year and month of their id', async () => {
    const { reader, writer } = await openTestLibrary();
    const { id, createdAt } = await writer.add(samplePortrait(1));
    const [year = '', month = ''] = new Date(createdAt).toISOString().split('-');
    expect(reader.picturePath(id).endsWith(path.join('pictures', year, month, `${id}.png`))).toBe(
      true,
    );
  });
});

describe('listing', () => {
  it('pages from the newest on, without gap or repetition', async () => {
    const library = await openTestLibrary();
    const added = await addSamples(library, 5);
    const newestFirst = added.map(({ id }) => id).reverse();

    const first = library.reader.list({ limit: 2 });
    const second = library.reader.list({ limit: 2, before: first.next ?? UNKNOWN });
    const third = library.reader.list({ limit: 2, before: second.next ?? UNKNOWN });

    const pages = [first, second, third];
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(newestFirst);
    expect(third.next).toBeNull();
  });

  it('ends with null also where the last page is full', async () => {
    const library = await openTestLibrary();
    await addSamples(library, 2);
    expect(library.reader.list({ limit: 2 }).next).toBeNull();
  });

  it('narrows by star, trash, pack and time', async () => {
    const { reader, writer } = await openTestLibrary();
    const other = { id: 'other', version: '2.0.0' };
    const plain = await writer.add(samplePortrait(1));
    const starred = await writer.add(samplePortrait(2));
    const foreign = await writer.add(samplePortrait(3, { generation: { pack: other } }));
    const trashed = await writer.add(samplePortrait(4));
    writer.star([starred.id], true);
    writer.trash([trashed.id]);
    const ids = async (filter: LibraryFilter) => {
      const found = reader.list({ limit: 10, ...filter }).items.map(({ id }) => id);
      expect(await reader.countOf(filter)).toBe(found.length);
      return found;
    };

    expect(await ids({})).toEqual([foreign.id, starred.id, plain.id]);
    expect(await ids({ starred: true })).toEqual([starred.id]);
    expect(await ids({ trashed: true })).toEqual([trashed.id]);
    expect(await ids({ pack: other })).toEqual([foreign.id]);
    expect(await ids({ from: foreign.createdAt + 1 })).toEqual([]);
    expect(await ids({ until: plain.createdAt })).toEqual([]);
    expect(await ids({ from: plain.createdAt, until: foreign.createdAt + 1 })).toHaveLength(3);
  });

  it('counts', async () => {
    const library = await openTestLibrary();
    const [first, second] = await addSamples(library, 3);
    library.writer.star([first?.id ?? ''], true);
    library.writer.trash([second?.id ?? '']);
    expect(library.reader.stats()).toEqual({
      portraits: 2,
      starred: 1,
      trashed: 1,
      packs: [{ pack: PACK, portraits: 2 }],
    });
  });
});

describe('searching', () => {
  it('ranks by cosine similarity, within one embedding space', async () => {
    const library = await openTestLibrary();
    const added = await addSamples(library, 6);
    const newer = { id: PACK.id, version: '1.1.0' };
    await library.writer.add(samplePortrait(0, { generation: { pack: newer } }));

    const doubled = sampleVector(2).map((value) => value * 2);
    const hits = await library.reader.search(doubled, SPACE, 3);

    expect(hits[0]?.generation).toEqual(added[2]);
    expect(hits[0]?.similarity).toBeCloseTo(1, 5);
    expect(new Set(hits.slice(1).map(({ generation }) => generation.seed))).toEqual(
      new Set([1, 3]),
    );
    expect(await library.reader.search(doubled, 'tiny@1.1.0', 3)).toHaveLength(1);
    expect(await library.reader.search(doubled, 'none@1', 3)).toEqual([]);
  });

  it('finds what is like a portrait, but not itself', async () => {
    const library = await openTestLibrary();
    const added = await addSamples(library, 5);
    const hits = await library.reader.similar(added[0]?.id ?? '', 2);
    expect(hits.map(({ generation }) => generation.seed)).toEqual([1, 2]);
  });

  it('passes over the trash, and over it no more once restored', async () => {
    const library = await openTestLibrary();
    const [first] = await addSamples(library, 2);
    const id = first?.id ?? '';
    library.writer.trash([id]);
    expect(await library.reader.search(sampleVector(0), SPACE, 5)).toHaveLength(1);
    library.writer.restore([id]);
    expect((await library.reader.search(sampleVector(0), SPACE, 5))[0]?.generation.id).toBe(id);
  });
});

describe('the trash', () => {
  it('keeps everything and gives it back as it was', async () => {
    const { reader, writer } = await openTestLibrary();
    const added = await writer.add(samplePortrait(1));
    expect(writer.trash([added.id, UNKNOWN], 1234).changed).toBe(1);
    expect(writer.trash([added.id])).toEqual({ changed: 0 });
    expect(reader.get(added.id).trashedAt).toBe(1234);
    expect(writer.restore([added.id]).changed).toBe(1);
    expect(reader.get(added.id)).toEqual(added);
  });

  it('is purged of rows and files, and nothing outside it is', async () => {
    const library = await openTestLibrary();
    const [kept, purged] = await addSamples(library, 2);
    const ids = [kept?.id ?? '', purged?.id ?? ''];
    library.writer.trash(ids.slice(1));

    const gone: string[][] = [];
    expect(await library.writer.purge(ids, (batch) => gone.push(batch))).toBe(1);
    expect(gone).toEqual([ids.slice(1)]);

    expect(() => library.reader.get(ids[1] ?? '')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    await expect(library.reader.picture(ids[1] ?? '')).rejects.toMatchObject({ code: 'not-found' });
    expect(library.reader.get(ids[0] ?? '')).toEqual(kept);
    expect(await library.reader.check()).toEqual([]);
    await library.close();
    const files = await readdir(library.root, { recursive: true });
    expect(files.filter((file) => file.includes(ids[1] ?? ''))).toEqual([]);
  });
});

describe('the prompt history', () => {
  it('names each prompt once, the last used first, and no empty one', async () => {
    const { reader, writer } = await openTestLibrary();
    for (const prompt of ['a', 'b', '', 'a']) {
      await writer.add(samplePortrait(1, { generation: { prompt } }));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(reader.prompts(10)).toEqual(['a', 'b']);
    expect(reader.prompts(1)).toEqual(['a']);
  });
});

describe('opening', () => {
  it('finds everything again', async () => {
    const folder = await temporaryFolder();
    const before = await openTestLibrary(folder);
    const added = await addSamples(before, 2);
    await before.close();
    const after = await openTestLibrary(folder);
    expect(after.reader.list({ limit: 9 }).items).toEqual(added.reverse());
    expect(after.reconciliation).toEqual({
      adopted: 0,
      swept: 0,
      thumbnailsRedrawn: 0,
      missing: [],
      foreign: [],
    });
  });

  it('rebuilds a lost database and lost thumbnails from the pictures', async () => {
    const folder = await temporaryFolder();
    const before = await openTestLibrary(folder);
    const added = await addSamples(before, 3);
    const latents = before.reader.latents(added[1]?.id ?? '');
    await before.close();
    await rm(path.join(folder, 'library.db'));
    await rm(path.join(folder, 'thumbnails'), { recursive: true });

    const { reader, reconciliation } = await openTestLibrary(folder);

    expect(reconciliation).toMatchObject({ adopted: 3, thumbnailsRedrawn: 3, foreign: [] });
    expect(reader.list({ limit: 9 }).items).toEqual(added.reverse());
    expect(reader.latents(added[1]?.id ?? '')).toEqual(latents);
    expect((await reader.search(sampleVector(0), SPACE, 1))[0]?.generation.seed).toBe(0);
    expect(reader.prompts(9)).toEqual(['portrait 2', 'portrait 1', 'portrait 0']);
  });

  it('opens also where something stands in the place of thumbnails', async () => {
    const root = await temporaryFolder();
    const before = await openTestLibrary(root);
    await addSamples(before, 2);
    const [first, second] = before.reader.list({ limit: 2 }).items.map(({ id }) => id);
    await before.close();
    const year = path.join(root, 'thumbnails', String(new Date().getUTCFullYear()));
    const months = (await readdir(year)).map((month) => path.join(year, month));
    const thumbnail = path.join(months[0]!, `${first}.webp`);
    await rm(thumbnail);
    await mkdir(thumbnail);
    const one = await openTestLibrary(root);
    expect(one.reader.list({ limit: 9 }).items).toHaveLength(2);
    await expect(one.reader.thumbnail(first!)).rejects.toMatchObject({
      code: 'picture-unreadable',
    });
    await one.reader.thumbnail(second!);
    await one.close();
    expect(await readdir(path.join(root, 'staging'))).toEqual([]);
    await rm(year, { recursive: true });
    await writeFile(year, '');
    const { reader } = await openTestLibrary(root);
    expect(reader.list({ limit: 9 }).items).toHaveLength(2);
  });

  it('leaves foreign and damaged pictures alone and says which they are', async () => {
    const folder = await temporaryFolder();
    const before = await openTestLibrary(folder);
    const [damaged, lost] = await addSamples(before, 2);
    const damagedFile = before.reader.picturePath(damaged?.id ?? '');
    const lostFile = before.reader.picturePath(lost?.id ?? '');
    await before.close();
    await rm(path.join(folder, 'library.db'));
    const bytes = await readFile(damagedFile);
    await writeFile(damagedFile, bytes.fill(0, 40, 80));
    await rm(lostFile);
    await writeFile(path.join(folder, 'pictures', 'holiday.png'), 'not ours');

    const { reconciliation } = await openTestLibrary(folder);

    expect(reconciliation).toMatchObject({
      adopted: 0,
      foreign: [path.join('pictures', 'holiday.png'), damagedFile],
    });
    expect((await stat(damagedFile)).size).toBe(bytes.length);
  });

  it('names rows whose picture is gone, and keeps them', async () => {
    const folder = await temporaryFolder();
    const before = await openTestLibrary(folder);
    const [first] = await addSamples(before, 2);
    await rm(before.reader.picturePath(first?.id ?? ''));
    await before.close();
    const { reader, reconciliation } = await openTestLibrary(folder);
    expect(reconciliation.missing).toEqual([first?.id]);
    expect(reader.count()).toBe(2);
  });
});
