import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStory } from '../../electron/engine/images/metadata/story.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { type Library, openLibrary } from '../../electron/engine/library/library.ts';
import { addSamples, temporaryFolder } from '../support/library.ts';
import { samplePicture } from '../support/portraits.ts';
import { act, type Action } from './act.ts';

const TOGETHER = 3;
const TIMEOUT_MS = 180_000;

/**
 * Kills the action at each of its steps, each time on a fresh copy of a library, and opens what is
 * left. Returns what `measure` finds after each death: how many portraits were left.
 */
async function killEverywhere(
  action: Action,
  prepare: (library: Library) => Promise<void>,
  afterwards: (folder: string) => Promise<void> = async () => {},
  measure: (folder: string) => Promise<number> = countWhole,
): Promise<number[]> {
  const root = await temporaryFolder();
  await writeFile(path.join(root, 'sample.png'), await sharpCodec.encode(samplePicture(1), 'png'));
  await writeFile(path.join(root, 'sample.webp'), await sharpCodec.thumbnail(samplePicture(1), 9));
  const original = path.join(root, 'original');
  const library = await openLibrary(original, sharpCodec);
  await prepare(library);
  await library.close();
  await afterwards(original);

  const copy = async (name: string) => {
    const folder = path.join(root, name);
    await cp(original, folder, { recursive: true });
    return folder;
  };
  const steps = (await act(await copy('whole'), action, null)) ?? 0;
  const left: number[] = [];
  for (let first = 1; first <= steps; first += TOGETHER) {
    const deaths = Array.from({ length: Math.min(TOGETHER, steps - first + 1) }, async (_, n) => {
      const folder = await copy(`killed-${first + n}`);
      expect(await act(folder, action, first + n)).toBeNull();
      left[first + n - 1] = await measure(folder);
    });
    await Promise.all(deaths);
  }
  return left;
}

/** Opens a library, proves every portrait in it whole and nothing left over, and counts them. */
async function countWhole(folder: string): Promise<number> {
  const library = await openLibrary(folder, sharpCodec);
  const { reader } = library;
  expect(library.reconciliation).toMatchObject({ missing: [], foreign: [] });
  const kept = reader.list({ limit: 100 }).items;
  const trashed = reader.list({ limit: 100, trashed: true }).items;
  for (const generation of [...kept, ...trashed]) {
    const { id, spaces, trashedAt } = generation;
    const png = await reader.picture(id);
    const picture = await sharpCodec.decode(png);
    expect([picture.width, picture.height]).toEqual([generation.width, generation.height]);
    await sharpCodec.decode(await reader.thumbnail(id));
    const story = readStory(png);
    expect(generation).toMatchObject(story?.generation ?? {});
    expect(story).toMatchObject({
      latents: reader.latents(id),
      embedding: reader.embedding(id),
    });
    const hits = await reader.search(reader.embedding(id), spaces.embedding, 100);
    expect(hits.some((hit) => hit.generation.id === id)).toBe(trashedAt === null);
  }
  expect(await reader.check()).toEqual([]);
  await library.close();
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const inFolder = (name: string) =>
    files.filter((file) => file.isFile() && file.parentPath.startsWith(path.join(folder, name)));
  const total = kept.length + trashed.length;
  expect(inFolder('pictures')).toHaveLength(total);
  expect(inFolder('thumbnails')).toHaveLength(total);
  expect(inFolder('staging')).toEqual([]);
  return total;
}

async function countStarred(folder: string): Promise<number> {
  const library = await openLibrary(folder, sharpCodec);
  const starred = library.reader.count({ starred: true });
  await library.close();
  return starred;
}

describe('a process killed at any step', () => {
  it(
    'of adding leaves the portrait whole or not at all',
    async () => {
      const left = await killEverywhere('add', async (library) => {
        await addSamples(library, 1);
      });
      // Nothing at first; from the moment its files are in place, everything.
      expect(left).toEqual([...left].sort());
      expect(new Set(left)).toEqual(new Set([1, 2]));
    },
    TIMEOUT_MS,
  );

  it(
    'of giving stars keeps them all or as far as they were noted, and a rebuilt database has the same',
    async () => {
      const left = await killEverywhere(
        'star',
        async (library) => {
          await addSamples(library, 2);
        },
        undefined,
        async (folder) => {
          await countWhole(folder);
          const starred = await countStarred(folder);
          await rm(path.join(folder, 'library.db'));
          expect(await countStarred(folder)).toBe(starred);
          return starred;
        },
      );
      expect(left).toEqual([...left].sort());
      expect([left.at(0), left.at(-1)]).toEqual([0, 2]);
    },
    TIMEOUT_MS,
  );

  it(
    'of purging leaves each portrait whole in the trash or gone',
    async () => {
      const left = await killEverywhere(
        'purge',
        async (library) => {
          const [, first, second] = await addSamples(library, 3);
          library.writer.star([first!.id, second!.id], true);
          library.writer.trash([first!.id, second!.id]);
        },
        undefined,
        async (folder) => {
          const left = await countWhole(folder);
          const library = await openLibrary(folder, sharpCodec);
          expect(library.reader.list({ limit: 9 }).items).toHaveLength(1);
          const trashed = library.reader.list({ limit: 9, trashed: true }).items;
          expect(trashed.map(({ starred }) => starred)).toEqual(left === 3 ? [true, true] : []);
          await library.close();
          return left;
        },
      );
      expect(left).toEqual([...left].sort().reverse());
      expect(new Set(left)).toEqual(new Set([3, 1]));
    },
    TIMEOUT_MS,
  );

  it(
    'of rebuilding a lost database loses nothing',
    async () => {
      const left = await killEverywhere(
        'open',
        async (library) => {
          const [only] = await addSamples(library, 1);
          library.writer.star([only!.id], true);
        },
        async (folder) => {
          await rm(path.join(folder, 'library.db'));
          await rm(path.join(folder, 'thumbnails'), { recursive: true });
          await mkdir(path.join(folder, 'thumbnails'));
        },
        async (folder) => {
          const left = await countWhole(folder);
          expect(await countStarred(folder)).toBe(left);
          return left;
        },
      );
      expect(new Set(left)).toEqual(new Set([1]));
    },
    TIMEOUT_MS,
  );
});
