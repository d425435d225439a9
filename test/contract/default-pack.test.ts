import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Edit } from '../../electron/contract/edit.ts';
import type { AttributeGroup } from '../../electron/contract/pack.ts';
import { addScaled, lerp, mean, norm } from '../../electron/engine/latent/vectors.ts';
import { AttributeEditor } from '../../electron/engine/semantics/attribute-editor.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { distance, draw, pixelsOf, words } from '../support/drawing.ts';
import { DEFAULT_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Enough for runs of one portrait and of four at once. */
const COUNT = 9;

let studio: Studio;
let drawn: string[];

beforeAll(async () => {
  studio = await openTestStudio({ pack: DEFAULT_PACK }, afterAll);
  drawn = await draw(studio, words('a smiling woman with red hair'), COUNT);
});

/** Which of a range of attributes is shown most. */
function mostShown(attributes: Float32Array, range: AttributeGroup['range']): number {
  const shares = attributes.slice(...range);
  return shares.indexOf(Math.max(...shares));
}

const pixels = async (id: string) => (await pixelsOf(studio, [id]))[0]!;

describe('the default pack', () => {
  it.each([
    ['of words', () => Promise.resolve(drawn)],
    [
      'like another',
      () => draw(studio, { kind: 'variation', of: drawn[2]!, strength: 0.3 }, COUNT),
    ],
    [
      'bred from two',
      () => {
        const parents = [drawn[2]!, drawn[3]!];
        const how = { how: 'cross' as const, spread: 0.5, weights: [0.5, 0.5] };
        return draw(studio, { kind: 'breed', parents, ...how }, COUNT);
      },
    ],
  ])('draws each portrait %s alone as it drew it among others', async (_, make) => {
    for (const id of await make()) {
      const [again] = (await studio.service.replay({ id, change: {} })).ids;
      expect(await pixels(again!)).toEqual(await pixels(id));
    }
  });

  it('knows the words of what it draws, tells which lead nowhere, and shows its styles', async () => {
    const unknown = async (...texts: string[]) =>
      (await studio.service.unknownWords({ texts })).unknown;
    const known = 'an elderly gentleman with spectacles, grinning';
    expect(await unknown('a smiling woman with red hair and round glasses', known)).toEqual([]);
    expect(await unknown('a cat', 'She has a car, and a House.')).toEqual(['cat', 'car', 'House']);
    const samples = await studio.service.styleSamples({});
    const { pack } = await studio.service.status({});
    expect(pack).toMatchObject({ pack: { styles: samples.map(({ id }) => ({ id })) } });
  });

  it('leads a portrait away, and leaves it as it is at amount 0', async () => {
    const [of] = drawn as [string];
    const smile = (amount: number): Edit => ({
      ...{ kind: 'slide', direction: { kind: 'named', id: 'smile' }, amount, layers: [0, 11] },
    });
    const edited = async (edits: Edit[]) => {
      const origin = { kind: 'edit' as const, of, edits };
      return pixels((await studio.service.generate({ origin, count: 1, settings: {} })).ids[0]!);
    };
    expect(distance(await edited([smile(-1)]), await pixels(of))).toBeGreaterThan(0.1);
    expect(await edited([smile(0)])).toEqual(await pixels(of));
  });

  it('draws what no noise was drawn for as it is, where nothing is to change', async () => {
    const [from, to] = drawn.map((id) => ({ kind: 'portrait' as const, id }));
    const middle = await studio.service.keep({
      ...{ from: from!, to: to!, path: 'w', settings: {}, position: 0.5 },
    });
    const [same] = await draw(studio, { kind: 'variation', of: middle.id, strength: 0 });
    expect(distance(await pixels(same!), await pixels(middle.id))).toBeLessThan(0.05);
    // Nor is it lost by what is drawn around it.
    const [near] = await draw(studio, { kind: 'variation', of: middle.id, strength: 0.2 });
    const [again] = await draw(studio, { kind: 'variation', of: near!, strength: 0 });
    expect(distance(await pixels(again!), await pixels(near!))).toBeLessThan(0.05);
    const between = { from: { kind: 'portrait' as const, id: middle.id }, to: from! };
    for (const path of ['clip', 'flow'] as const) {
      const near = await studio.service.keep({ ...between, path, settings: {}, position: 1e-6 });
      expect(distance(await pixels(near.id), await pixels(middle.id))).toBeLessThan(0.5);
    }
  });

  async function attributeEditor(): Promise<AttributeEditor> {
    const { pack } = await studio.packs.models();
    return (await AttributeEditor.load(pack, studio.inference))!;
  }

  async function shownBy(ids: readonly string[]): Promise<Float32Array[]> {
    const { generator } = await studio.packs.models();
    const latents = ids.map((id) => studio.library.reader.latents(id).w);
    const projected = await Promise.all(latents.map((w) => generator.projectedW(w)));
    return (await attributeEditor()).classify(projected);
  }

  /** Portraits half-way from each to the next, and which choices they show: places of attributes. */
  async function halfWay(ids: readonly string[]): Promise<{ ids: string[]; choices: number[][] }> {
    const kept = await Promise.all(
      ids.slice(1).map((id, i) =>
        studio.service.keep({
          from: { kind: 'portrait', id: ids[i]! },
          to: { kind: 'portrait', id },
          ...{ path: 'w', settings: {}, position: 0.5 },
        }),
      ),
    );
    const found = kept.map(({ id }) => id);
    return { ids: found, choices: await choicesOf(found) };
  }

  /** What portraits show of groups of choices, of their own style: places of attributes. */
  async function choicesOf(
    ids: readonly string[],
    wanted: (group: AttributeGroup) => boolean = () => true,
  ): Promise<number[][]> {
    const { groups: all } = await attributeEditor();
    const groups = all.filter((group) => group.kind === 'choice' && wanted(group));
    return (await shownBy(ids)).map((shown) =>
      groups
        .map(({ range }) => range[0] + mostShown(shown, range))
        .filter((choice) => shown[choice]! > 0.5),
    );
  }

  /** The share of choices that are the same, of those that either shows. */
  function sameShare(some: readonly number[][], others: readonly number[][]): number {
    const pairs = some.map((choices, i) => [choices, others[i]!] as const);
    const same = pairs.map(([a, b]) => a.filter((choice) => b.includes(choice)).length);
    const all = pairs.map(([a, b]) => new Set([...a, ...b]).size);
    const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
    return sum(same) / sum(all);
  }

  it('draws one portrait half-way between two, and portraits as they are', async () => {
    const { generator } = await studio.packs.models();
    const editor = await attributeEditor();
    const latents = await generator.map(Array.from({ length: 48 }, (_, seed) => generator.z(seed)));
    const certainty = (shown: Float32Array) => {
      const tops = editor.groups
        .filter(({ kind }) => kind !== 'colour')
        .map(({ range }) => Math.max(...shown.slice(...range)))
        .filter((top) => top > 0.05);
      return tops.reduce((sum, top) => sum + top) / tops.length;
    };
    const sure = async (of: readonly Float32Array[]) =>
      (await editor.classify(of)).map(certainty).reduce((sum, one) => sum + one) / of.length;
    const middles = latents.map((w, i) => lerp(w, latents[(i + 1) % latents.length]!, 0.5));
    const [blurred, drawnSurely] = [
      await sure(middles),
      await sure(await generator.project(middles)),
    ];
    expect(drawnSurely - blurred).toBeGreaterThan(0.02);
    expect(await sure(latents)).toBeGreaterThan(0.99);

    const projected = await generator.project(latents);
    const length = (way: (w: Float32Array, i: number) => Float32Array) =>
      norm(Float32Array.from(latents.map((w, i) => norm(way(w, i)))));
    const centre = mean(latents);
    const spread = length((w) => addScaled(w, centre, -1));
    const moved = length((w, i) => addScaled(projected[i]!, w, -1));
    expect(moved / spread).toBeLessThan(0.15);
  });

  it('moves and locks what is seen of a portrait half-way between two', async () => {
    const middle = await halfWay(drawn);
    const locked = (await attributeEditor()).maskOf('hair')!;
    const hair = ({ range }: AttributeGroup) => locked[range[0]] === 1;
    const glasses: Edit = {
      ...{ kind: 'slide', direction: { kind: 'named', id: 'glasses' }, amount: 1, layers: [0, 11] },
    };
    const edited = await Promise.all(
      middle.ids.map(
        async (of) => (await draw(studio, { kind: 'edit', of, edits: [glasses] }))[0]!,
      ),
    );
    const locks = [{ kind: 'shown' as const, what: 'hair' }];
    const varied = await Promise.all(
      middle.ids.map(
        async (of) => (await draw(studio, { kind: 'variation', of, strength: 0.6, locks }))[0]!,
      ),
    );
    // Glasses are some of the choices; read off w as it is, before it is drawn, 0.38 of both are the same.
    expect(sameShare(middle.choices, await choicesOf(edited))).toBeGreaterThan(0.6);
    const stayed = sameShare(await choicesOf(middle.ids, hair), await choicesOf(varied, hair));
    expect(stayed).toBeGreaterThan(0.9);
  });

  /** What they show of the choices that bear on a kind of meaning. */
  const chosen = (ids: readonly string[], kind: string): Promise<number[][]> =>
    choicesOf(ids, ({ goesWith }) => goesWith.some((fits) => kind in fits));

  async function slide(ids: readonly string[], from: string, to: string): Promise<string[]> {
    const direction = { ...{ kind: 'text' as const, from, to, disentangle: 0.8 } };
    const edits: Edit[] = [{ kind: 'slide', direction, amount: 1, layers: [0, 11] }];
    return Promise.all(
      ids.map(async (of) => (await draw(studio, { kind: 'edit', of, edits }))[0]!),
    );
  }

  it('gives a beard without a haircut', async () => {
    const before = await draw(studio, words('a person with long hair and no beard'), COUNT);
    const after = await slide(before, 'a clean-shaven face', 'a big beard');
    const [shaven, bearded] = [await chosen(before, 'beard'), await chosen(after, 'beard')];
    const [long, still] = [await chosen(before, 'hairLength'), await chosen(after, 'hairLength')];
    // Comic heads have no beards.
    const able = [...shaven.keys()].filter((i) => shaven[i]!.length > 0);
    expect(able.length).toBeGreaterThan(COUNT / 2);
    for (const i of able) {
      expect(bearded[i]).not.toEqual(shaven[i]);
      expect(still[i]).toEqual(long[i]);
    }
  });

  it('takes angry eyebrows away from who is to laugh, and leaves others as they are', async () => {
    const changed = async (expression: string) => {
      const before = await draw(studio, words(`${expression} funny comic head`), COUNT);
      const after = await slide(before, 'a neutral face', 'laughing');
      const [was, is] = [await chosen(before, 'expression'), await chosen(after, 'expression')];
      return was.map((choices, i) => {
        expect(choices).toHaveLength(3);
        const [mouth, , brows] = choices.map((choice, at) => choice !== is[i]![at]);
        return { mouth, brows };
      });
    };
    const [angry, sad] = [await changed('an angry'), await changed('a sad')];
    expect(angry.filter(({ mouth, brows }) => mouth && brows).length).toBeGreaterThan(COUNT / 2);
    expect(sad.filter(({ mouth, brows }) => mouth && !brows).length).toBeGreaterThan(COUNT / 2);
  });

  it('shows the same person where a phrase is about the style', async () => {
    const editor = await attributeEditor();
    const before = await draw(studio, words('a man with red hair and a beard, flat'), COUNT);
    const after = await slide(before, 'a portrait', 'a line drawing');
    const [was, is] = [await shownBy(before), await shownBy(after)];
    const styleOf = (shown: Float32Array) => mostShown(shown, editor.styles);
    // Skin, hair and background; line drawings have no clothes.
    const colours = editor.groups.filter(({ kind }) => kind === 'colour').slice(0, 2);
    colours.push(
      ...editor.groups.filter(
        ({ kind, range }) => kind === 'colour' && editor.maskOf('background')![range[0]] === 1,
      ),
    );
    was.forEach((shown, i) => {
      expect(styleOf(is[i]!)).not.toBe(styleOf(shown));
      for (const { range } of colours) {
        shown.slice(...range).forEach((value, at) => {
          expect(is[i]!.slice(...range)[at]).toBeCloseTo(value, 0);
        });
      }
    });
    expect(new Set(is.map(styleOf)).size).toBe(1);
    const { generator } = await studio.packs.models();
    const latents = after.map((id) => generator.space.toW(studio.library.reader.latents(id).w));
    const nowhere = await editor.directionToStyleOf(latents[1]!, latents[0]!);
    expect(Math.max(...nowhere.map(Math.abs))).toBeLessThan(1e-3);
  });

  it('sees portraits of any style as what they are in one: its choices, their colours', async () => {
    const { generator } = await studio.packs.models();
    const editor = await attributeEditor();
    const noise = Array.from({ length: 24 }, (_, seed) => generator.z(seed));
    const [w, ...others] = await generator.map(noise);
    const [own, ...shown] = await editor.classify([w!, ...others]);
    const seen = await editor.classifyInStyleOf(w!, others);

    const styleOf = (attributes: Float32Array) => mostShown(attributes, editor.styles);
    expect(new Set(shown.map(styleOf)).size).toBeGreaterThan(3);
    const choices = editor.groups.filter(({ kind }) => kind === 'choice');
    const made = (attributes: Float32Array) =>
      choices.map(({ range }) => Math.round(attributes.slice(...range).reduce((a, b) => a + b)));
    const background = editor.maskOf('background')!;
    const colour = (attributes: Float32Array) => attributes.filter((_, i) => background[i] === 1);
    seen.forEach((attributes, i) => {
      expect(styleOf(attributes)).toBe(styleOf(own!));
      expect(made(attributes)).toEqual(made(own!));
      colour(attributes).forEach((value, at) => {
        expect(value).toBeCloseTo(colour(shown[i]!)[at]!, 0);
      });
    });
  });
});
