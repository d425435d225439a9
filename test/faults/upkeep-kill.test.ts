import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import type { ImageCodec } from '../../electron/engine/images/codec.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import {
  type Library,
  openLibrary,
  openLibraryToRead,
} from '../../electron/engine/library/library.ts';
import { temporaryFolder } from '../support/library.ts';
import { frozenLibrary } from '../support/migrations.ts';
import { samplePicture, samplePortrait } from '../support/portraits.ts';
import { act, type Action } from './act.ts';
import { bringInSamples } from './bring-in-samples.ts';
import { exportSamples } from './export-samples.ts';

const ACTIONS = 6;
/** Deaths of each action, evenly over its steps; `KILLS=300` for so many of all together. */
const KILLS = Number(process.env['KILLS'] ?? 24) / ACTIONS;
/** `KILL_SEED` puts them between those of another seed: the golden ratio falls into the widest gap. */
const SHIFT = (Number(process.env['KILL_SEED'] ?? 0) * 0.618_034) % 1;
const TIMEOUT_MS = 600_000;

async function filled(folder: string, first: number, count: number): Promise<void> {
  const library = await openLibrary(folder, sharpCodec);
  const { arranger } = library.writer;
  const ids: string[] = [];
  for (let n = first; n < first + count; n += 1) {
    ids.push((await library.writer.add(samplePortrait(n))).id);
  }
  const { board } = arranger.createBoard({ name: `Board ${first}` });
  arranger.addToBoard(board.id, ids);
  arranger.tag(ids, ['sea']);
  arranger.change(ids.slice(0, 1), (now) => ({ ...now, rating: 2 }));
  await library.close();
}

/** How a library is arranged, but for what differs from one making to the next. */
function arrangementOf({ reader }: Library) {
  const names = new Map(reader.boards().map(({ id, name }) => [id, name]));
  const { items } = reader.list({ limit: 100 });
  return items.map(({ seed, rating, label, note, tags, boards }) => {
    return { seed, rating, label, note, tags, boards: boards.map((id) => names.get(id)).sort() };
  });
}

async function withLibrary<T>(folder: string, use: (library: Library) => T | Promise<T>) {
  const library = await openLibrary(folder, sharpCodec);
  try {
    return await use(library);
  } finally {
    await library.close();
  }
}

const problemsOf = async ({ upkeep }: Library) => (await upkeep.verify()).problems;

async function prepare(folder: string): Promise<void> {
  await filled(folder, 0, 3);
}

/** Kills an action at steps spread over it, each time on a fresh copy, and looks at what is left. */
async function killOften(
  action: Action,
  check: (folder: string, whole: string) => Promise<void>,
  make: (folder: string) => Promise<void> = prepare,
): Promise<void> {
  const root = await temporaryFolder();
  await writeFile(path.join(root, 'sample.png'), await sharpCodec.encode(samplePicture(1), 'png'));
  await writeFile(path.join(root, 'sample.webp'), await sharpCodec.thumbnail(samplePicture(1), 9));
  await make(path.join(root, 'original'));
  await filled(path.join(root, 'other'), 2, 3);
  await mkdir(path.join(root, 'offered'));
  for (const bytes of [100, 101]) {
    await writeFile(path.join(root, 'offered', `${bytes}.jpg`), Buffer.alloc(bytes, 7));
  }
  const copy = async (name: string) => {
    const folder = path.join(root, name);
    await cp(path.join(root, 'original'), folder, { recursive: true });
    return folder;
  };
  const whole = await copy('whole');
  const steps = (await act(whole, action, null)) ?? 0;
  const kills = Math.min(steps, Math.ceil(KILLS));
  for (let n = 0; n < kills; n += 1) {
    const at = 1 + Math.floor(((n + SHIFT) * steps) / kills);
    const folder = await copy(`killed-${at}`);
    expect(await act(folder, action, at), `${action} killed at ${at}`).toBeNull();
    await check(folder, whole);
  }
}

it(
  'bulk edits that are killed are done as far as they were noted, and a rebuilt database says the same',
  async () => {
    await killOften('arrange', async (folder) => {
      const before = await withLibrary(folder, async (library) => {
        expect(await problemsOf(library)).toEqual([]);
        return arrangementOf(library);
      });
      await rm(path.join(folder, 'library.db'));
      expect(await withLibrary(folder, arrangementOf)).toEqual(before);
    });
  },
  TIMEOUT_MS,
);

it(
  'a backup that is killed is whole or not there, and goes on',
  async () => {
    await killOften('backup', async (folder) => {
      const target = `${folder}.backup`;
      const isThere = (await readdir(path.dirname(folder))).includes(path.basename(target));
      const expected = await withLibrary(folder, async (library) => {
        if (!isThere) await library.upkeep.backUp(target);
        return arrangementOf(library);
      });
      const left = await readdir(path.dirname(folder));
      expect(left).not.toContain(`${path.basename(target)}.unfinished`);
      await withLibrary(target, async (library) => {
        expect(await problemsOf(library)).toEqual([]);
        expect(arrangementOf(library)).toEqual(expected);
      });
    });
  },
  TIMEOUT_MS,
);

it(
  'a merge that is killed leaves every portrait whole, and goes on without doubles',
  async () => {
    await killOften('merge', async (folder, whole) => {
      const source = await openLibraryToRead(path.join(folder, '..', 'other'), sharpCodec);
      const merged = await withLibrary(folder, async (library) => {
        expect(await problemsOf(library)).toEqual([]);
        await library.upkeep.merge(source);
        expect(await problemsOf(library)).toEqual([]);
        return arrangementOf(library);
      });
      await source.close();
      expect(merged).toEqual(await withLibrary(whole, arrangementOf));
    });
  },
  TIMEOUT_MS,
);

it(
  'pictures that are brought in are whole or not there, and come once',
  async () => {
    await killOften('bring-in', async (folder, whole) => {
      const offered = path.join(folder, '..', 'offered');
      const came = await withLibrary(folder, async (library) => {
        expect(await problemsOf(library)).toEqual([]);
        const before = library.reader.count();
        const brought = await bringInSamples(library, decodingBySize, offered);
        expect(brought).toMatchObject({ here: before - 3, plain: 5 - before, unreadable: [] });
        expect(await problemsOf(library)).toEqual([]);
        return arrangementOf(library);
      });
      expect(came).toEqual(await withLibrary(whole, arrangementOf));
    });
  },
  TIMEOUT_MS,
);

/** Every file below a folder with its content; of what is hidden, nothing. */
async function shown(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => !path.relative(folder, file).split(path.sep).some(isHidden));
  const contents = files.map(async (file) => {
    // Of an archive, what it holds: it says when it was made.
    const content = file.endsWith('.zip') ? await readZip(file) : await readFile(file, 'base64');
    return [path.relative(folder, file), content] as const;
  });
  return new Map(await Promise.all(contents));
}

const isHidden = (name: string) => name.startsWith('.');

/** An archive's files and the sums of what is in them, each of which is read. */
async function readZip(file: string): Promise<string> {
  const zip = await openPromise(file);
  const found: string[] = [];
  for await (const entry of zip.eachEntry()) {
    const bytes = await buffer(await zip.openReadStreamPromise(entry));
    found.push(`${entry.fileName} ${bytes.toString('base64')}`);
  }
  return found.sort().join();
}

it(
  'an export that is killed leaves no half of a file, folder or archive, and can be done again',
  async () => {
    const OLD = 'what stood there before';
    await killOften('export', async (folder, whole) => {
      const [target, complete] = [`${folder}.out`, await shown(`${whole}.out`)];
      const left = await shown(target);
      for (const [name, content] of left) expect(complete.get(name), name).toBe(content);
      const inGallery = (files: Map<string, string>) =>
        [...files.keys()].filter((name) => name.startsWith('gallery')).length;
      expect([0, inGallery(complete)]).toContain(inGallery(left));
      await mkdir(target, { recursive: true });
      await writeFile(path.join(target, '1.png'), OLD);
      await withLibrary(folder, (library) => exportSamples(library, sharpCodec, target));
      const again = await shown(target);
      for (const [name, content] of complete) expect(again.get(name), name).toBe(content);
      expect((await readdir(target)).filter(isHidden)).toEqual([]);
    });
  },
  TIMEOUT_MS,
);

it(
  'a library of an older version whose opening is killed opens with all that it had',
  async () => {
    const stateOf = (folder: string) =>
      withLibrary(folder, async ({ reader }) => {
        expect(await reader.check()).toEqual([]);
        const pages = [false, true].map((trashed) => reader.list({ limit: 100, trashed }).items);
        return pages.flat().map((portrait) => [portrait, reader.latents(portrait.id)]);
      });
    await killOften(
      'open',
      async (folder, whole) => expect(await stateOf(folder)).toEqual(await stateOf(whole)),
      async (folder) => cp(await frozenLibrary(1), folder, { recursive: true }),
    );
  },
  TIMEOUT_MS,
);

/** What is offered are no pictures: each stands for one by its length. */
const decodingBySize: ImageCodec = {
  ...sharpCodec,
  decode: async (source) => samplePicture(typeof source === 'string' ? 1 : source.length),
};
