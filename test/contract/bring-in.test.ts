import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { BringInEvent, BroughtIn } from '../../electron/contract/bring-in.ts';
import { exifBlock } from '../../electron/engine/images/metadata/exif.ts';
import { addWords } from '../../electron/engine/images/metadata/jpeg.ts';
import { addTexts, findText, readTextChunks } from '../../electron/engine/images/metadata/png.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { temporaryFolder } from '../support/library.ts';
import { samplePicture } from '../support/portraits.ts';
import { openTestStudio } from '../support/studio.ts';
import { writeZip } from '../support/zip.ts';

const PARAMETERS =
  'a lighthouse\nNegative prompt: fog\nSteps: 20, Sampler: Euler, Seed: 77, Size: 24x24';

const png = (n: number, side = 24) => sharpCodec.encode(samplePicture(n, side), 'png');
const told = async (n: number, keyword: string, text: string) =>
  addTexts(await png(n), [{ keyword, text }]);

/** The studio that portraits come from. */
const source = await openTestStudio({}, afterAll);
const drawn = await source.service.generate({
  origin: { kind: 'prompt', prompt: 'an old man' },
  count: 1,
  settings: { seed: 3 },
});
const [parent = ''] = drawn.ids;
const varied = await source.service.generate({
  origin: { kind: 'variation', of: parent, strength: 0.5 },
  count: 1,
  settings: { seed: 4 },
});
const [child = ''] = varied.ids;

async function exported(format: 'png' | 'jpeg', metadata = true, side?: number): Promise<string> {
  const folder = await temporaryFolder();
  await source.service.exportPortraits({
    ...{ portraits: { by: 'ids', ids: [parent] }, name: 'out' },
    as: {
      ...{ kind: 'pictures', format, metadata, pattern: 'out', quality: 90, side },
      ifExists: 'rename',
    },
    destination: { kind: 'folder', folder },
  });
  return folder;
}

/** `out.png` of a folder with a corner painted over, and what it said of itself. */
async function retouched(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(path.join(folder, 'out.png'));
  const { data, ...size } = await sharpCodec.decode(bytes);
  const painted = data.map((value, at) => (at < data.length / 16 ? 255 - value : value));
  const keyword = 'clip-flow-studio';
  const text = findText(readTextChunks(bytes), keyword, 1e6) ?? '';
  return addTexts(await sharpCodec.encode({ ...size, data: painted }, 'png'), [{ keyword, text }]);
}

/** A studio for pictures of others; each test has its own. */
const studio = await openTestStudio({}, afterAll);

const counts = ({ restored, prompted, plain, here, passedOver, unreadable }: BroughtIn) => ({
  ...{ restored, prompted, plain, here, passedOver },
  unreadable: unreadable.map(({ name }) => name),
});
const none = { restored: 0, prompted: 0, plain: 0, here: 0, passedOver: 0, unreadable: [] };

describe('portraits of a studio', () => {
  let studio: Studio;
  beforeEach(async () => {
    studio = await openTestStudio();
  });

  it('come back as they were, with lineage and latents, and are edited on', async () => {
    const folder = path.join(source.library.root, 'pictures');
    const brought = await studio.bringing.bringIn([folder]);
    expect(counts(brought)).toEqual({ ...none, restored: 2 });
    const { reader, upkeep } = studio.library;
    for (const id of [parent, child]) {
      expect(reader.get(id)).toEqual(source.library.reader.get(id));
      expect(reader.latents(id)).toEqual(source.library.reader.latents(id));
    }
    const edits = [{ kind: 'mix' as const, with: child, layers: [0, 1] as [number, number] }];
    await studio.service.generate({
      origin: { kind: 'edit', of: parent, edits },
      ...{ count: 1, settings: {} },
    });
    expect((await upkeep.verify()).problems).toEqual([]);
    expect(counts(await studio.bringing.bringIn([folder]))).toEqual({ ...none, here: 2 });
  });

  it.each(['png', 'jpeg'] as const)('come back from an export as %s, once', async (format) => {
    const folder = await exported(format);
    const brought = await studio.bringing.bringIn([folder]);
    expect(counts(brought)).toEqual({ ...none, restored: 1 });
    const [id = ''] = brought.ids;
    expect(id).not.toBe(parent);
    expect(studio.library.reader.get(id)).toMatchObject({ prompt: 'an old man', seed: 3 });
    expect(studio.library.reader.latents(id)).toEqual(source.library.reader.latents(parent));
    // Under whatever name, in whatever format, and out of the library itself.
    const again = [folder, await exported('png'), path.join(source.library.root, 'pictures')];
    expect(counts(await studio.bringing.bringIn(again))).toEqual({ ...none, restored: 1, here: 3 });
  });

  it('are known by their pixels where an export says nothing', async () => {
    await studio.bringing.bringIn([await exported('png')]);
    const silent = await exported('png', false);
    expect(counts(await studio.bringing.bringIn([silent]))).toEqual({ ...none, here: 1 });
  });

  it('are children of the portrait they show where they were retouched', async () => {
    const { reader } = studio.library;
    await studio.bringing.bringIn([path.join(source.library.root, 'pictures')]);
    const folder = await temporaryFolder();
    const painted = await retouched(await exported('png'));
    await writeFile(path.join(folder, 'a.png'), painted);
    // Neither smaller ones nor those that lost something are.
    for (const side of [32, 512]) {
      const out = await exported('jpeg', true, side);
      await cp(path.join(out, 'out.jpg'), path.join(folder, `${side}.jpg`));
    }
    const brought = await studio.bringing.bringIn([folder]);
    expect(counts(brought)).toEqual({ ...none, prompted: 1, here: 2 });
    const [id = ''] = brought.ids;
    expect(reader.get(id)).toMatchObject({
      ...{ parents: [parent], prompt: 'an old man' },
      source: { kind: 'import', name: 'a.png' },
    });
    expect(await sharpCodec.decode(await reader.picture(id))).toEqual(
      await sharpCodec.decode(painted),
    );
    expect(counts(await studio.bringing.bringIn([folder]))).toEqual({ ...none, here: 3 });
    expect((await studio.library.upkeep.verify()).problems).toEqual([]);
  });

  it('are told apart from their retouched copies that come with them', async () => {
    const folder = await exported('png');
    await writeFile(path.join(folder, 'painted.png'), await retouched(folder));
    const brought = await studio.bringing.bringIn([folder]);
    expect(counts(brought)).toEqual({ ...none, restored: 1, prompted: 1 });
    const [original, copy] = brought.ids as [string, string];
    expect(studio.library.reader.get(copy).parents).toEqual([original]);
  });

  it('get another id where theirs is taken by another portrait', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'a.png');
    await cp(source.library.reader.picturePath(parent), file);
    const other = await readFile(source.library.reader.picturePath(child));
    const forged = Buffer.from(other.toString('latin1').replaceAll(child, parent), 'latin1');
    await writeFile(path.join(folder, 'b.png'), await withChecksums(forged));
    const brought = await studio.bringing.bringIn([folder]);
    expect(counts(brought)).toEqual({ ...none, restored: 2 });
    expect(brought.ids[0]).toBe(parent);
    expect(brought.ids[1]).not.toBe(parent);
  });
});

/** The same chunks with checksums that are right. */
async function withChecksums(forged: Buffer): Promise<Uint8Array> {
  const text =
    /clip-flow-studio\0([^\0]*?\})(?=.{4}\0)/s.exec(forged.toString('latin1'))?.[1] ?? '';
  return addTexts(await png(5, 64), [{ keyword: 'clip-flow-studio', text }]);
}

describe('pictures of others', () => {
  it('come with the words that their programs told, and keep them', async () => {
    const folder = await temporaryFolder();
    const jpeg = new Uint8Array(await sharpCodec.encode(samplePicture(2), 'jpeg'));
    const comfy = {
      '1': { class_type: 'KSampler', inputs: { seed: 5, positive: ['2', 0], negative: ['2', 0] } },
      '2': { class_type: 'CLIPTextEncode', inputs: { text: 'a heron' } },
    };
    await mkdir(path.join(folder, 'sub/.hidden'), { recursive: true });
    const files = {
      'a1111.png': await told(1, 'parameters', PARAMETERS),
      'sub/a1111.jpg': addWords(jpeg, exifBlock(PARAMETERS), {}),
      'sub/invoke.png': await told(3, 'invokeai_metadata', '{"positive_prompt":"a fox","seed":9}'),
      'comfy.png': await told(4, 'prompt', JSON.stringify(comfy)),
      'plain.webp': await sharpCodec.encode(samplePicture(5), 'webp'),
      'plain.avif': await sharpCodec.encode(samplePicture(6), 'avif'),
      'notes.txt': 'no picture',
      'sub/.hidden/x.png': await png(7),
    };
    for (const [name, bytes] of Object.entries(files))
      await writeFile(path.join(folder, name), bytes);
    const events: BringInEvent[] = [];
    const onEvent = (event: BringInEvent) => void events.push(event);
    const brought = await studio.bringing.bringIn([folder], {}, { onEvent });
    expect(counts(brought)).toEqual({ ...none, prompted: 4, plain: 2, passedOver: 2 });
    expect(events.filter(({ kind }) => kind === 'brought')).toHaveLength(6);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'advanced', done: 6, total: 6 }));

    const { items } = studio.library.reader.list({ limit: 10, query: 'seed:77 lighthouse' });
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      ...{ prompt: 'a lighthouse', seed: 77, width: 24 },
      source: { kind: 'import', program: 'automatic1111', negativePrompt: 'fog', seed: '77' },
    });
    const kept = await studio.service.picture({ id: items[0]?.id ?? '' });
    expect(findText(readTextChunks(kept), 'parameters', 1_000)).toBe(PARAMETERS);
    const hits = await studio.service.search({ words: 'a heron', limit: 10 });
    expect(hits).toHaveLength(6);
    expect(hits[0]?.generation.prompt).toBe('a heron');
    // Nothing was written where they came from.
    expect((await readdir(folder, { recursive: true })).length).toBe(10);
    expect((await studio.library.upkeep.verify()).problems).toEqual([]);
    expect(await studio.library.upkeep.rebuild()).toMatchObject({ portraits: 6, rewritten: 0 });
  });

  it('are known again by file or by pixels, within what comes and in the library', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, '1.png'), await png(11));
    await writeFile(path.join(folder, '2.png'), await png(11));
    await writeFile(path.join(folder, '3.png'), await told(11, 'parameters', PARAMETERS));
    await writeFile(path.join(folder, '4.png'), await png(12));
    expect(counts(await studio.bringing.bringIn([folder]))).toEqual({ ...none, plain: 2, here: 2 });
    expect(counts(await studio.bringing.bringIn([folder]))).toEqual({ ...none, here: 4 });
  });

  it('lie on a board and bear tags, those too that were here, out of the trash', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, '1.png'), await png(21));
    const [first = ''] = (await studio.bringing.bringIn([folder])).ids;
    await studio.service.trash({ ids: [first] });
    await writeFile(path.join(folder, '2.png'), await png(22));
    const { board } = await studio.service.createBoard({ name: 'Theirs' });
    await studio.bringing.bringIn([folder], { board: board.id, tags: ['sea'] });
    const { items } = studio.library.reader.list({ limit: 9, board: board.id, sort: 'board' });
    expect(items.map(({ tags, trashedAt }) => [tags, trashedAt])).toEqual([
      [['sea'], null],
      [['sea'], null],
    ]);
    await expect(
      studio.bringing.bringIn([path.join(folder, 'mistyped')], { boardNamed: 'Later' }),
    ).rejects.toMatchObject({ code: 'file-not-found' });
    expect(studio.library.reader.boards().map(({ name }) => name)).toEqual(['Theirs']);
    await studio.bringing.bringIn([folder], { boardNamed: 'theirs' });
    await studio.bringing.bringIn([folder], { boardNamed: 'Later' });
    expect(studio.library.reader.boards()).toMatchObject([
      { name: 'Theirs', count: 2 },
      { name: 'Later', count: 2 },
    ]);
    const nowhere = { board: '00000000-0000-4000-8000-000000000000' };
    await expect(studio.bringing.bringIn([folder], nowhere)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('have nothing that could be edited or made again, but can be carried over and exported', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, '1.png'), await told(31, 'parameters', PARAMETERS));
    const [of = ''] = (await studio.bringing.bringIn([folder])).ids;
    const { service } = studio;
    const refused = { code: 'pack-not-found', message: expect.stringContaining('carry it over') };
    const ask = (origin: Parameters<typeof service.generate>[0]['origin']) =>
      service.generate({ origin, count: 1, settings: {} });
    await expect(ask({ kind: 'variation', of, strength: 0.5 })).rejects.toMatchObject(refused);
    await expect(ask({ kind: 'edit', of, edits: [] })).rejects.toMatchObject(refused);
    await expect(service.replay({ id: of, change: {} })).rejects.toMatchObject(refused);
    const { ids } = await ask({ kind: 'carry-over', of });
    expect(studio.library.reader.get(ids[0] ?? '')).toMatchObject({
      ...{ parents: [of], prompt: 'a lighthouse' },
      source: { kind: 'carry-over' },
    });
    for (const format of ['png', 'jpeg'] as const) {
      const out = await temporaryFolder();
      await service.exportPortraits({
        ...{ portraits: { by: 'ids', ids: [of] }, name: 'out' },
        as: {
          ...{ kind: 'pictures', format, metadata: true, pattern: 'out', quality: 90 },
          ifExists: 'rename',
        },
        destination: { kind: 'folder', folder: out },
      });
      expect(counts(await studio.bringing.bringIn([out]))).toEqual({ ...none, here: 1 });
      // What was drawn elsewhere is not said to be a studio's.
      const [file = ''] = await readdir(out);
      const bytes = await readFile(path.join(out, file));
      expect(bytes.includes('trainedAlgorithmicMedia')).toBe(false);
    }
  });
});

describe('what is in the way', () => {
  it('of one file is told, and the others come', async () => {
    const folder = await temporaryFolder();
    const whole = await png(41);
    const huge = sharp({
      create: { width: 20_000, height: 6_000, channels: 3, background: 'red' },
    });
    const forged = await told(
      43,
      'clip-flow-studio',
      '{"format":"clip-flow-studio/portrait","version":1}',
    );
    await writeFile(path.join(folder, 'cut.png'), whole.subarray(0, whole.length - 30));
    await writeFile(path.join(folder, 'empty.png'), '');
    await writeFile(path.join(folder, 'huge.png'), await huge.png().toBuffer());
    await writeFile(path.join(folder, 'letter.jpg'), 'Dear sir');
    await writeFile(path.join(folder, 'forged.png'), forged);
    expect(counts(await studio.bringing.bringIn([folder]))).toEqual({
      ...{ ...none, plain: 1 },
      unreadable: ['cut.png', 'empty.png', 'huge.png', 'letter.jpg'],
    });
    await expect(studio.bringing.bringIn([path.join(folder, 'no.png')])).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });

  it('of archives is told, and nothing leads out of them', async () => {
    const bytes = Buffer.from(await png(51));
    const good = await writeZip([
      { name: 'a.png', data: bytes },
      { name: '../b.png', data: bytes },
      { name: 'c.png', data: bytes, flags: 0x801 },
      { name: 'd.png', data: bytes, method: 14 },
      { name: 'e.png', data: Buffer.from('a.png'), rights: 0o120777 },
      { name: 'f.png', data: await png(52), says: { unpacked: 7 } },
      { name: 'read.me', data: Buffer.from('words') },
    ]);
    expect(counts(await studio.bringing.bringIn([good]))).toEqual({
      ...{ ...none, plain: 1, passedOver: 1 },
      unreadable: ['../b.png', 'c.png', 'd.png', 'e.png', 'f.png'],
    });
    const bomb = await writeZip([{ name: 'a.png', data: bytes, says: { unpacked: 4e9 } }]);
    const over = await writeZip([
      { name: 'a.png', data: bytes },
      { name: 'b.png', data: bytes, at: 0 },
    ]);
    await writeFile(`${bomb}.cut.zip`, (await readFile(good)).subarray(0, 100));
    const bad = [bomb, over, `${bomb}.cut.zip`];
    expect((await studio.bringing.bringIn(bad)).unreadable).toHaveLength(3);
  });

  it('by a cancel keeps what came, and the next time goes on', async () => {
    const folder = await temporaryFolder();
    for (let n = 0; n < 6; n += 1)
      await writeFile(path.join(folder, `${n}.png`), await png(60 + n));
    const before = studio.library.reader.count();
    const abort = new AbortController();
    const onEvent = ({ kind }: BringInEvent) => void (kind === 'brought' && abort.abort());
    await expect(
      studio.bringing.bringIn([folder], {}, { signal: abort.signal, onEvent }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    const came = studio.library.reader.count() - before;
    expect(came).toBeGreaterThan(0);
    expect(came).toBeLessThan(6);
    const rest = await studio.bringing.bringIn([folder]);
    expect(counts(rest)).toEqual({ ...none, plain: 6 - came, here: came });
  });
});

it('an upload of a window is used up', async () => {
  const { service } = studio;
  const upload = await service.openUpload({ name: 'dropped', several: true });
  await service.appendUpload({ ...upload, path: '0/a.png', bytes: await png(71) });
  await service.appendUpload({ ...upload, path: '1/a.png', bytes: await png(72) });
  const brought = await service.bringIn({ ...upload, tags: ['dropped'] });
  expect(counts(brought)).toEqual({ ...none, plain: 2 });
  await expect(service.bringIn(upload)).rejects.toMatchObject({ code: 'not-found' });
});
