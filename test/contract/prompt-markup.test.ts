/** What the words of a prompt can say beyond themselves, from the request to the row and back. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { DrawOverrides, GenerateRequest } from '../../electron/contract/draw.ts';
import type { Generation } from '../../electron/contract/generation.ts';
import type { Change } from '../../electron/contract/lineage.ts';
import { readRecipe } from '../../electron/engine/images/metadata/story.ts';
import { cosine } from '../../electron/engine/latent/vectors.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let studio: Studio;

beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
});

type Asked = Partial<Omit<GenerateRequest, 'settings'>> & { readonly settings?: DrawOverrides };

async function draw(prompt: string, asked: Asked = {}): Promise<Generation[]> {
  const { ids } = await studio.service.generate({
    ...{ origin: { kind: 'prompt', prompt }, count: 1, ...asked },
    settings: { seed: 3, markup: true, ...asked.settings },
  });
  return Promise.all(ids.map((id) => studio.service.get({ id })));
}

async function again(id: string, change: Change = {}): Promise<Generation> {
  const { ids } = await studio.service.replay({ id, change });
  return studio.service.get({ id: ids[0]! });
}

const latents = ({ id }: Generation) => {
  const { condition, w } = studio.library.reader.latents(id);
  return { condition: [...condition!], w: [...w] };
};

it('a weight of 1 is no weight, and others are', async () => {
  const [plain] = await draw('a red sky');
  const [one] = await draw('a (red sky:1)');
  const [more] = await draw('a (red sky:1.5)');
  expect(one!.prompt).toBe('a (red sky:1)');
  expect(latents(one!)).toEqual(latents(plain!));
  expect(one!.clipScore).toBe(plain!.clipScore);
  expect(latents(more!).condition).not.toEqual(latents(plain!).condition);
  // A part that counts for nothing is not there.
  const [[none], [short]] = [await draw('a (red sky:0)'), await draw('a')];
  const [left, without] = [none!, short!].map((one) => Float32Array.from(latents(one).condition));
  expect(cosine(left!, without!)).toBeCloseTo(1, 6);
});

it('every combination is drawn in order, all with the same seeds', async () => {
  const drawn = await draw('{red|blue} {sky|sea}\nnight', { count: 2 });
  const prompts = ['red sky', 'red sea', 'blue sky', 'blue sea', 'night'];
  expect(drawn.map(({ prompt, seed }) => [prompt, seed])).toEqual(
    prompts.flatMap((prompt) => [[prompt, 3], [prompt, 4]]), // prettier-ignore
  );
  const [alone] = await draw('blue sky');
  expect(latents(drawn[4]!).condition).toEqual(latents(alone!).condition);
  expect(drawn[4]!.settings).not.toHaveProperty('markup');
});

it('the best of each prompt are kept', async () => {
  const all = await draw('{red|blue} sky', { count: 6 });
  const best = await draw('{red|blue} sky', { count: 2, bestOf: 6 });
  const bestOf = (portraits: Generation[]) =>
    portraits.toSorted((a, b) => b.clipScore! - a.clipScore!).slice(0, 2);
  const wanted = [...bestOf(all.slice(0, 6)), ...bestOf(all.slice(6))];
  expect(best.map(({ prompt, seed }) => [prompt, seed])).toEqual(
    wanted.map(({ prompt, seed }) => [prompt, seed]),
  );
});

it('what is left out is kept with the portrait and drawn again', async () => {
  const [plain] = await draw('a red sky');
  const [without] = await draw('a red sky', { settings: { without: 'a cloud, birds' } });
  expect(without!.settings.without).toBe('a cloud, birds');
  expect(latents(without!).condition).not.toEqual(latents(plain!).condition);
  const picture = await studio.service.picture({ id: without!.id });
  expect(readRecipe(picture)!.generation.settings.without).toBe('a cloud, birds');
  const replayed = await again(without!.id);
  expect(latents(replayed)).toEqual(latents(without!));
  expect(replayed.settings).toEqual(without!.settings);
  const cleared = await again(without!.id, { without: '' });
  expect(latents(cleared)).toEqual(latents(plain!));
  expect(cleared.settings).not.toHaveProperty('without');
});

it('weights are drawn again, and go on in what is made of a portrait', async () => {
  const [weighted] = await draw('a (red:1.4) sky');
  expect(weighted!.settings.markup).toBe(true);
  expect(latents(await again(weighted!.id))).toEqual(latents(weighted!));
  const origin = { kind: 'variation', of: weighted!.id, strength: 0 } as const;
  const { ids } = await studio.service.generate({ origin, count: 1, settings: { seed: 1 } });
  const around = await studio.service.get({ id: ids[0]! });
  expect(around.settings.markup).toBe(true);
  expect(around.clipScore).toBeCloseTo(weighted!.clipScore!, 5);
});

it('words that were taken as they stand stay so', async () => {
  const [stands] = await draw('a (red:1.4) {sky|sea}', { settings: { markup: false } });
  expect(stands!.prompt).toBe('a (red:1.4) {sky|sea}');
  expect(stands!.settings).not.toHaveProperty('markup');
  expect(latents(await again(stands!.id))).toEqual(latents(stands!));
  const other = await again(stands!.id, { prompt: 'a (red:1.4) sea', markup: true });
  expect(latents(other)).toEqual(latents((await draw('a (red:1.4) sea'))[0]!));
});

it('the same person is drawn in each of several wordings', async () => {
  const [of] = await draw('a red sky');
  const origin = { kind: 'reword', of: of!.id, prompt: '{blue|green} sky' } as const;
  const drawn = await draw('', { origin });
  expect(drawn.map(({ prompt, parents }) => [prompt, parents])).toEqual([
    ['blue sky', [of!.id]],
    ['green sky', [of!.id]],
  ]);
});

it.each<[string, string, string]>([
  ['{red|blue', 'prompt-invalid', 'character 1'],
  ['a (red:5)', 'prompt-invalid', 'from 0 to 2'],
  [`{a|b}`.repeat(11), 'prompt-invalid', '2,048 prompts'],
  ['{|red}', 'prompt-empty', ''],
])('nothing is drawn of %j', async (prompt, code, words) => {
  const count = async () => (await studio.service.count({ trashed: false })).count;
  const before = await count();
  const failure = await draw(prompt).catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(await count()).toBe(before);
});

it('says in words how many portraits are too many', async () => {
  const many = draw('{a|b|c}', { count: 400 });
  await expect(many).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('3 prompts with 400 portraits each make 1,200'),
  });
});

it('presets are kept with the library, beside its other settings', async () => {
  const { service } = studio;
  const preset = { name: 'skies', prompt: '{red|blue} sky', without: 'birds', settings: null };
  const settings = { temperature: 0.5, noiseSeed: null };
  await Promise.all([
    service.setLibrarySettings({ presets: [preset, { ...preset, name: 'calm', settings }] }),
    service.setLibrarySettings({ trashDays: 30 }),
  ]);
  const kept = await service.librarySettings({});
  expect(kept).toEqual({
    trashDays: 30,
    presets: [preset, { ...preset, name: 'calm', settings }],
  });
});
