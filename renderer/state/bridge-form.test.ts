import { expect, it } from 'vitest';
import type { ComponentListing } from '../../electron/contract/component.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackListing } from '../../electron/contract/status.ts';
import { BridgeForm } from './bridge-form.svelte.ts';
import { Models } from './models.svelte.ts';

const part = (kind: 'clip' | 'generator', id: string) =>
  ({
    handle: id,
    component: { kind, id, title: id, license: 'MIT', resolution: 64 },
  }) as unknown as ComponentListing;
const pack = { pack: { id: 'own', title: 'Own', license: 'MIT', resolution: 256 } } as PackListing;

async function openForm(components: readonly ComponentListing[], packs = [pack]) {
  const models = new Models({
    packs: () => Promise.resolve(packs),
    components: () => Promise.resolve(components),
    keptPacks: () => Promise.resolve([]),
  } as unknown as StudioService);
  await models.reload();
  return new BridgeForm(models);
}

it('offers what was imported before what packs bring', async () => {
  const form = await openForm([part('clip', 'b32'), part('generator', 'cats')]);
  expect(form.clips.map(({ id, ofPack }) => [id, ofPack])).toEqual([
    ['b32', false],
    ['own', true],
  ]);
  expect(form.generator).toMatchObject({ id: 'cats', resolution: 64 });
  form.chooseGenerator('own');
  expect(form.generator).toMatchObject({ id: 'own', resolution: 256 });
  form.chooseClip('gone');
  expect(form.clip?.id).toBe('b32');
});

it('asks for what was filled in, and for no more than there may be', async () => {
  const form = await openForm([part('clip', 'b32'), part('generator', 'cats')]);
  form.pairs = 200;
  form.about = ' a photo of a cat ';
  const blues = Array.from({ length: 20 }, (_, i) => `blue ${i}`);
  form.prompts = ['red', '', ' red ', ...blues].join('\n');
  expect(form.request).toEqual({
    ...{ clip: 'b32', generator: 'cats', pairs: 200, about: 'a photo of a cat' },
    prompts: ['red', ...blues.slice(0, 7)],
  });
});

it.each([199, 1_000_001, 200.5, Number.NaN])('asks for nothing with %d pairs', async (pairs) => {
  const form = await openForm([part('clip', 'b32'), part('generator', 'cats')]);
  form.pairs = pairs;
  expect(form.request).toBeNull();
});

it('asks for nothing without both', async () => {
  expect((await openForm([part('clip', 'b32')], [])).request).toBeNull();
});
