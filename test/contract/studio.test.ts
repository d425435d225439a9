import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Between, Walk } from '../../electron/contract/draw.ts';
import type { StudioError } from '../../electron/contract/errors.ts';
import { pictureFormatSchema } from '../../electron/contract/formats.ts';
import type { PathSpace } from '../../electron/contract/generation.ts';
import { packConflictSchema } from '../../electron/contract/pack.ts';
import { advancesOf } from '../../electron/contract/progress.ts';
import type { PackSample, StudioEvent } from '../../electron/contract/status.ts';
import { readRecipe } from '../../electron/engine/images/metadata/story.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { openStudio, type Studio } from '../../electron/engine/studio.ts';
import { cosine } from '../../electron/engine/latent/vectors.ts';
import { distance, draw, pixelsOf, words } from '../support/drawing.ts';
import { openTestStudio } from '../support/studio.ts';
import { temporaryFolder } from '../support/library.ts';
import {
  copyTinyPack,
  editManifest,
  TINY_PACK,
  TINY_PACK_BIJECTIVE,
  zipTinyPack,
} from '../support/packs.ts';
import { pngChunk, pngThatClaims } from '../support/pictures.ts';
import { samplePicture, samplePortrait } from '../support/portraits.ts';

/** Everything that a studio tells, as it comes. */
async function watch({ service }: Studio): Promise<StudioEvent[]> {
  const events: StudioEvent[] = [];
  service.watch({}, { onEvent: (event) => events.push(event) }).catch(() => undefined);
  await vi.waitFor(() => expect(events).not.toHaveLength(0), PATIENCE_MS);
  return events;
}

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const PATIENCE_MS = 30_000;

/** For tests that do not mind what others drew. */
let studio: Studio;

beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
});

describe('generating', () => {
  it('keeps each portrait with its row, seeds ascending', async () => {
    const seen: number[] = [];
    const { ids } = await studio.service.generate(
      { origin: words('a smile'), count: 3, settings: { seed: 2 ** 32 - 2, truncation: 0.5 } },
      { onEvent: (event) => event.kind === 'portrait' && seen.push(event.index) },
    );
    expect(seen).toEqual([0, 1, 2]);
    const rows = await Promise.all(ids.map((id) => studio.service.get({ id })));
    expect(rows.map(({ seed }) => seed)).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 0]);
    expect(rows[0]).toMatchObject({
      prompt: 'a smile',
      settings: { count: 3, truncation: 0.5, temperature: expect.any(Number) },
      pack: { id: 'tiny-pack' },
      device: 'cpu',
      width: 16,
      clipScore: expect.any(Number),
      logLikelihood: expect.any(Number),
      source: { kind: 'prompt' },
    });
  });

  it('draws a portrait the same whatever its company', async () => {
    const three = await draw(studio, words('a smile'), 3);
    const alone = await draw(studio, words('a smile'), 1, { seed: 9 });
    const [pixels] = await pixelsOf(studio, alone);
    expect((await pixelsOf(studio, three))[2]).toEqual(pixels);
  });

  it('stops when cancelled and keeps what was drawn', async () => {
    const studio = await openTestStudio();
    const abort = new AbortController();
    const work = studio.service.generate(
      { origin: words('a smile'), count: 500, settings: {} },
      {
        signal: abort.signal,
        onEvent: (event) => event.kind === 'portrait' && event.index === 1 && abort.abort(),
      },
    );
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    const { count } = await studio.service.count({});
    expect(count).toBeGreaterThanOrEqual(2);
    expect(count).toBeLessThan(10);
    expect(await studio.library.reader.check()).toEqual([]);
  });

  it('resumes what broke off: what is there is told of by its place, and the rest is drawn', async () => {
    const studio = await openTestStudio();
    const request = {
      origin: words('{a smile|a frown}'),
      count: 2,
      settings: { seed: 7, markup: true },
    };
    const whole = await studio.service.generate(request);
    const [first, , third] = whole.ids;
    await studio.service.trash({ ids: [whole.ids[1]!, whole.ids[3]!] });
    const told = new Map<number, string>();
    const totals = new Set<number>();
    const { ids } = await studio.service.generate(
      { ...request, resume: true },
      {
        onEvent: (event) => {
          if (event.kind === 'portrait') told.set(event.index, event.generation.id);
          if (event.kind === 'advanced' && event.task === 'render') totals.add(event.total);
        },
      },
    );
    expect([ids[0], ids[2]]).toEqual([first, third]);
    expect([...told].sort().map(([, id]) => id)).toEqual(ids);
    expect([...totals]).toEqual([2]);
    expect(await pixelsOf(studio, ids)).toEqual(await pixelsOf(studio, whole.ids));
    expect((await studio.service.count({})).count).toBe(4);
  });

  it('goes on when the inference process is killed, and says so', async () => {
    const studio = await openTestStudio();
    const events = await watch(studio);
    const { ids } = await studio.service.generate(
      { origin: words('a smile'), count: 6, settings: { seed: 7 } },
      {
        onEvent: (event) => {
          if (event.kind === 'portrait' && event.index === 1) process.kill(studio.inference.pid!);
        },
      },
    );
    expect(ids).toHaveLength(6);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'inference-restarted' }));
    const same = await draw(studio, words('a smile'), 6);
    expect(await pixelsOf(studio, ids)).toEqual(await pixelsOf(studio, same));
  });

  it.each([
    ['prompt-empty', '  '],
    ['prompt-too-long', 'x'.repeat(20_000)],
  ])('refuses a prompt with %s and keeps nothing', async (code, prompt) => {
    const before = await studio.service.count({});
    await expect(draw(studio, words(prompt))).rejects.toMatchObject({ code });
    await expect(studio.service.count({})).resolves.toEqual(before);
  });
});

describe('going on from a portrait', () => {
  it('repeats it at strength 0, and strays further the higher the strength', async () => {
    const [of] = await draw(studio, words('a smile'));
    const vary = async (strength: number) => {
      const ids = await draw(studio, { kind: 'variation', of: of!, strength }, 1, { seed: 99 });
      return pixelsOf(studio, ids);
    };
    const parent = await pixelsOf(studio, [of!]);
    expect(await vary(0)).toEqual(parent);
    const [near, far] = [await vary(0.1), await vary(1)].map(([data]) => distance(data, parent[0]));
    expect(near).toBeGreaterThan(0);
    expect(far).toBeGreaterThan(near!);
  });

  it('strays from it also by the seed that it was drawn with', async () => {
    const [of] = await draw(studio, words('a smile'), 1, { seed: 41 });
    const z = (id: string) => studio.library.reader.latents(id).z!;
    const vary = async (seed: number) =>
      (await draw(studio, { kind: 'variation', of: of!, strength: 0.5 }, 1, { seed }))[0]!;
    for (const seed of [41, 42]) {
      expect(cosine(z(await vary(seed)), z(of!)), `seed ${seed}`).toBeCloseTo(Math.SQRT1_2, 1);
    }
  });

  it('keeps the person under other words', async () => {
    const [of] = await draw(studio, words('a smile'));
    const same = await draw(studio, { kind: 'reword', of: of!, prompt: 'a smile' });
    expect(await pixelsOf(studio, same)).toEqual(await pixelsOf(studio, [of!]));
    const [other] = await draw(studio, { kind: 'reword', of: of!, prompt: 'red' });
    expect(studio.library.reader.latents(other!).z).toEqual(studio.library.reader.latents(of!).z);
    await expect(studio.service.get({ id: other! })).resolves.toMatchObject({
      prompt: 'red',
      seed: null,
      parents: [of],
      source: { kind: 'reword' },
    });
  });

  it('takes the pack that drew it, and the one in use for all else', async () => {
    const studio = await openTestStudio();
    const [of] = await draw(studio, words('a smile'));
    const packOf = async ([id]: string[]) => (await studio.service.get({ id: id! })).pack.id;
    await studio.packs.choose(TINY_PACK_BIJECTIVE, {});
    const varied = await draw(studio, { kind: 'variation', of: of!, strength: 0.5 });
    expect(await packOf(varied)).toBe('tiny-pack');
    expect(await packOf(await draw(studio, words('a smile')))).toBe('tiny-pack-bijective');
  });
});

describe('reference pictures', () => {
  it('are kept, started from, and told apart from what is no picture', async () => {
    const bytes = await sharpCodec.encode(samplePicture(3, 200, 100), 'jpeg');
    const added = await studio.service.addReference({ bytes });
    expect(added).toMatchObject({ width: 200, height: 100, recipe: null, notice: null });
    await expect(studio.service.reference({ id: added.id })).resolves.toEqual(added);
    const origin = { kind: 'image' as const, reference: added.id };
    const [plain] = await draw(studio, origin);
    const [worded] = await draw(studio, { ...origin, prompt: 'red' });
    await expect(studio.service.get({ id: plain! })).resolves.toMatchObject({ clipScore: null });
    const [a, b] = await pixelsOf(studio, [plain!, worded!]);
    expect(distance(a, b)).toBeGreaterThan(0);
  });

  it('are told in the size they came in, upright, however large', async () => {
    const photo = sharp({
      create: { width: 3_000, height: 2_000, channels: 3, background: 'teal' },
    });
    const bytes = new Uint8Array(await photo.withMetadata({ orientation: 8 }).jpeg().toBuffer());
    const added = await studio.service.addReference({ bytes });
    expect(added).toMatchObject({ width: 2_000, height: 3_000 });
    await expect(studio.service.reference({ id: added.id })).resolves.toEqual(added);
  });

  it('say how they were made when they are portraits of ours', async () => {
    const [id] = await draw(studio, words('a smile'));
    const { recipe } = await studio.service.addReference({
      bytes: await studio.service.picture({ id: id! }),
    });
    expect(recipe).toMatchObject({ prompt: 'a smile', seed: 7 });
  });

  it.each(pictureFormatSchema.options)('say the same when they left as %s', async (format) => {
    const [id] = await draw(studio, words('a smile'));
    const as = {
      kind: 'pictures' as const,
      format,
      pattern: 'x',
      quality: 90,
      metadata: true,
      ifExists: 'rename' as const,
    };
    const delivery = await studio.service.exportPortraits({
      ...{ portraits: { by: 'ids', ids: [id!] }, as, name: 'x' },
      destination: { kind: 'folder', folder: await temporaryFolder() },
    });
    const [file = ''] = delivery.kind === 'files' ? delivery.files : [];
    const bytes = new Uint8Array(await readFile(file));
    const { recipe, notice } = await studio.service.addReference({ bytes });
    expect(recipe).toMatchObject({ prompt: 'a smile', seed: 7, source: { kind: 'prompt' } });
    expect(notice).toBeNull();
  });

  it('say why what they say of their making is of no use, and are taken in all the same', async () => {
    const png = Buffer.from(await sharpCodec.encode(samplePicture(3), 'png'));
    const told = pngChunk('tEXt', Buffer.from(`clip-flow-studio\0${'['.repeat(1_100_000)}`));
    const bytes = new Uint8Array(Buffer.concat([png.subarray(0, 33), told, png.subarray(33)]));
    const added = await studio.service.addReference({ bytes });
    expect(added).toMatchObject({ recipe: null, notice: expect.stringContaining('1 MB') });
    await expect(studio.service.reference({ id: added.id })).resolves.toEqual(added);
  });

  it.each([
    ['picture-unreadable', Buffer.from('I am text that somebody named .png')],
    ['picture-too-large', pngThatClaims(30_000, 30_000)],
  ])('are refused with %s', async (code, bytes) => {
    await expect(
      studio.service.addReference({ bytes: new Uint8Array(bytes) }),
    ).rejects.toMatchObject({
      code,
    });
  });
});

describe.each<PathSpace>(['clip', 'flow', 'w'])('a path straight in %s', (space) => {
  it('begins and ends at its anchors, and never jumps', async () => {
    const [id] = await draw(studio, words('a smile'), 1, { seed: 5 });
    const between: Between = {
      from: { kind: 'portrait', id: id! },
      to: { kind: 'prompt', prompt: 'red', seed: 8 },
      ...{ path: space, settings: {} },
    };
    const frames: Uint8Array[] = [];
    await studio.service.strip(
      { ...between, stops: 21, size: 'full' },
      { onEvent: (event) => event.kind === 'stop' && frames.push(event.frame.pixels) },
    );
    const [from] = await pixelsOf(studio, [id!]);
    const [to] = await pixelsOf(studio, await draw(studio, words('red'), 1, { seed: 8 }));
    expect(distance(frames[0], from)).toBe(0);
    expect(distance(frames.at(-1), to)).toBe(0);
    const steps = frames.slice(1).map((frame, i) => distance(frame, frames[i]));
    expect(Math.max(...steps)).toBeLessThan(0.5 * distance(from, to) + 5);
    const kept = await studio.service.keep({ ...between, position: 0.5 });
    expect(kept).toMatchObject({ parents: [id], source: { kind: 'interpolation', path: space } });
    const [pixels] = await pixelsOf(studio, [kept.id]);
    expect(distance(pixels, frames[10])).toBe(0);
    const again = await draw(studio, { kind: 'variation', of: kept.id, strength: 0 });
    const [repeated] = await pixelsOf(studio, again);
    expect(distance(repeated, pixels)).toBeLessThan(2);
  });

  it('is walked in even steps where they are wanted, and kept where the walk stands', async () => {
    const walk: Walk = {
      from: { kind: 'prompt', prompt: 'a smile', seed: 5 },
      to: { kind: 'prompt', prompt: 'red', seed: 8 },
      ...{ path: space, settings: {}, even: true },
    };
    const frames: Uint8Array[] = [];
    await studio.service.strip(
      { ...walk, stops: 11, size: 'full' },
      { onEvent: (event) => event.kind === 'stop' && frames.push(event.frame.pixels) },
    );
    const steps = frames.slice(1).map((frame, i) => distance(frame, frames[i]));
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(Math.max(...steps)).toBeLessThan(3 * mean);
    const kept = await studio.service.keep({ ...walk, position: 0.3 });
    expect(distance((await pixelsOf(studio, [kept.id]))[0], frames[3])).toBe(0);
    // What is remembered is the place itself, which no measuring is needed to find again.
    const { ids } = await studio.service.replay({ id: kept.id, change: {} });
    expect(distance((await pixelsOf(studio, ids))[0], frames[3])).toBe(0);
  });
});

describe('previews', () => {
  it('let the latest of a channel go before those that wait', async () => {
    const frame = (position: number, size: 'small' | 'full') =>
      studio.service.preview({
        from: { kind: 'prompt', prompt: 'a', seed: 1 },
        to: { kind: 'prompt', prompt: 'b', seed: 1 },
        ...{ path: 'w', settings: {}, channel: 'slider', position, size },
      });
    const outcomes = await Promise.allSettled([0.1, 0.2, 0.3].map((at) => frame(at, 'small')));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'superseded' } });
    await expect(frame(0.3, 'small')).resolves.toMatchObject({ width: 8 });
    const { width, height, pixels } = await frame(0.3, 'full');
    expect([width, height, pixels.length]).toEqual([16, 16, 16 * 16 * 3]);
  });
});

describe('news', () => {
  it('tell of what this process and another one did to the library', async () => {
    const studio = await openTestStudio();
    const other = await openTestStudio({ library: studio.library.root });
    const events = await watch(other);
    const [id] = await draw(studio, words('a smile'));
    const told = (change: object) =>
      vi.waitFor(
        () =>
          expect(events).toContainEqual(expect.objectContaining({ kind: 'library', ...change })),
        PATIENCE_MS,
      );
    await told({ added: [id], changed: [] });
    await studio.service.star({ ids: [id!], starred: true });
    await told({ changed: [id] });
    await other.service.trash({ ids: [id!] });
    await other.service.purge({ ids: [id!] });
    await told({ removed: [id] });
  });
});

describe('the device', () => {
  it('is chosen for as long as the studio runs, which is news', async () => {
    const library = await temporaryFolder();
    const parts = { packRoots: [path.dirname(TINY_PACK)] as [string], pack: TINY_PACK };
    const opened = await openStudio({ ...parts, library, codec: sharpCodec });
    onTestFinished(() => opened.close());
    const events = await watch(opened);
    expect(await opened.service.chooseDevice({ device: 'cpu' })).toMatchObject({
      chosen: 'cpu',
      fixed: false,
      used: null,
    });
    await opened.service.generate({ origin: words('a smile'), count: 1, settings: {} });
    const { device } = await opened.service.status({});
    expect(device.devices[0]).toEqual({ device: 'cpu', status: 'used', reason: 'chosen by hand' });
    await vi.waitFor(() => {
      const told = events.flatMap((event) => (event.kind === 'status' ? event.status : []));
      expect(told.at(-1)?.device.chosen).toBe('cpu');
    }, PATIENCE_MS);
  });

  it('stays what it was started with', async () => {
    const chosen = studio.service.chooseDevice({ device: 'webgpu' });
    await expect(chosen).rejects.toMatchObject({ code: 'invalid-argument' });
    const { device } = await studio.service.status({});
    expect(device).toMatchObject({ chosen: 'cpu', fixed: true });
  });
});

describe('a pack that cannot be used', () => {
  it('is part of the status, with its reason', async () => {
    const studio = await openTestStudio({ pack: 'no-such-pack' });
    const events = await watch(studio);
    await vi.waitFor(() =>
      expect(events).toContainEqual(
        expect.objectContaining({
          status: expect.objectContaining({
            pack: { state: 'missing', error: expect.objectContaining({ code: 'pack-not-found' }) },
          }),
        }),
      ),
    );
    await expect(draw(studio, words('a'))).rejects.toMatchObject({ code: 'pack-not-found' });
  });
});

it('a picture that a window shows, drags or copies says nothing of where a model server stands', async () => {
  const server = { address: 'grpcs://box.example:8001', exactness: 'same-bytes' } as const;
  const drawn = samplePortrait(1, { generation: { device: 'server', server } });
  const { id } = await studio.library.writer.add(drawn);
  const shown = await studio.service.picture({ id });
  expect(readRecipe(shown)?.generation.server).toEqual({ exactness: 'same-bytes' });
  expect(Buffer.from(shown).includes('box.example')).toBe(false);
  expect((await studio.service.get({ id })).server).toEqual(server);
});

describe('exports for a browser', () => {
  it('become one file that is read piece by piece, and tell that it is packed', async () => {
    const ids = await draw(studio, words('a smile'), 2);
    const packed: number[] = [];
    const delivery = await studio.service.exportPortraits(
      {
        portraits: { by: 'ids', ids },
        as: {
          ...{ kind: 'gallery', title: 'Mine', introduction: '', captions: true },
          ...{ downloads: false, metadata: true, ifExists: 'rename' },
        },
        name: 'Mine',
        destination: { kind: 'download' },
      },
      { onEvent: advancesOf('pack', ({ done }) => packed.push(done)) },
    );
    expect(packed.length).toBeGreaterThan(0);
    if (delivery.kind !== 'download') throw new Error('not a download');
    expect(delivery.name).toBe('Mine.zip');
    const { id, bytes } = delivery;
    const whole = await studio.service.readDownload({ id, offset: 0 });
    expect(whole).toHaveLength(bytes);
    expect(Buffer.from(whole).subarray(0, 2).toString()).toBe('PK');
    expect(Buffer.from(whole).includes(path.posix.join('Mine', 'index.html'))).toBe(true);
    await expect(studio.service.readDownload({ id, offset: bytes })).resolves.toHaveLength(0);
  });
});

describe('model packs', () => {
  it('are chosen and checked among those that were found', async () => {
    const { service } = await openTestStudio();
    const packs = await service.packs({});
    const { handle, folder } = packs.find(({ folder }) => folder === TINY_PACK_BIJECTIVE)!;
    await expect(service.verifyPack({ handle })).resolves.toMatchObject({ folder });
    await expect(service.choosePack({ handle })).resolves.toMatchObject({ folder });
    expect((await service.packs({})).find(({ inUse }) => inUse)?.handle).toBe(handle);
    const unknown = service.choosePack({ handle: '0'.repeat(32) });
    await expect(unknown).rejects.toMatchObject({ code: 'pack-not-found' });
  });

  it('show a picture in each of their styles, and nothing that is no picture', async () => {
    const pack = copyTinyPack();
    const { service } = await openTestStudio({ packRoot: path.dirname(pack) });
    const { handle } = (await service.packs({}))[0]!;
    const [sample, ...others] = await service.styleSamples({ handle });
    expect([sample, others]).toMatchObject([{ id: 'plain', title: 'Plain' }, []]);
    expect(await sharpCodec.measure(sample!.bytes)).toEqual({ width: 4, height: 4 });
    await writeFile(path.join(pack, 'styles/plain.png'), 'secret words');
    const refused = service.styleSamples({ handle });
    await expect(refused).rejects.toMatchObject({ code: 'pack-file-invalid' });
  });

  it('show a few pictures of their own words, drawn once and kept by all that makes them', async () => {
    const library = await temporaryFolder();
    const pack = copyTinyPack();
    editManifest(pack, ({ prompts }) => (prompts.examples = ['a smile', 'a hat']));
    const show = async () => {
      const opened = await openTestStudio({ library, pack, packRoot: path.dirname(pack) });
      const shown: PackSample[] = [];
      const onEvent = (sample: PackSample) => shown.push(sample);
      // Two windows ask at once.
      await Promise.all([1, 2].map(() => opened.service.packSamples({}, { onEvent })));
      expect((await opened.service.count({})).count).toBe(0);
      await opened.close();
      return shown;
    };
    const first = await show();
    const [mine, others] = [first.slice(0, 4), first.slice(4)];
    expect(others).toEqual(mine);
    expect(mine.map(({ index, total, prompt }) => [index, total, prompt])).toEqual([
      [0, 4, 'a smile'],
      [1, 4, 'a hat'],
      [2, 4, 'a smile'],
      [3, 4, 'a hat'],
    ]);
    const bytes = mine.map((sample) => Buffer.from(sample.bytes).toString('base64'));
    expect(new Set(bytes).size).toBeGreaterThan(1);
    expect(await sharpCodec.measure(mine[0]!.bytes)).toEqual({ width: 16, height: 16 });

    const [folder] = await readdir(path.join(library, 'samples'));
    const file = path.join(library, 'samples', folder!, '1.webp');
    await writeFile(file, (await readFile(file)).subarray(0, 20));
    // One that was cut off is drawn again, to the same bytes; another edition has its own.
    expect((await show()).slice(0, 4).toSorted((a, b) => a.index - b.index)).toEqual(mine);
    editManifest(pack, (manifest) => (manifest.version = '9.9.9'));
    await show();
    expect(await readdir(path.join(library, 'samples'))).toHaveLength(2);
  });

  it('write nothing any more once the studio is closed in the middle of a picture', async () => {
    const library = await temporaryFolder();
    const opened = await openTestStudio({ library });
    const first = Promise.withResolvers<PackSample>();
    const shown = opened.service.packSamples({}, { onEvent: first.resolve });
    await first.promise;
    const ended = expect(shown).rejects.toMatchObject({ code: expect.any(String) });
    await opened.close();
    await rm(path.join(library, 'samples'), { recursive: true, force: true });
    await ended;
    expect(existsSync(path.join(library, 'samples'))).toBe(false);
  });

  it('show what one draws that is not in use, which stays out of use', async () => {
    const { service } = await openTestStudio();
    const other = (await service.packs({})).find(({ folder }) => folder === TINY_PACK_BIJECTIVE)!;
    const shown: PackSample[] = [];
    await service.packSamples({ handle: other.handle }, { onEvent: (each) => shown.push(each) });
    expect(shown.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    const inUse = (await service.packs({})).find((pack) => pack.inUse);
    expect(inUse?.folder).not.toBe(TINY_PACK_BIJECTIVE);
    const { ids } = await service.generate({ origin: words('a smile'), count: 1, settings: {} });
    expect(ids).toHaveLength(1);
  });

  it('say in words what they draw, where they say it', async () => {
    const pack = copyTinyPack();
    const said = async () => {
      const { service } = await openTestStudio({ pack, packRoot: path.dirname(pack) });
      const { pack: info } = (await service.packs({}))[0]!;
      expect((await service.vocabulary({})).phrases).toContain('an old man');
      return info!;
    };
    expect(await said()).toMatchObject({
      ...{ prompts: { phrases: [] }, styles: [{ id: 'plain', words: 'Plain' }] },
    });
    const phrases = [{ words: 'a red sky', colour: '#ff0000' }, { words: 'a sky' }];
    editManifest(pack, (manifest) => {
      manifest.prompts.phrases = [{ title: 'The sky', one: true, phrases }];
      manifest.styles[0]!.words = 'a plain drawing';
    });
    expect(await said()).toMatchObject({
      prompts: { phrases: [{ title: 'The sky', one: true, phrases }] },
      styles: [{ id: 'plain', title: 'Plain', words: 'a plain drawing' }],
    });
  });

  it('say nothing of what stands in a file that is no manifest', async () => {
    const packRoot = await temporaryFolder();
    await mkdir(path.join(packRoot, 'strange'));
    await writeFile(path.join(packRoot, 'strange', 'pack.json'), 'root:x:0:0:secret words');
    const { service } = await openTestStudio({ packRoot });
    const [listing] = await service.packs({});
    expect(listing?.error?.code).toBe('pack-not-a-pack');
    expect(JSON.stringify(listing)).not.toMatch(/root:|secret/);
  });

  it('takes one in from an archive that comes in pieces', async () => {
    const { service } = await openTestStudio({ packRoot: await temporaryFolder() });
    const archive = new Uint8Array(await readFile(await zipTinyPack()));
    const upload = await service.openUpload({ name: 'tiny.zip' });
    for (let at = 0; at < archive.length; at += 100_000) {
      await service.appendUpload({ ...upload, bytes: archive.slice(at, at + 100_000) });
    }
    const added = await service.importPack(upload);
    expect(added).toMatchObject({ id: 'tiny-pack', resolution: 16 });
    expect((await service.packs({})).map(({ folder }) => folder)).toContain(added.folder);
    await expect(service.importPack(upload)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('replaces one by another of its id after a yes, and draws with it where it was in use', async () => {
    const packRoot = await temporaryFolder();
    const { service } = await openTestStudio({ packRoot, pack: 'tiny-pack' });
    const offer = async (archive: string, replace?: boolean) => {
      const upload = await service.openUpload({ name: 'tiny.zip' });
      await service.appendUpload({ ...upload, bytes: new Uint8Array(await readFile(archive)) });
      return service.importPack({ ...upload, replace });
    };
    const { folder } = await offer(await zipTinyPack());
    const { handle } = (await service.packs({})).find((listing) => listing.folder === folder)!;
    await service.choosePack({ handle });
    const newer = copyTinyPack();
    editManifest(newer, (manifest) => (manifest.version = '2.0.0'));
    const archive = await zipTinyPack(newer);
    const refused = await offer(archive).catch((error: StudioError) => error);
    const { details } = refused as StudioError;
    expect(packConflictSchema.parse(details)).toMatchObject({
      existing: { version: '1.0.0', folder },
      offered: { version: '2.0.0' },
      replaceable: true,
    });
    expect(await offer(archive, true)).toMatchObject({ version: '2.0.0', folder });
    expect((await service.status({})).pack).toMatchObject({ pack: { version: '2.0.0' } });
  });

  it('keeps nothing of an archive that is none', async () => {
    const packRoot = await temporaryFolder();
    const { service } = await openTestStudio({ packRoot });
    const upload = await service.openUpload({ name: 'holiday.zip' });
    await service.appendUpload({ ...upload, bytes: Uint8Array.of(1, 2, 3) });
    await expect(service.importPack(upload)).rejects.toMatchObject({
      code: 'pack-not-a-pack',
      message: expect.stringContaining('holiday.zip'),
    });
    expect(await readdir(packRoot)).toEqual([]);
  });
});
