import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Between, Origin } from '../../electron/contract/draw.ts';
import type { Edit } from '../../electron/contract/edit.ts';
import type { Generation, PathSpace, Timeline } from '../../electron/contract/generation.ts';
import type { Change } from '../../electron/contract/lineage.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { TINY_PACK_BIJECTIVE } from '../support/packs.ts';
import { samplePicture } from '../support/portraits.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let studio: Studio;
/** A portrait of words, seed 7, and another of other words under other settings. */
let sailor: Generation;
let chef: Generation;

beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
  sailor = await draw(words('a sailor'), { seed: 7 });
  chef = await draw(words('a chef'), { seed: 8, truncation: 0.6, temperature: 0.5, gap: 'none' });
});

const words = (prompt: string): Origin => ({ kind: 'prompt', prompt });

async function draw(origin: Origin, settings = {}, { service } = studio): Promise<Generation> {
  // From the middle of a run that is drawn several at a time: what is drawn again is drawn alone.
  const { ids } = await service.generate({ origin, count: 5, settings });
  return service.get({ id: ids[3]! });
}

async function edited(of: string, edits: Edit[]): Promise<Generation> {
  const origin = { kind: 'edit' as const, of, edits };
  const { ids } = await studio.service.generate({ origin, count: 1, settings: {} });
  return studio.service.get({ id: ids[0]! });
}

/** Of every kind there is. */
const EDITS = (): Edit[] => [
  {
    ...{ kind: 'slide', direction: { kind: 'named', id: 'smile' }, amount: 1.5 },
    layers: [0, 3],
  },
  {
    ...{ kind: 'slide', direction: { kind: 'text', to: 'red hair', disentangle: 0.5 } },
    ...{ amount: 0.5, layers: [2, 3] },
  },
  { kind: 'mix', with: chef.id, layers: [2, 3] },
  { kind: 'blend', with: [{ id: chef.id, weight: 0.25 }], layers: [0, 1] },
];

async function replay({ id }: Generation, change: Change = {}, { service } = studio) {
  const { ids } = await service.replay({ id, change });
  expect(ids).toHaveLength(1);
  return service.get({ id: ids[0]! });
}

/** What an export of a portrait would hold: its pixels and the whole of its recipe. */
async function exported({ id }: Generation): Promise<Uint8Array> {
  const { service } = studio;
  const delivery = await service.exportPortraits({
    portraits: { by: 'ids', ids: [id] },
    name: 'x',
    as: {
      kind: 'pictures',
      format: 'png',
      pattern: 'x',
      quality: 90,
      metadata: true,
      ifExists: 'rename',
    },
    destination: { kind: 'download' },
  });
  if (delivery.kind !== 'download') throw new Error('not a download');
  return service.readDownload({ id: delivery.id, offset: 0 });
}

/** Settings that are not the pack's. */
const settings = { truncation: 0.7, temperature: 0.9 };

const between = (path: PathSpace): Between => ({
  from: { kind: 'prompt', prompt: 'a sailor', seed: 3 },
  to: { kind: 'portrait', id: chef.id },
  ...{ path, settings },
});

/** From words through a portrait to words, under settings that are not the pack's. */
function timeline(): Timeline {
  const { from, to } = between('clip');
  const way = { path: 'clip', easing: 'in-out', seconds: 0.5 } as const;
  const end = { kind: 'prompt' as const, prompt: 'red', seed: 5 };
  return {
    keys: [from, to, end].map((anchor) => ({ anchor, ...way })),
    ...{ loop: false, even: false, settings },
  };
}

describe('replaying', () => {
  it.each<[edge: string, make: () => Promise<Generation>]>([
    ['words', async () => sailor],
    ['words under other settings', async () => chef],
    [
      'a picture',
      async () => {
        const bytes = await sharpCodec.encode(samplePicture(3, 64, 64), 'png');
        const { id } = await studio.service.addReference({ bytes });
        return draw({ kind: 'image', reference: id }, { seed: 4 });
      },
    ],
    [
      'a picture and words',
      async () => {
        const bytes = await sharpCodec.encode(samplePicture(5, 64, 64), 'png');
        const { id } = await studio.service.addReference({ bytes });
        return draw({ kind: 'image', reference: id, prompt: 'red' }, { seed: 4 });
      },
    ],
    ['a variation', () => draw({ kind: 'variation', of: chef.id, strength: 0.4 }, { seed: 11 })],
    [
      'a portrait in other words',
      async () => {
        const { ids } = await studio.service.generate({
          ...{ origin: { kind: 'reword', of: chef.id, prompt: 'red' }, count: 1, settings: {} },
        });
        return studio.service.get({ id: ids[0]! });
      },
    ],
    ['an edited portrait', () => edited(sailor.id, EDITS())],
    [
      'a variation of an edited portrait',
      async () => {
        const { id } = await edited(chef.id, EDITS());
        return draw({ kind: 'variation', of: id, strength: 0.4 }, { seed: 3 });
      },
    ],
    ['a place in meaning', () => studio.service.keep({ ...between('clip'), position: 0.3 })],
    ['a place in the flow', () => studio.service.keep({ ...between('flow'), position: 0.3 })],
    ['a place in style', () => studio.service.keep({ ...between('w'), position: 0.3 })],
    ['a moment of a timeline', () => studio.service.keepMoment({ timeline: timeline(), at: 0.8 })],
    [
      'a moment in even steps',
      () => studio.service.keepMoment({ timeline: { ...timeline(), even: true }, at: 0.8 }),
    ],
  ])('%s gives the same file, and the same edge', async (_, make) => {
    const made = await make();
    const again = await replay(made);
    expect(again.id).not.toBe(made.id);
    expect(again).toMatchObject({ parents: made.parents, source: made.source });
    expect(Buffer.compare(await exported(again), await exported(made))).toBe(0);
  });

  it('what was made from a portrait between two gives the same file', async () => {
    const middle = await studio.service.keep({ ...between('w'), position: 0.5 });
    const made = await draw({ kind: 'variation', of: middle.id, strength: 0.2 });
    expect(Buffer.compare(await exported(await replay(made)), await exported(made))).toBe(0);
  });

  it('changes one thing and leaves the rest', async () => {
    const again = await replay(chef, { seed: 99 });
    expect(again).toMatchObject({
      ...{ prompt: 'a chef', seed: 99, source: { kind: 'prompt' } },
      settings: { truncation: 0.6, temperature: 0.5, gap: 'none' },
    });
    const anew = await draw(words('a chef'), {
      ...{ seed: 96, truncation: 0.6, temperature: 0.5, gap: 'none' },
    });
    const picture = ({ id }: Generation) => studio.service.picture({ id });
    const [one, other] = await Promise.all([again, anew].map(picture));
    const decode = async (png: Uint8Array) => (await sharpCodec.decode(png)).data;
    expect(await decode(one!)).toEqual(await decode(other!));
    const moved = await replay(await studio.service.keep({ ...between('w'), position: 0.3 }), {
      position: 0.9,
    });
    expect(moved.source).toMatchObject({ kind: 'interpolation', position: 0.9, truncation: 0.7 });
  });

  it('goes to another moment of a timeline, also on another way', async () => {
    const made = await studio.service.keepMoment({ timeline: timeline(), at: 0.8 });
    const again = await replay(made, { at: 0.25 });
    expect(again).toMatchObject({
      source: { kind: 'timeline', timeline: timeline(), at: 0.25, segment: 0, position: 0.5 },
      settings: { temperature: 0.9 },
    });
    const anew = await studio.service.keepMoment({ timeline: timeline(), at: 0.25 });
    expect(Buffer.compare(await exported(again), await exported(anew))).toBe(0);
  });

  it('does to another portrait what was done to one, and keeps its truncation', async () => {
    const made = await draw({ kind: 'variation', of: sailor.id, strength: 0.3 }, { seed: 5 });
    const applied = await replay(made, { of: chef.id });
    expect(applied).toMatchObject({
      ...{ parents: [chef.id], prompt: 'a chef', seed: 8 },
      source: { kind: 'variation', strength: 0.3 },
      settings: { truncation: 0.6 },
    });
  });

  it('makes the edits of one to another, and more or less of them', async () => {
    const made = await edited(sailor.id, EDITS().slice(0, 2));
    const applied = await replay(made, { of: chef.id });
    expect(applied).toMatchObject({ parents: [chef.id], source: made.source });
    const more = await replay(made, { factor: 2 });
    expect(more.source).toMatchObject({ edits: [{ amount: 3 }, { amount: 1 }] });
    const mixed = await edited(sailor.id, EDITS().slice(2, 3));
    const elsewhere: Edit[] = [{ kind: 'mix', with: chef.id, layers: [0, 1] }];
    const otherwise = await replay(mixed, { edits: elsewhere });
    expect(otherwise).toMatchObject({
      ...{ parents: [sailor.id, chef.id], source: { kind: 'edit', edits: elsewhere } },
    });
    expect(await exported(otherwise)).toEqual(await exported(await edited(sailor.id, elsewhere)));
    const blended = await edited(sailor.id, [
      { kind: 'blend', with: [{ id: chef.id, weight: 0.8 }], layers: [0, 3] },
    ]);
    expect((await replay(blended, { factor: 2 })).source).toMatchObject({
      edits: [{ with: [{ weight: 1 }] }],
    });
  });

  it('refuses what the edge does not have', async () => {
    const work = replay(sailor, { strength: 0.5 });
    await expect(work).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('strength'),
    });
  });

  it('says so when a parent is gone for good, and takes the pack that drew it', async () => {
    const studio = await openTestStudio();
    const parent = await draw(words('a'), {}, studio);
    const child = await draw({ kind: 'variation', of: parent.id, strength: 0.4 }, {}, studio);
    await studio.service.trash({ ids: [parent.id] });
    await expect(replay(child, {}, studio)).resolves.toMatchObject({ parents: [parent.id] });
    await studio.service.purge({ ids: [parent.id] });
    const { count } = await studio.service.count({});
    await expect(replay(child, {}, studio)).rejects.toMatchObject({
      ...{ code: 'not-found', details: { id: parent.id } },
    });
    // One that was named is told by its name.
    await expect(replay(child, { of: parent.id }, studio)).rejects.toThrow(parent.id);
    await studio.packs.choose(TINY_PACK_BIJECTIVE, {});
    await expect(replay(child, { of: child.id }, studio)).resolves.toMatchObject({
      pack: child.pack,
    });
    await expect(studio.service.count({})).resolves.toEqual({ count: count + 1 });
  });
});
