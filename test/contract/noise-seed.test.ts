/** The noise seed is part of a portrait: in its row, its picture, its replays and its edits. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { DrawOverrides } from '../../electron/contract/draw.ts';
import { readRecipe } from '../../electron/engine/images/metadata/story.ts';
import { WrappingGraph } from '../../electron/engine/onnx/rewrite-model.ts';
import { copyTinyPack, editManifest, replaceFile } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

const SIDE = 16;

/** The tiny pack with a synthesis network that adds noise to each pixel, by default none. */
async function noisyPack(): Promise<string> {
  const folder = copyTinyPack();
  let layers: [number, number] = [0, 0];
  editManifest(folder, ({ generator, widths }) => {
    generator.noiseNumbers = SIDE ** 2;
    delete generator.preview;
    layers = [generator.layers, widths.w];
  });
  const graph = new WrappingGraph('synthesis');
  const w = graph.input('w', 'float32', ['n', ...layers]);
  const noise = graph.input('noise', 'float32', ['rows', SIDE ** 2]);
  const own = graph.floats(new Float32Array(SIDE ** 2), [1, SIDE ** 2]);
  const rows = graph.node('Concat', [own, noise], { axis: 0 });
  const row = graph.node('Gather', [rows, graph.integers(-1)], { axis: 0 });
  const shaped = graph.node('Reshape', [row, graph.integers(1, 1, SIDE, SIDE)]);
  const image = graph.call({ w })('image');
  const noisy = graph.node('Add', [image, graph.node('Mul', [shaped, graph.scalar(0.2)])]);
  graph.output('image', noisy, 'float32', ['n', 3, SIDE, SIDE]);
  const name = 'generator/synthesis.onnx';
  replaceFile(folder, name, await graph.wrap(readFileSync(path.join(folder, name))));
  return folder;
}

it('is kept with a portrait, and makes the same pixels again', async () => {
  const { service } = await openTestStudio({ pack: await noisyPack() });
  const draw = async (settings: DrawOverrides) => {
    const { ids } = await service.generate({
      ...{ origin: { kind: 'prompt', prompt: 'a face' }, count: 1 },
      settings: { seed: 5, ...settings },
    });
    return ids[0]!;
  };
  const pixels = async (id: string) => Buffer.from(await service.thumbnail({ id }));
  const [own, one] = [await draw({}), await draw({ noiseSeed: 1 })];
  expect((await service.get({ id: own })).settings.noiseSeed).toBeUndefined();
  expect((await service.get({ id: one })).settings.noiseSeed).toBe(1);
  expect(await pixels(one)).not.toEqual(await pixels(own));
  const recipe = readRecipe(await service.picture({ id: one }));
  expect(recipe?.generation.settings.noiseSeed).toBe(1);

  const [again] = (await service.replay({ id: one, change: {} })).ids;
  expect(await pixels(again!)).toEqual(await pixels(one));
  const [other] = (await service.replay({ id: one, change: { noiseSeed: 2 } })).ids;
  expect(await pixels(other!)).not.toEqual(await pixels(one));

  const vary = async (settings: DrawOverrides) => {
    const { ids } = await service.generate({
      ...{ origin: { kind: 'variation', of: one, strength: 0 }, count: 1 },
      settings: { seed: 5, ...settings },
    });
    return ids[0]!;
  };
  expect(await pixels(await vary({}))).toEqual(await pixels(one));
  const back = await vary({ noiseSeed: null });
  expect((await service.get({ id: back })).settings.noiseSeed).toBeUndefined();
  expect(await pixels(back)).toEqual(await pixels(own));
  const [backAgain] = (await service.replay({ id: back, change: {} })).ids;
  expect(await pixels(backAgain!)).toEqual(await pixels(own));
  const [reset] = (await service.replay({ id: one, change: { noiseSeed: null } })).ids;
  expect(await pixels(reset!)).toEqual(await pixels(own));

  const edits = [{ kind: 'mix' as const, with: own, layers: [0, 0] as [number, number] }];
  const [edited] = (
    await service.generate({
      ...{ origin: { kind: 'edit', of: one, edits }, count: 1, settings: {} },
    })
  ).ids;
  expect((await service.get({ id: edited! })).settings.noiseSeed).toBe(1);
  const kept = await service.keep({
    from: { kind: 'portrait', id: one },
    to: { kind: 'portrait', id: own },
    ...{ path: 'w', position: 0, settings: {} },
  });
  expect(kept.settings.noiseSeed).toBe(1);
  expect(await pixels(kept.id)).toEqual(await pixels(one));
});

it('is refused where the generator takes no noise', async () => {
  const { service } = await openTestStudio();
  const drawn = service.generate({
    ...{ origin: { kind: 'prompt', prompt: 'a face' }, count: 1 },
    settings: { noiseSeed: 1 },
  });
  await expect(drawn).rejects.toMatchObject({ code: 'pack-lacks-feature' });
});
