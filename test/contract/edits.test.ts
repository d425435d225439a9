import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DirectionRef, Edit } from '../../electron/contract/edit.ts';
import { layerRanges } from '../../electron/contract/layers.ts';
import { studioMethods } from '../../electron/contract/service.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { cosine } from '../../electron/engine/latent/vectors.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { distance, draw, pixelsOf, words } from '../support/drawing.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK_BIJECTIVE } from '../support/packs.ts';
import { samplePicture } from '../support/portraits.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SMILE: DirectionRef = { kind: 'named', id: 'smile' };
const RED: DirectionRef = { kind: 'text', to: 'red hair', disentangle: 0 };
const { all, coarse, fine } = layerRanges(4);

const slide = (amount: number, direction: DirectionRef = SMILE, layers = all): Edit => ({
  ...{ kind: 'slide', direction, amount, layers },
});

let studio: Studio;
let portrait: string;
let other: string;

beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
  [portrait, other] = (await draw(studio, words('a smile'), 2)) as [string, string];
});

/** Keeps a portrait with edits made. */
async function edit(of: string, edits: Edit[]): Promise<string> {
  const [id] = await draw(studio, { kind: 'edit', of, edits });
  return id!;
}

async function pixels(id: string): Promise<Uint8Array> {
  const [data] = await pixelsOf(studio, [id]);
  return new Uint8Array(data!);
}

const latents = (id: string) => studio.library.reader.latents(id);

/** One layer of a portrait's w⁺. */
const layerOf = (id: string, layer: number) =>
  latents(id).w.subarray(512 * layer, 512 * (layer + 1));

async function preview(of: string, edits: Edit[], size: 'small' | 'full' = 'full') {
  return studio.service.previewEdit({ channel: 'test', of, edits, size });
}

describe('edits of a portrait', () => {
  it('change nothing where every slider stands at 0, not one byte', async () => {
    const untouched = await edit(portrait, [slide(0), slide(0, RED)]);
    expect(await pixels(untouched)).toEqual(await pixels(portrait));
    expect(latents(untouched)).toEqual(latents(portrait));
    expect((await preview(portrait, [slide(0)])).pixels).toEqual(await pixels(portrait));
  });

  it('are previewed as they are kept, and kept the same every time', async () => {
    const edits = [slide(1.5), slide(0.5, RED, fine), slide(-1, SMILE, coarse)];
    const kept = await edit(portrait, edits);
    expect((await preview(portrait, edits)).pixels).toEqual(await pixels(kept));
    expect((await preview(portrait, edits, 'small')).width).toBe(8);
    const { source } = await studio.service.get({ id: kept });
    const again = await edit(portrait, source.kind === 'edit' ? source.edits : []);
    expect(await pixels(again)).toEqual(await pixels(kept));
    expect(latents(again)).toEqual(latents(kept));
  });

  it('are told by the row, with every portrait they took from as a parent', async () => {
    const edits: Edit[] = [slide(1), { kind: 'mix', with: other, layers: fine }];
    await expect(studio.service.get({ id: await edit(portrait, edits) })).resolves.toMatchObject({
      prompt: 'a smile',
      seed: null,
      settings: { count: 1, gap: 'shift' },
      parents: [portrait, other],
      source: { kind: 'edit', edits },
      clipScore: expect.any(Number),
      logLikelihood: expect.any(Number),
    });
  });

  it('move their layers only', async () => {
    const id = await edit(portrait, [slide(2, SMILE, fine)]);
    expect(layerOf(id, 0)).toEqual(latents(portrait).w);
    expect(layerOf(id, fine[0])).not.toEqual(latents(portrait).w);
  });

  it('take layers from others, wholly and by weight', async () => {
    const mixed = await edit(portrait, [{ kind: 'mix', with: other, layers: coarse }]);
    expect(layerOf(mixed, 0)).toEqual(latents(other).w);
    expect(layerOf(mixed, 3)).toEqual(latents(portrait).w);
    const blend = (weight: number): Edit => ({
      ...{ kind: 'blend', with: [{ id: other, weight }], layers: all },
    });
    expect(await pixels(await edit(portrait, [blend(0)]))).toEqual(await pixels(portrait));
    expect(await pixels(await edit(portrait, [blend(1)]))).toEqual(await pixels(other));
  });

  it('stay when the words change, and when others are drawn around it', async () => {
    const edited = await edit(portrait, [slide(2, SMILE, fine)]);
    const [same] = await draw(studio, { kind: 'reword', of: edited, prompt: 'a smile' });
    const [near] = await draw(studio, { kind: 'variation', of: edited, strength: 0 });
    for (const id of [same!, near!]) {
      expect(distance(await pixels(id), await pixels(edited))).toBeLessThan(0.5);
      expect(distance(await pixels(id), await pixels(portrait))).toBeGreaterThan(1);
    }
  });

  it('are the ends of paths that never jump', async () => {
    const edited = await edit(portrait, [slide(2, SMILE, fine)]);
    for (const path of ['clip', 'flow', 'w'] as const) {
      const frames: Uint8Array[] = [];
      await studio.service.strip(
        {
          from: { kind: 'portrait', id: edited },
          to: { kind: 'portrait', id: other },
          ...{ path, settings: {}, stops: 17, size: 'full' },
        },
        { onEvent: (event) => event.kind === 'stop' && frames.push(event.frame.pixels) },
      );
      expect(frames.at(0)).toEqual(await pixels(edited));
      const steps = frames.slice(1).map((frame, i) => distance(frame, frames[i]));
      expect(Math.max(...steps)).toBeLessThan(5 * (steps.reduce((a, b) => a + b) / steps.length));
    }
  });

  it.each<[name: string, edits: Edit[]]>([
    ['layers that the pack has not', [slide(1, SMILE, [2, 4])]],
    ['a direction that the pack has not', [slide(1, { kind: 'named', id: 'wings' })]],
  ])('are refused for %s', async (_, edits) => {
    const before = await studio.service.count({});
    await expect(edit(portrait, edits)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(preview(portrait, edits)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(studio.service.count({})).resolves.toEqual(before);
  });
});

describe('a named direction', () => {
  it('leads to a change at either end that the pack makes at this very portrait', async () => {
    // The tiny pack's low end lies half as far as its high one.
    const { pack } = await studio.packs.models();
    const smile = await pack.readNumbers('directions/smile.f32', 512);
    const w = async (amount: number) => layerOf(await edit(portrait, [slide(amount)]), 0);
    const expected = (share: number) =>
      latents(portrait).w.map((value, i) => value + share * smile[i]!);
    for (const [amount, share] of [
      [1, 1],
      [-1, -0.5],
    ] as const) {
      const [moved, aim] = [await w(amount), expected(share)];
      expect(Math.max(...moved.map((value, i) => Math.abs(value - aim[i]!)))).toBeLessThan(1e-4);
    }
  });
});

describe('a phrase as a slider', () => {
  const pair = (from: string, to: string): DirectionRef => ({
    ...{ kind: 'text', from, to, disentangle: 0 },
  });

  it('is told from a portrait of nobody in particular', async () => {
    const alone = await edit(portrait, [slide(1, RED)]);
    const told = await edit(portrait, [slide(1, pair('a portrait', 'red hair'))]);
    expect(await pixels(alone)).toEqual(await pixels(told));
    expect(distance(await pixels(alone), await pixels(portrait))).toBeGreaterThan(0.5);
  });

  it('leads nowhere between two phrases that are the same, and back with a negative amount', async () => {
    const same = await edit(portrait, [slide(1, pair('a man', 'a man'))]);
    expect(distance(await pixels(same), await pixels(portrait))).toBeLessThan(0.1);
    const [there, back] = [slide(1, pair('sad', 'smiling')), slide(-1, pair('sad', 'smiling'))];
    const both = await edit(portrait, [there, back]);
    expect(distance(await pixels(both), await pixels(portrait))).toBeLessThan(0.1);
  });

  it('is judged by what it adds to its own phrase', async () => {
    const edits = [slide(1, SMILE), slide(1, RED), slide(0, pair('sad', 'smiling'))];
    const { clipScore, gains } = await studio.service.judgeEdits({ of: portrait, edits });
    expect(gains).toEqual([null, expect.any(Number), null]);
    const { reader } = studio.library;
    const { clip } = await studio.packs.models();
    const score = async (id: string) =>
      cosine((await clip.embedPrompt('red hair', 'none')).raw, reader.embedding(id));
    const [withIt, without] = [
      await edit(portrait, edits),
      await edit(portrait, edits.slice(0, 1)),
    ];
    expect(gains[1]).toBeCloseTo((await score(withIt)) - (await score(without)), 5);
    expect(clipScore).toBeCloseTo(reader.get(withIt).clipScore!, 5);
  });

  it('says why it changes nothing, where it does not', async () => {
    const silencesOf = async (...edits: Edit[]) =>
      (await studio.service.judgeEdits({ of: portrait, edits })).silences;
    expect(await silencesOf(slide(1, RED), slide(1))).toEqual([null, null]);
    expect(await silencesOf(slide(0.001, RED))).toEqual([{ kind: 'amount' }]);
    expect(await silencesOf(slide(1, pair('a man', 'a man')))).toEqual([{ kind: 'portrait' }]);
  });

  it('changes what it is about alone, if it is disentangled', async () => {
    // What the tiny pack shows are the first six numbers of w.
    const moved = async (disentangle: number, amount = 1) => {
      const id = await edit(portrait, [slide(amount, { ...RED, disentangle })]);
      return layerOf(id, 0).map((value, i) => value - latents(portrait).w[i]!);
    };
    const [most, whole] = [await moved(1), await moved(0)];
    const changed = (w: Float32Array) => w.filter((value) => Math.abs(value) > 1e-6).length;
    expect(changed(most)).toBeGreaterThan(0);
    expect(changed(most)).toBeLessThanOrEqual(6);
    expect(changed(whole)).toBeGreaterThan(400);
    // The low end leads to the other phrase and not away from this one.
    const least = await moved(1, -1);
    expect(Math.max(...least.map((value, i) => Math.abs(value + most[i]!)))).toBeGreaterThan(1e-3);
  });

  it('drops what named directions do where the pack cannot tell what it is about', async () => {
    const studio = await openTestStudio({ pack: TINY_PACK_BIJECTIVE });
    const [of] = await draw(studio, words('a smile'), 1);
    const direction = await studio.packs
      .models()
      .then(({ pack }) => pack.readNumbers('directions/smile.f32', 512));
    const along = async (disentangle: number) => {
      const edits = [slide(1, { ...RED, disentangle })];
      const [id] = await draw(studio, { kind: 'edit', of: of!, edits });
      const { reader } = studio.library;
      const before = reader.latents(of!).w;
      const moved = before.map((value, i) => reader.latents(id!).w[i]! - value);
      return Math.abs(moved.reduce((sum, value, i) => sum + value * direction[i]!, 0));
    };
    expect(await along(0)).toBeGreaterThan(0.1);
    expect(await along(1)).toBeLessThan(0.01);
  });

  it('is refused without a word', async () => {
    const empty: DirectionRef = { kind: 'text', to: ' ', disentangle: 0 };
    await expect(preview(portrait, [slide(1, empty)])).rejects.toMatchObject({
      code: 'prompt-empty',
    });
  });
});

describe('principal directions', () => {
  const first: DirectionRef = { kind: 'principal', index: 0 };

  it('are found once with progress, kept, and moved along', async () => {
    const studio = await openTestStudio();
    const tasks: string[] = [];
    const find = () =>
      studio.service.principalDirections({}, { onEvent: ({ task }) => tasks.push(task) });
    const found = await find();
    expect(found[0]).toEqual({ index: 0, name: null });
    expect(found.length).toBeGreaterThan(8);
    expect(new Set(tasks)).toEqual(new Set(['sample']));
    tasks.length = 0;
    expect(await find()).toEqual(found);
    expect(tasks).toEqual([]);
    const [of] = await draw(studio, words('a smile'));
    const [moved] = await draw(studio, { kind: 'edit', of: of!, edits: [slide(2, first)] });
    const [a, b] = await pixelsOf(studio, [of!, moved!]);
    expect(distance(a, b)).toBeGreaterThan(0.5);
    const none = draw(studio, {
      kind: 'edit',
      of: of!,
      edits: [slide(1, { ...first, index: 99 })],
    });
    await expect(none).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('keep the names they are given, over a restart and a spoilt file', async () => {
    const library = await temporaryFolder();
    const studio = await openTestStudio({ library });
    await studio.service.renamePrincipal({ index: 1, name: ' pose ' });
    await studio.service.renamePrincipal({ index: 2, name: 'light' });
    await studio.service.renamePrincipal({ index: 2, name: '' });
    await studio.close();
    const again = await openTestStudio({ library });
    const names = (await again.service.principalDirections({})).map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual([null, 'pose', null, null]);
    const folder = path.join(library, 'directions');
    for (const file of await readdir(folder)) await writeFile(path.join(folder, file), 'no');
    const anew = await openTestStudio({ library });
    expect((await anew.service.principalDirections({}))[1]).toEqual({ index: 1, name: null });
  });

  it('are found for others when one who asked has lost interest', async () => {
    const studio = await openTestStudio();
    const abort = new AbortController();
    const work = studio.service.principalDirections(
      {},
      { signal: abort.signal, onEvent: () => abort.abort() },
    );
    const other = studio.service.principalDirections({});
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    await expect(other).resolves.not.toHaveLength(0);
  });

  it('keep every name of several given at once, and refuse one for none of them', async () => {
    const { service } = await openTestStudio();
    const named = ['pose', 'light', 'age'].map((name, index) =>
      service.renamePrincipal({ index, name }),
    );
    await Promise.all(named);
    const names = (await service.principalDirections({})).map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['pose', 'light', 'age']);
    await expect(service.renamePrincipal({ index: 99, name: 'x' })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('explaining a portrait', () => {
  it('names the phrases that tell it from others, and how usual it is for its words', async () => {
    const events: string[] = [];
    const explain = (id: string) =>
      studio.service.explain({ id }, { onEvent: ({ task }) => events.push(task) });
    const { tags, usual } = await explain(portrait);
    expect(new Set(events)).toEqual(new Set(['encode-text', 'describe']));
    expect(tags).toHaveLength(12);
    const standings = tags.map(({ standing }) => standing);
    expect(standings).toEqual(standings.toSorted((a, b) => b - a));
    expect(usual).toBeGreaterThan(0);
    expect(usual).toBeLessThan(1);
    events.length = 0;
    expect((await explain(portrait)).tags).toEqual(tags);
    expect(events).toEqual([]);
    const far = await edit(portrait, [slide(10)]);
    expect((await explain(far)).usual).toBeLessThan(0.02);
  });
});

describe('the best of many', () => {
  it('keeps those with the best CLIP score, best first', async () => {
    const studio = await openTestStudio();
    const settings = { seed: 3 };
    const all = await draw(studio, words('red hair'), 9, settings);
    const scores = await Promise.all(
      all.map(async (id) => (await studio.service.get({ id })).clipScore!),
    );
    const seen: number[] = [];
    const { ids } = await studio.service.generate(
      { origin: words('red hair'), count: 2, bestOf: 9, settings },
      { onEvent: (event) => event.kind === 'portrait' && seen.push(event.index) },
    );
    expect(seen).toEqual([0, 1]);
    const kept = await Promise.all(ids.map((id) => studio.service.get({ id })));
    expect(kept.map(({ clipScore }) => clipScore)).toEqual(
      scores.toSorted((a, b) => b - a).slice(0, 2),
    );
    expect(kept[0]!.settings.count).toBe(2);
    expect((await studio.service.count({})).count).toBe(11);
  });

  it('asks for words, and for enough to choose from', async () => {
    const bytes = await sharpCodec.encode(samplePicture(3), 'png');
    const { id: reference } = await studio.service.addReference({ bytes });
    const settings = {};
    const wordless = {
      origin: { kind: 'image' as const, reference },
      count: 1,
      bestOf: 2,
      settings,
    };
    await expect(studio.service.generate(wordless)).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    const tooFew = { origin: words('red'), count: 3, bestOf: 2, settings };
    expect(studioMethods.generate.input.safeParse(tooFew).success).toBe(false);
  });
});
