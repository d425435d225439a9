import { beforeAll, afterAll, describe, expect, it, vi } from 'vitest';
import type { DirectionRef, Edit } from '../../electron/contract/edit.ts';
import { layerRanges } from '../../electron/contract/layers.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { distance, draw, pixelsOf, words } from '../support/drawing.ts';
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

describe('a phrase as a slider', () => {
  it('leads to the same noise under the phrase', async () => {
    const full = await edit(portrait, [slide(1, RED)]);
    const [reworded] = await draw(studio, { kind: 'reword', of: portrait, prompt: 'red hair' });
    expect(distance(await pixels(full), await pixels(reworded!))).toBeLessThan(0.1);
  });

  it('leads back between two phrases that are turned round', async () => {
    const pair = (from: string, to: string): DirectionRef => ({
      ...{ kind: 'text', from, to, disentangle: 0 },
    });
    const same = await edit(portrait, [slide(1, pair('a man', 'a man'))]);
    expect(distance(await pixels(same), await pixels(portrait))).toBeLessThan(0.1);
    const there = await edit(portrait, [slide(1, pair('sad', 'smiling'))]);
    expect(distance(await pixels(there), await pixels(portrait))).toBeGreaterThan(0.5);
  });

  it('drops what named directions do', async () => {
    const direction = await studio.packs
      .models()
      .then(({ pack }) => pack.readVector('directions/smile.f32'));
    const along = async (disentangle: number) => {
      const id = await edit(portrait, [slide(1, { ...RED, disentangle })]);
      const moved = layerOf(id, 0).map((value, i) => value - latents(portrait).w[i]!);
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
