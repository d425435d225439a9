/** One library and several packs: what they share, what they cannot, and what stays of one that goes. */
import { cpSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Studio } from '../../electron/engine/studio.ts';
import { WrappingGraph } from '../../electron/engine/onnx/rewrite-model.ts';
import { runCommand } from '../support/command-line.ts';
import { draw, words } from '../support/drawing.ts';
import { temporaryFolder } from '../support/library.ts';
import { editManifest, replaceFile, TINY_PACK, TINY_PACK_BARE } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

// Models are loaded.
vi.setConfig({ testTimeout: 60_000 });

let packs = '';
let library = '';

/** The tiny pack, one with the same CLIP that draws in other colours, and one of other widths. */
beforeEach(async () => {
  const folder = await temporaryFolder();
  [packs, library] = [path.join(folder, 'packs'), path.join(folder, 'library')];
  cpSync(TINY_PACK, path.join(packs, 'tiny-pack'), { recursive: true });
  cpSync(TINY_PACK_BARE, path.join(packs, 'tiny-pack-bare'), { recursive: true });
  await otherColours(path.join(packs, 'tiny-other'));
  vi.stubEnv('CLIP_FLOW_LIBRARY', library);
  vi.stubEnv('CLIP_FLOW_PACKS', packs);
  vi.stubEnv('CLIP_FLOW_PACK', 'tiny-pack');
  vi.stubEnv('CLIP_FLOW_DEVICE', 'cpu');
});
afterEach(() => vi.unstubAllEnvs());

async function otherColours(folder: string): Promise<void> {
  cpSync(TINY_PACK, folder, { recursive: true });
  let shape: [number, number, number] = [0, 0, 0];
  editManifest(folder, (manifest) => {
    manifest.id = 'tiny-other';
    delete manifest.generator.preview;
    const { layers, resolution } = manifest.generator;
    shape = [layers, manifest.widths.w, resolution];
  });
  const [layers, width, side] = shape;
  const graph = new WrappingGraph('synthesis');
  const image = graph.call({ w: graph.input('w', 'float32', ['n', layers, width]) })('image');
  graph.output('image', graph.node('Neg', [image]), 'float32', ['n', 3, side, side]);
  const name = 'generator/synthesis.onnx';
  replaceFile(folder, name, await graph.wrap(readFileSync(path.join(folder, name))));
}

async function choose({ service }: Studio, id: string): Promise<void> {
  const listing = (await service.packs({})).find(({ pack }) => pack?.id === id);
  await service.choosePack({ handle: listing!.handle });
}

const open = () => openTestStudio({ library, packRoot: packs, pack: 'tiny-pack' });

it('packs of one CLIP share the search, and others have their own, without a restart', async () => {
  const studio = await open();
  const [first] = await draw(studio, words('a red fox'));
  await choose(studio, 'tiny-other');
  const [second] = await draw(studio, words('a red fox'));
  const found = await studio.service.search({ words: 'a red fox', limit: 5 });
  expect(found.map(({ generation }) => generation.id).sort()).toEqual([first, second].sort());
  const alike = await studio.service.similar({ id: first!, limit: 5 });
  expect(alike.map(({ generation }) => generation.id)).toContain(second);
  await choose(studio, 'tiny-pack-bare');
  const [third] = await draw(studio, words('a red fox'));
  // It looks at what it has not seen, and then finds all of it.
  await studio.seen();
  const all = await studio.service.search({ words: 'a red fox', limit: 5 });
  expect(all.map(({ generation }) => generation.id).sort()).toEqual([first, second, third].sort());
});

it('what mixes two latent spaces is refused, and carrying over is offered', async () => {
  const studio = await open();
  const { service } = studio;
  const [first] = await draw(studio, words('a red fox'));
  await choose(studio, 'tiny-other');
  const [second] = await draw(studio, words('a red fox'));
  const [from, to] = [first!, second!].map((id) => ({ kind: 'portrait' as const, id }));
  const way = { path: 'w', easing: 'linear', seconds: 1 } as const;
  const keys = [from!, to!].map((anchor) => ({ anchor, ...way }));
  const tries = [
    service.keep({ from: from!, to: to!, path: 'w', settings: {}, position: 0.5 }),
    draw(
      studio,
      { kind: 'breed', parents: [first!, second!], weights: [1, 1], how: 'cross', spread: 0.5 },
      1,
      {},
    ),
    service.render({
      ...{ timeline: { keys, loop: false, even: false, settings: {} }, fps: 24 },
      output: { format: 'webp', name: 'walk' },
    }),
  ];
  for (const refused of await Promise.allSettled(tries)) {
    expect(refused).toMatchObject({
      reason: {
        code: 'invalid-argument',
        message: expect.stringMatching(/two latent spaces.*Carry one of them over/s),
      },
    });
  }
  const [carried] = await draw(studio, { kind: 'carry-over', of: first! }, 1, {});
  const kept = await service.keep({
    ...{ from: { kind: 'portrait', id: carried! }, to: to!, path: 'w', settings: {} },
    position: 0.5,
  });
  expect(kept.pack.id).toBe('tiny-other');
});

it('a pack that is removed leaves its portraits to look at, to find and to edit', async () => {
  const drawn = await runCommand('generate', 'a red fox', '--pack', 'tiny-other');
  expect(drawn.code).toBe(0);
  const inUse = await runCommand('models', 'remove', 'tiny-pack');
  expect(inUse).toMatchObject({ code: 1, document: { error: { code: 'pack-in-use' } } });
  expect((await runCommand('models', 'remove', 'tiny-other')).code).toBe(0);
  expect(await readdir(packs)).toEqual(['tiny-pack', 'tiny-pack-bare']);

  const studio = await open();
  const { service } = studio;
  const id = (await service.list({ limit: 5 })).items[0]!.id;
  expect((await service.picture({ id })).length).toBeGreaterThan(0);
  await studio.packs.models();
  const [found] = await service.search({ words: 'a red fox', limit: 1 });
  expect(found?.generation.id).toBe(id);
  const edits = [{ kind: 'slide' as const, amount: 1, layers: [0, 1] as [number, number] }];
  const direction = { kind: 'principal' as const, index: 0 };
  const [edited] = await draw(
    studio,
    { kind: 'edit', of: id, edits: edits.map((edit) => ({ ...edit, direction })) },
    1,
    {},
  );
  expect((await service.get({ id: edited! })).pack.id).toBe('tiny-other');
});

it('what is kept of packs is told, and cleared away after a yes', async () => {
  await runCommand('generate', 'a red fox', '--pack', 'tiny-other');
  await runCommand('models', 'remove', 'tiny-other');
  const kept = await runCommand('models', 'kept');
  expect(kept.document).toMatchObject({
    models: [{ id: 'tiny-other', installed: false, portraits: 1 }],
  });
  expect(kept.document['bytes']).toBeGreaterThan(1_000);

  const unsaid = await runCommand('models', 'kept', '--clear');
  expect(unsaid).toMatchObject({ code: 1, document: { error: { code: 'invalid-argument' } } });
  expect(unsaid.stderr).toMatch(/tiny-other .* only once the pack is installed again/);
  expect((await runCommand('models', 'kept')).document).toEqual(kept.document);

  expect((await runCommand('models', 'kept', '--clear', '--yes')).code).toBe(0);
  expect((await runCommand('models', 'kept')).document).toEqual({ models: [], bytes: 0 });
  expect(await readdir(path.join(library, 'models'))).toEqual([]);
  expect((await runCommand('list')).code).toBe(0);
});
