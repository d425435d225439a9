import {
  appendFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { openPromise } from 'yauzl';
import { describe, expect, it } from 'vitest';
import { tamper } from '../../../test/support/database.ts';
import { mountDisk } from '../../../test/support/disk.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePortrait } from '../../../test/support/portraits.ts';
import { writeZip } from '../../../test/support/zip.ts';
import { advancesOf } from '../../contract/progress.ts';
import { readStory } from '../images/metadata/story.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { UNARRANGED } from './arranged.ts';
import { type Library, openLibraryToRead } from './library.ts';
import { moveLibrary } from './move.ts';
import { withOtherLibrary } from './other-library.ts';
import { TrashKeeper } from './trash-keeper.ts';

/** A library with something of everything in it. */
async function arranged(count = 4) {
  const library = await openTestLibrary();
  const ids = (await addSamples(library, count)).map(({ id }) => id);
  const { arranger } = library.writer;
  const { board } = arranger.createBoard({ name: 'Series' });
  arranger.addToBoard(board.id, ids.slice(0, 3).reverse());
  arranger.change([ids[0]!], (now) => ({ ...now, rating: 4, note: 'good' }));
  arranger.tag(ids.slice(0, 2), ['Sea']);
  library.writer.trash([ids.at(-1)!], 1_234);
  await mkdir(path.join(library.root, 'references'));
  await appendFile(path.join(library.root, 'references', 'a'.repeat(64)), 'a picture');
  return { library, ids, board };
}

it('a portrait that cannot be taken in takes no picture from the one that is there', async () => {
  const { library, ids } = await arranged(1);
  const id = ids[0]!;
  const picture = await library.reader.picture(id);
  const story = readStory(picture)!;
  const taken = library.writer.takeIn(story, picture, null, UNARRANGED);
  await expect(taken).rejects.toMatchObject({ code: expect.any(String) });
  await expect(library.reader.picture(id)).resolves.toEqual(picture);
  await expect(library.reader.thumbnail(id)).resolves.toBeInstanceOf(Uint8Array);
});

function contentOf({ reader }: Library) {
  const pages = [false, true].map((trashed) => reader.list({ limit: 100, trashed }).items);
  const all = pages.flat();
  return {
    all,
    numbers: all.map(({ id }) => [reader.latents(id), reader.embedding(id)]),
    boards: reader.boards(),
  };
}

/** Every picture of a library with its bytes. */
async function picturesOf(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of ['pictures', 'thumbnails', 'references']) {
    const below = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of below.filter((one) => one.isFile())) {
      const file = path.join(entry.parentPath, entry.name);
      found.set(path.relative(root, file), (await readFile(file)).toString('base64'));
    }
  }
  return found;
}

/** Where the thumbnail of a portrait lies, below its folder. */
function timeFolders({ root, reader }: Library, id: string): string[] {
  const picture = path.relative(path.join(root, 'pictures'), reader.picturePath(id));
  return picture.replace('.png', '.webp').split(path.sep);
}

const unfinishedBeside = async (target: string) =>
  (await readdir(path.dirname(target))).filter((name) => name !== path.basename(target));

describe('a backup', () => {
  it('is a library like the one it is of, byte for byte, and leaves nothing beside it', async () => {
    const { library } = await arranged();
    const target = path.join(await temporaryFolder(), 'backup');
    const backup = await library.upkeep.backUp(target);
    expect(backup).toMatchObject({ target, portraits: 4, files: 9, linked: 9 });
    expect(await unfinishedBeside(target)).toEqual([]);
    expect(await picturesOf(target)).toEqual(await picturesOf(library.root));
    const restored = await openTestLibrary(target);
    expect(contentOf(restored)).toEqual(contentOf(library));
    expect(restored.reconciliation).toMatchObject({
      adopted: 0,
      swept: 0,
      missing: [],
      foreign: [],
    });
    expect(await restored.upkeep.verify()).toMatchObject({ portraits: 4, problems: [] });
  });

  it('has its own journal, from which it can be rebuilt', async () => {
    const { library } = await arranged();
    const target = path.join(await temporaryFolder(), 'backup');
    await library.upkeep.backUp(target);
    await rm(path.join(target, 'library.db'));
    expect(contentOf(await openTestLibrary(target))).toEqual(contentOf(library));
  });

  it('is one moment of a library that is drawn into, changed and purged meanwhile', async () => {
    const { library, ids } = await arranged(12);
    const target = path.join(await temporaryFolder(), 'backup');
    let step = 0;
    const work: Promise<unknown>[] = [];
    const backup = await library.upkeep.backUp(target, {
      onProgress: ({ kind }) => {
        if (kind !== 'advanced') return;
        step += 1;
        work.push(library.writer.add(samplePortrait(100 + step)));
        library.writer.star([ids[step % 6]!], step % 2 === 0);
        if (step === 2) library.writer.trash([ids[10]!]);
        if (step === 3) work.push(library.writer.purge([ids[10]!]));
      },
    });
    await Promise.all(work);
    const restored = await openTestLibrary(target);
    const { all } = contentOf(restored);
    expect(all).toHaveLength(backup.portraits);
    expect(all.every(({ starred }) => !starred)).toBe(true);
    expect(await restored.upkeep.verify()).toMatchObject({ problems: [] });
    for (const { id } of all) {
      const here = await library.reader.picture(id).catch(() => null);
      if (here) expect(Buffer.compare(await restored.reader.picture(id), here)).toBe(0);
    }
    expect((await library.upkeep.verify()).problems).toEqual([]);
  });

  it('goes on where it was broken off', async () => {
    const { library } = await arranged(6);
    const target = path.join(await temporaryFolder(), 'backup');
    const breaking = new AbortController();
    let done = 0;
    const broken = library.upkeep.backUp(target, {
      signal: breaking.signal,
      onProgress: ({ kind }) => {
        if (kind === 'advanced' && (done += 1) === 5) breaking.abort();
      },
    });
    await expect(broken).rejects.toMatchObject({ code: 'cancelled' });
    await expect(stat(target)).rejects.toThrow('ENOENT');
    const first = await readdir(`${target}.unfinished`, { recursive: true });
    expect(first.filter((name) => name.endsWith('.png'))).toHaveLength(3);
    await library.upkeep.backUp(target);
    expect(await unfinishedBeside(target)).toEqual([]);
    expect(contentOf(await openTestLibrary(target))).toEqual(contentOf(library));
  });

  it.each([false, true])('goes on by the time of day, as an archive: %s', async (isArchive) => {
    const { library } = await arranged();
    const folder = await temporaryFolder();
    const end = isArchive ? '.zip' : '';
    const begun = path.join(folder, `library 2026-01-31 10 00 00${end}.unfinished`);
    const other = path.join(
      folder,
      `library 2026-01-31 11 00 00${isArchive ? '' : '.zip'}.unfinished`,
    );
    for (const made of [begun, other]) await mkdir(made);
    const { target } = await library.upkeep.backUpInto(folder, isArchive);
    expect((await readdir(folder)).sort()).toEqual(
      [path.basename(other), path.basename(target)].sort(),
    );
    expect(path.basename(target)).toMatch(/^library 20[\d -]+(\.zip)?$/);
  });

  it('to an archive holds the same, and tells how far packing and reading back are', async () => {
    const { library } = await arranged();
    const target = path.join(await temporaryFolder(), 'backup.zip');
    const told: { done: number; total: number }[] = [];
    await library.upkeep.backUp(target, {
      onProgress: advancesOf('pack', ({ done, total }) => told.push({ done, total })),
    });
    const { size } = await stat(target);
    expect(told.find(({ done, total }) => done >= total / 2)?.done).toBeLessThanOrEqual(size);
    expect(told.at(-1)).toEqual({ done: told[0]?.total, total: told[0]?.total });
    expect(await unfinishedBeside(target)).toEqual([]);
    const zip = await openPromise(target);
    const names: string[] = [];
    for await (const { fileName } of zip.eachEntry()) names.push(fileName);
    zip.close();
    const files = [...(await picturesOf(library.root)).keys(), 'library.db', 'journal.jsonl'];
    expect(names.sort()).toEqual(files.sort());
  });

  it('takes the place of nothing, and lies in no library', async () => {
    const { library } = await arranged(1);
    const folder = await temporaryFolder();
    await expect(library.upkeep.backUp(folder)).rejects.toMatchObject({ code: 'file-exists' });
    const inside = path.join(library.root, 'pictures', 'backup');
    await expect(library.upkeep.backUp(inside)).rejects.toMatchObject({ code: 'path-unusable' });
    await expect(stat(`${inside}.unfinished`)).rejects.toThrow('ENOENT');
  });

  it('on a full disk is not there, and is once there is room', async (context) => {
    const disk = await mountDisk(1);
    if (disk === null) return context.skip();
    const { library } = await arranged();
    const target = path.join(disk, 'backup');
    await appendFile(path.join(disk, 'filler'), new Uint8Array(900_000));
    await expect(library.upkeep.backUp(target)).rejects.toMatchObject({ code: 'disk-full' });
    await expect(stat(target)).rejects.toThrow('ENOENT');
    await truncate(path.join(disk, 'filler'), 0);
    expect(await library.upkeep.backUp(target)).toMatchObject({ linked: 0 });
    expect(await picturesOf(target)).toEqual(await picturesOf(library.root));
  });
});

describe('looking through a library', () => {
  it('names what is wrong and changes nothing', async () => {
    const { library, ids } = await arranged();
    const [first, second, third] = ids.map((id) => library.reader.picturePath(id));
    await truncate(first!, 700);
    await rm(second!);
    await cp(third!, path.join(path.dirname(third!), 'mine.png'));
    const { problems, remedies, bytes } = await library.upkeep.verify();
    expect(problems).toHaveLength(3);
    expect(remedies).toEqual(['merge']);
    expect(bytes).toBeGreaterThan(1_400);
    expect(problems.join()).toMatch(new RegExp(`${ids[0]}.*cannot be read`));
    expect(problems.join()).toMatch(new RegExp(`picture of portrait ${ids[1]} is gone`));
    expect(problems.join()).toContain('mine.png');
  });
});

describe('rebuilding', () => {
  it('leaves a healthy library as it is', async () => {
    const { library } = await arranged();
    const before = contentOf(library);
    const rebuilt = await library.upkeep.rebuild();
    expect(rebuilt).toEqual({ portraits: 4, adopted: 0, rewritten: 0, unreadable: [] });
    expect(contentOf(library)).toEqual(before);
  });

  it('writes damaged rows anew, as they were arranged', async () => {
    const { library, ids } = await arranged();
    const before = contentOf(library);
    tamper(
      library.root,
      `UPDATE generations SET settings = '{}' WHERE id = '${ids[0]}';
       UPDATE generations SET prompt = 'another' WHERE id = '${ids[1]}';
       DELETE FROM generations WHERE id = '${ids[2]}';
       UPDATE embeddings SET vector = zeroblob(2048) WHERE seq = 4`,
    );
    const rebuilt = await library.upkeep.rebuild();
    expect(rebuilt).toEqual({ portraits: 4, adopted: 1, rewritten: 3, unreadable: [] });
    expect(contentOf(library)).toEqual(before);
    expect((await library.upkeep.verify()).problems).toEqual([]);
  });
});

describe('a damaged thumbnail', () => {
  it.each(['cut off', 'overwritten', 'gone'])(
    'that is %s is named, and drawn again by rebuilding',
    async (how) => {
      const { library, ids } = await arranged();
      const file = path.join(library.root, 'thumbnails', ...timeFolders(library, ids[1]!));
      const before = await readFile(file);
      if (how === 'cut off') await truncate(file, before.length / 2);
      if (how === 'overwritten') await writeFile(file, Buffer.alloc(before.length));
      if (how === 'gone') await rm(file);
      const { problems } = await library.upkeep.verify();
      expect(problems).toEqual([expect.stringMatching(`thumbnail .*${ids[1]}.* cannot be read`)]);
      await library.upkeep.rebuild();
      expect((await library.upkeep.verify()).problems).toEqual([]);
      expect(await library.reader.thumbnail(ids[1]!)).toEqual(before);
    },
  );
});

describe('merging', () => {
  it('takes in what is new with how it is arranged, and completes what both have', async () => {
    const { library: theirs, ids } = await arranged();
    const ours = await openTestLibrary();
    const own = await addSamples(ours, 1);
    ours.writer.arranger.tag([own[0]!.id], ['sea']);
    const { board } = ours.writer.arranger.createBoard({ name: 'series' });
    ours.writer.arranger.addToBoard(board.id, [own[0]!.id]);
    const source = await openLibraryToRead(theirs.root, sharpCodec);
    const before = contentOf(theirs);
    const merged = await ours.upkeep.merge(source);
    // Portrait 0 of both is made of the same.
    expect(merged).toEqual({ added: 3, doubles: 1, mended: 0, boards: 0, missed: [] });
    const { reader } = ours;
    expect(reader.get(own[0]!.id)).toMatchObject({ rating: 4, note: 'good', tags: ['sea'] });
    expect(reader.get(ids[1]!)).toMatchObject({ tags: ['sea'], boards: [board.id] });
    expect(reader.get(ids[3]!).trashedAt).toBe(1_234);
    const order = reader.list({ limit: 9, board: board.id, sort: 'board' }).items;
    expect(order.map(({ id }) => id)).toEqual([own[0]!.id, ids[2], ids[1]]);
    expect(await picturesOf(ours.root)).toMatchObject({});
    expect((await ours.upkeep.verify()).problems).toEqual([]);
    expect(await ours.upkeep.merge(source)).toMatchObject({ added: 0, doubles: 4, boards: 0 });
    expect(reader.count()).toBe(3);
    await source.close();
    expect(contentOf(theirs)).toEqual(before);
    expect(await readFile(path.join(ours.root, 'references', 'a'.repeat(64)), 'utf8')).toBe(
      'a picture',
    );
  });

  it('is refused with itself, and tells which pictures cannot be read', async () => {
    const { library, ids } = await arranged();
    const itself = await openLibraryToRead(library.root, sharpCodec);
    await expect(library.upkeep.merge(itself)).rejects.toMatchObject({ code: 'invalid-argument' });
    await itself.close();
    await truncate(library.reader.picturePath(ids[0]!), 700);
    const source = await openLibraryToRead(library.root, sharpCodec);
    const ours = await openTestLibrary();
    expect(await ours.upkeep.merge(source)).toMatchObject({ added: 3, missed: [ids[0]] });
    await source.close();
  });
});

it('merging a backup in brings pictures back that are gone or damaged here', async () => {
  const { library, ids } = await arranged();
  const target = path.join(await temporaryFolder(), 'backup.zip');
  await library.upkeep.backUp(target);
  const files = ids.map((id) => library.reader.picturePath(id));
  const before = await picturesOf(library.root);
  await rm(files[0]!);
  await truncate(files[1]!, 700);
  const merged = await withOtherLibrary(target, sharpCodec, {}, (other) =>
    library.upkeep.merge(other),
  );
  expect(merged).toEqual({ added: 0, doubles: 4, mended: 2, boards: 0, missed: [] });
  expect(await library.upkeep.verify()).toMatchObject({ problems: [], remedies: [] });
  for (const file of files) {
    const name = path.relative(library.root, file);
    expect((await readFile(file)).toString('base64')).toBe(before.get(name));
  }
});

it('a picture that came back is not told of as gone', async () => {
  const { library, ids } = await arranged();
  const [lost, back] = ids.map((id) => library.reader.picturePath(id)) as [string, string];
  const picture = await readFile(back);
  await library.close();
  await Promise.all([rm(lost), rm(back)]);
  const again = await openTestLibrary(library.root);
  expect(again.reconciliation.missing.toSorted()).toEqual(ids.slice(0, 2).toSorted());
  await writeFile(back, picture);
  expect(again.reconciliation.missing).toEqual([ids[0]]);
  again.writer.trash([ids[0]!]);
  await again.writer.purge([ids[0]!]);
  expect(again.reconciliation.missing).toEqual([]);
});

it('an archive that holds no library, or one that leads out of it, is refused', async () => {
  const library = await openTestLibrary();
  const data = Buffer.from('no library');
  for (const archive of [
    await writeZip([{ name: 'letter.txt', data }]),
    await writeZip([{ name: '../library.db', data }]),
    await writeZip([{ name: 'library.db', data, says: { unpacked: 4e9 } }]),
    path.join(library.root, 'journal.jsonl'),
  ]) {
    await appendFile(archive, '');
    const merging = withOtherLibrary(archive, sharpCodec, {}, (o) => library.upkeep.merge(o));
    await expect(merging).rejects.toMatchObject({ code: 'library-corrupt' });
  }
});

describe('moving', () => {
  it('takes all of a library elsewhere, and nothing else', async () => {
    const { library } = await arranged();
    const [before, pictures] = [contentOf(library), await picturesOf(library.root)];
    await library.close();
    await appendFile(path.join(library.root, 'mine.txt'), 'mine');
    await mkdir(path.join(library.root, 'renders', 'a'), { recursive: true });
    await appendFile(path.join(library.root, 'renders', 'a', 'frame'), 'frame');
    const target = path.join(await temporaryFolder(), 'moved');
    await moveLibrary(library.root, target, sharpCodec);
    expect(await readdir(library.root)).toEqual(['mine.txt']);
    expect(await picturesOf(target)).toEqual(pictures);
    expect(await readFile(path.join(target, 'renders', 'a', 'frame'), 'utf8')).toBe('frame');
    expect(contentOf(await openTestLibrary(target))).toEqual(before);
  });

  it('waits until nobody has it open', async () => {
    const { library } = await arranged(1);
    const before = contentOf(library);
    const target = path.join(await temporaryFolder(), 'moved');
    const moving = moveLibrary(library.root, target, sharpCodec);
    await expect(moving).rejects.toMatchObject({ code: 'library-busy' });
    await expect(stat(target)).rejects.toThrow('ENOENT');
    expect(contentOf(library)).toEqual(before);
  });
});

describe('the trash', () => {
  it('is emptied of what has lain there as long as the artist says, by default of nothing', async () => {
    const { library, ids } = await arranged();
    library.writer.trash([ids[0]!]);
    const gone: string[] = [];
    const trash = new TrashKeeper(library, (removed) => gone.push(...removed));
    trash.look();
    await trash.close();
    expect(gone).toEqual([]);
    await trash.keep({ trashDays: 30 });
    await trash.close();
    expect(gone).toEqual([ids[3]]);
    expect(await trash.settings()).toMatchObject({ trashDays: 30 });
    expect(library.reader.count({ trashed: true })).toBe(1);
  });
});
