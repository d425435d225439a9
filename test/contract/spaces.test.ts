/** A library whose pack becomes another: what is still possible with what was drawn before, and how. */
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Origin } from '../../electron/contract/draw.ts';
import type { Edit } from '../../electron/contract/edit.ts';
import type { Job } from '../../electron/contract/job.ts';
import type { PackManifest } from '../../electron/contract/pack.ts';
import type { StudioEvent } from '../../electron/contract/status.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { distance, draw, pixelsOf, words } from '../support/drawing.ts';
import { temporaryFolder } from '../support/library.ts';
import { describeGraph, editManifest, TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

/** A pack in a root of its own that editions of it take the place of each other in, and a library beside it. */
async function place() {
  const folder = await temporaryFolder();
  const [packRoot, library] = [path.join(folder, 'packs'), path.join(folder, 'library')];
  const pack = path.join(packRoot, 'tiny-pack');
  mkdirSync(packRoot);
  return {
    library,
    install: (version: string, change: (pack: string) => void = () => undefined) => {
      rmSync(pack, { recursive: true, force: true });
      cpSync(TINY_PACK, pack, { recursive: true });
      change(pack);
      editManifest(pack, (manifest) => (manifest.version = version));
    },
    open: () => openTestStudio({ library, packRoot, pack }),
  };
}

const withoutProjection = (pack: string) =>
  editManifest(pack, ({ generator }: PackManifest) => delete generator.projection);
const withOtherClip = (pack: string) =>
  editManifest(pack, ({ clip }: PackManifest) => (clip.image.mean = [0.1, 0.2, 0.3]));
const withOtherFlow = (pack: string) => describeGraph(pack, 'flow/decode.onnx', 'another');

const SLIDE: Edit = {
  ...{ kind: 'slide', direction: { kind: 'named', id: 'smile' } },
  ...{ amount: 1, layers: [0, 1] },
};
const edit = (of: string, edits: Edit[] = [SLIDE]): Origin => ({ kind: 'edit', of, edits });
const mixed = (of: string, other: string) =>
  edit(of, [{ kind: 'mix', with: other, layers: [0, 0] }]);
const get = ({ service }: Studio, id: string) => service.get({ id });

/** A library of two portraits of words and an edit of the first, under an edition that is then replaced. */
async function afterUpdate(before: (pack: string) => void, after: (pack: string) => void) {
  const at = await place();
  at.install('3.6.0', before);
  const old = await at.open();
  const drawn = await draw(old, words('a red fox'), 2);
  const [edited] = await draw(old, edit(drawn[0]!), 1, {});
  const pixels = await pixelsOf(old, [...drawn, edited!]);
  await old.close();
  at.install('3.7.0', after);
  const studio = await at.open();
  return { at, studio, ids: [...drawn, edited!] as [string, string, string], pixels };
}

describe('an update that draws otherwise', () => {
  it('takes nothing away: search, likeness, edits, replays of the same bytes', async () => {
    const { studio, ids, pixels } = await afterUpdate(withoutProjection, () => undefined);
    const { service } = studio;
    const [first, second, edited] = ids;
    const [fresh] = await draw(studio, words('a red fox'));

    const found = await service.search({ words: 'a red fox', limit: 9 });
    expect(found.map(({ generation }) => generation.id)).toEqual(
      expect.arrayContaining([...ids, fresh]),
    );
    const like = await service.similar({ id: first, limit: 9 });
    expect(like.map(({ generation }) => generation.id)).toContain(fresh);

    for (const [i, id] of ids.entries()) {
      const { ids: again } = await service.replay({ id, change: {} });
      expect(await pixelsOf(studio, again)).toEqual([pixels[i]]);
      expect(await get(studio, again[0]!)).toMatchObject({
        pack: { id: 'tiny-pack', version: '3.6.0' },
        spaces: (await get(studio, id)).spaces,
      });
    }
    const [further] = await draw(studio, edit(second), 1, {});
    expect((await get(studio, further!)).pack.version).toBe('3.6.0');
    const [child] = await draw(studio, {
      ...{ kind: 'breed', parents: [first, edited], weights: [0.5, 0.5] },
      ...{ how: 'blend', spread: 0.1 },
    });
    expect((await get(studio, child!)).pack.version).toBe('3.6.0');
    // The session beside the one in use takes nothing from that.
    const [next] = await draw(studio, words('a red fox'));
    expect(await pixelsOf(studio, [next!])).toEqual(await pixelsOf(studio, [fresh!]));
  });

  it('lets be done to a portrait of today what was done to one of before, and the other way round', async () => {
    const { studio, ids } = await afterUpdate(withoutProjection, () => undefined);
    const [fresh] = await draw(studio, words('a red fox'));
    const redone = async (id: string, of: string) => {
      const { ids: made } = await studio.service.replay({ id, change: { of } });
      return get(studio, made[0]!);
    };
    const today = await redone(ids[2], fresh!);
    expect(today).toMatchObject({ pack: { version: '3.7.0' }, parents: [fresh] });
    expect(await redone(today.id, ids[0])).toMatchObject({ pack: { version: '3.6.0' } });
  });

  it('refuses what mixes two latent spaces, in words that say what to do', async () => {
    const { studio, ids } = await afterUpdate(withoutProjection, () => undefined);
    const [fresh] = await draw(studio, words('a red fox'));
    await expect(draw(studio, mixed(ids[0], fresh!), 1, {})).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/two latent spaces.*Carry.*carry-over/),
    });
    const anchors = [ids[0], fresh!].map((id) => ({ kind: 'portrait' as const, id }));
    const [from, to] = anchors;
    await expect(
      studio.service.keep({ from: from!, to: to!, path: 'w', settings: {}, position: 0.5 }),
    ).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('says what to do where its pack is neither installed nor kept', async () => {
    const { at, studio, ids } = await afterUpdate(withoutProjection, () => undefined);
    rmSync(path.join(at.library, 'models'), { recursive: true });
    for (const attempt of [
      () => draw(studio, edit(ids[0]), 1, {}),
      () => studio.service.replay({ id: ids[0], change: {} }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'pack-not-found',
        message: expect.stringMatching(/neither installed nor kept.*carry.*over/i),
      });
    }
    expect(await studio.service.explain({ id: ids[0] })).toMatchObject({ usual: null });
  });
});

describe('carrying a portrait over', () => {
  it('draws it with the pack in use, as alike as that can, and the same each time', async () => {
    const { studio, ids, pixels } = await afterUpdate(withoutProjection, withOtherClip);
    const [first] = ids;
    const [carried, again] = [
      ...(await draw(studio, { kind: 'carry-over', of: first }, 1, {})),
      ...(await draw(studio, { kind: 'carry-over', of: first }, 1, {})),
    ];
    const [made, of] = [await get(studio, carried!), await get(studio, first)];
    expect(made).toMatchObject({
      ...{ source: { kind: 'carry-over' }, parents: [first], prompt: of.prompt },
      pack: { id: 'tiny-pack', version: '3.7.0' },
    });
    expect(made.spaces.latent).not.toBe(of.spaces.latent);
    const [drawn, repeated] = await pixelsOf(studio, [carried!, again!]);
    expect(repeated).toEqual(drawn);
    const others = await pixelsOf(studio, await draw(studio, words('a blue cat'), 8));
    const distances = others.map((other) => distance(other, pixels[0])).sort((a, b) => a - b);
    expect(distance(drawn, pixels[0])).toBeLessThan(distances[4]!);

    const { ids: replayed } = await studio.service.replay({ id: carried!, change: {} });
    expect(await pixelsOf(studio, replayed)).toEqual([drawn]);
    const [fresh] = await draw(studio, words('a blue cat'));
    await draw(studio, mixed(carried!, fresh!), 1, {});
  });

  it('draws one portrait, also of one that is in the latent space of the pack', async () => {
    const { studio, ids } = await afterUpdate(() => undefined, withOtherClip);
    const of = ids[2];
    expect(await draw(studio, { kind: 'carry-over', of }, 1, {})).toHaveLength(1);
    await expect(draw(studio, { kind: 'carry-over', of }, 2, {})).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('an update of flow or CLIP alone', () => {
  it.each([
    ['flow', withOtherFlow, ['flow']],
    ['CLIP', withOtherClip, ['embedding']],
  ])('leaves what was drawn before editable with the new %s', async (_, change, spaces) => {
    const { studio, ids } = await afterUpdate(() => undefined, change);
    const [first, second] = ids;
    const origins: Origin[] = [
      edit(first),
      mixed(first, second),
      { kind: 'variation', of: first, strength: 0.3 },
      { kind: 'reword', of: first, prompt: 'a blue cat' },
    ];
    for (const origin of origins) {
      const [id] = await draw(studio, origin, 1, {});
      const [made, of] = [await get(studio, id!), await get(studio, first)];
      expect(made.pack.version).toBe('3.7.0');
      expect(made.spaces.latent).toBe(of.spaces.latent);
      for (const space of ['embedding', 'flow'] as const) {
        expect(made.spaces[space] === of.spaces[space]).toBe(!spaces.includes(space));
      }
    }
    const [from, to] = [first, second].map((id) => ({ kind: 'portrait' as const, id }));
    for (const path of ['w', 'clip', 'flow'] as const) {
      await studio.service.keep({ from: from!, to: to!, path, settings: {}, position: 0.5 });
    }
  });
});

describe('what a library keeps of its packs', () => {
  it('is what draws and edits, once, what two editions share on the disk once', async () => {
    const { at, studio } = await afterUpdate(withoutProjection, () => undefined);
    await draw(studio, words('a red fox'));
    await studio.close();
    const folder = path.join(at.library, 'models');
    const kept = readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name));
    expect(kept).toHaveLength(2);
    const inodes = kept.map((name) => statSync(path.join(folder, name, 'flow/decode.onnx')).ino);
    expect(new Set(inodes).size).toBe(1);
    for (const name of kept) {
      expect(readdirSync(path.join(folder, name, 'generator'))).not.toContain('preview.onnx');
      expect(statSync(path.join(folder, name, 'pack.json')).mode & 0o077).toBe(0);
    }
    const again = await at.open();
    const { models } = (await again.service.status({})).library;
    expect(models.packs).toBe(2);
    const files = readdirSync(path.join(folder, kept[0]!), { recursive: true }).map(String);
    const sizes = files.map((file) => statSync(path.join(folder, kept[0]!, file)));
    const one = sizes.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    expect(models.bytes).toBeLessThan(1.2 * one);
  });
});

describe('an update of CLIP', () => {
  /** The jobs of a studio, each as it was told last. */
  async function jobsOf(studio: Studio): Promise<Job[]> {
    const jobs = new Map<string, Job>();
    const done = new AbortController();
    const onEvent = (event: StudioEvent) => {
      if (event.kind === 'job') jobs.set(event.job.id, event.job);
    };
    const watching = studio.service.watch({}, { signal: done.signal, onEvent });
    await studio.seen();
    done.abort();
    await expect(watching).rejects.toMatchObject({ code: 'cancelled' });
    return [...jobs.values()];
  }

  it('lets the new one look at what it has not seen, and go on where it was broken off', async () => {
    const { at, studio, ids } = await afterUpdate(() => undefined, withOtherClip);
    const { service, library } = studio;
    rmSync(library.reader.picturePath(ids[1]));
    expect(await jobsOf(studio)).toMatchObject([{ kind: 'embed', status: { state: 'done' } }]);
    const seen = [ids[2], ids[0]];
    const found = await service.search({ words: 'a red fox', limit: 9 });
    const meant = found.filter(({ similarity }) => similarity !== null);
    expect(meant.map(({ generation }) => generation.id).sort()).toEqual(seen.toSorted());
    // The one that it could not look at is found by its words alone, behind the others.
    expect(found.at(-1)).toMatchObject({ generation: { id: ids[1] }, similarity: null });
    const [like] = await service.similar({ id: ids[0], limit: 9 });
    expect(like?.generation.id).toBe(ids[2]);
    await studio.close();
    const again = await at.open();
    await again.seen();
    expect(await again.library.reader.unseen(again.packs.info!.spaces.embedding)).toEqual([ids[1]]);
  });
});
