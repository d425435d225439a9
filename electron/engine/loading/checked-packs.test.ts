import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { copyTinyPack, editManifest } from '../../../test/support/packs.ts';
import { readManifest } from '../packs/manifest.ts';
import { Pack } from '../packs/pack.ts';
import { CheckedPacks, stateOf } from './checked-packs.ts';
import { loadModels } from './load-models.ts';

const GRAPH = 'generator/synthesis.onnx';

// Files that were written just now are not known by their times.
const later = () => vi.setSystemTime(Date.now() + 60_000);
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

const state = async (folder: string) => stateOf(new Pack(folder, await readManifest(folder)));

it('a pack that passed is not tried again, draws the same, and is tried again where that is asked for', async () => {
  const folder = copyTinyPack();
  const checked = new CheckedPacks(await temporaryFolder(), () => true);
  later();
  const drawn = [];
  const asked = [];
  for (const trial of ['once', 'once', 'twice'] as const) {
    const inference = startInference();
    const [run, render] = [vi.spyOn(inference, 'run'), vi.spyOn(inference, 'render')];
    const { generator } = await loadModels(folder, inference, { checked, trial });
    asked.push(run.mock.calls.length + render.mock.calls.length);
    const latents = await generator.map([generator.z(3)]);
    drawn.push(await generator.synthesise(latents));
  }
  expect(asked[0]).toBeGreaterThan(0);
  expect(asked[1]).toBe(0);
  expect(asked[2]).toBeGreaterThan(asked[0]!);
  expect(drawn[1]).toEqual(drawn[0]);
});

it('a pack that was only now changed is tried each time', async () => {
  const folder = copyTinyPack();
  expect(await state(folder)).toBeNull();
  later();
  expect(await state(folder)).not.toBeNull();
});

it.each<[what: string, change: (folder: string, file: string) => void]>([
  ['the same bytes in another file', (_, file) => replaced(file)],
  ['bytes written over those', (_, file) => writeFileSync(file, readFileSync(file))],
  ['another manifest', (folder) => editManifest(folder, (manifest) => (manifest.title = 'Other'))],
])('knows no pack with %s', async (_, change) => {
  const folder = copyTinyPack();
  later();
  const before = await state(folder);
  // The clock of a file system ticks every few milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 20));
  change(folder, path.join(folder, GRAPH));
  later();
  expect(await state(folder)).not.toBe(before);
});

it('knows no pack that lacks a file', async () => {
  const folder = copyTinyPack();
  later();
  rmSync(path.join(folder, GRAPH));
  expect(await state(folder)).toBeNull();
});

it('keeps nothing where nothing can be written', async () => {
  const folder = copyTinyPack();
  const pack = new Pack(folder, await readManifest(folder));
  const checked = new CheckedPacks(await temporaryFolder(), () => false);
  await checked.keep(pack, 'state');
  expect(await checked.has(pack, 'state')).toBe(false);
});

function replaced(file: string): void {
  copyFileSync(file, `${file}.new`);
  renameSync(`${file}.new`, file);
}
