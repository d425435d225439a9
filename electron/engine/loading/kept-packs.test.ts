import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { copyTinyPack, describeGraph, editManifest } from '../../../test/support/packs.ts';
import { readManifest } from '../packs/manifest.ts';
import { Pack } from '../packs/pack.ts';
import { KeptPacks } from './kept-packs.ts';

const open = async (folder: string) => new Pack(folder, await readManifest(folder));
const madeBy = ({ manifest: { id, version }, spaces }: Pack) => ({ pack: { id, version }, spaces });

it('keeps numbers beside graphs, and no samples, documents or previews', async () => {
  const folder = copyTinyPack();
  const files = ['generator/synthesis.onnx.data', 'sheets/one.png', 'README.md'];
  for (const name of files) {
    const file = path.join(folder, path.basename(name));
    writeFileSync(file, name);
    editManifest(folder, (manifest) => {
      manifest.files[name] = { sha256: 'a'.repeat(64), bytes: name.length };
    });
  }
  // What is to be kept is there; of the rest nothing is looked at.
  writeFileSync(path.join(folder, files[0]!), files[0]!);
  const pack = await open(folder);
  const kept = new KeptPacks(await temporaryFolder(), () => true);
  await kept.keep(pack);
  const { files: there } = await readManifest((await kept.find(madeBy(pack)))!);
  expect(Object.keys(there)).toContain(files[0]);
  for (const name of [...files.slice(1), 'generator/preview.onnx']) {
    expect(Object.keys(there)).not.toContain(name);
  }
});

it('keeps what takes the place of a pack too, and finds each by what it draws', async () => {
  const folder = copyTinyPack();
  const before = await open(folder);
  const kept = new KeptPacks(await temporaryFolder(), () => true);
  await kept.keep(before);
  describeGraph(folder, 'generator/synthesis.onnx', 'another');
  const after = await open(folder);
  expect(await kept.find(madeBy(after))).toBeNull();
  await kept.keep(after);
  const [first, second] = [await kept.find(madeBy(before)), await kept.find(madeBy(after))];
  expect(first).not.toBe(second);
  expect((await kept.size()).packs).toBe(2);
});

it('is found no more where a file of it is gone, and mended by the next time it is kept', async () => {
  const [pack, library] = [await open(copyTinyPack()), await temporaryFolder()];
  const first = new KeptPacks(library, () => true);
  await first.keep(pack);
  const folder = (await first.find(madeBy(pack)))!;
  rmSync(path.join(folder, 'flow/decode.onnx'));
  const later = new KeptPacks(library, () => true);
  expect(await later.find(madeBy(pack))).toBeNull();
  await later.keep(pack);
  expect(await later.find(madeBy(pack))).toBe(folder);
  expect(readFileSync(path.join(folder, 'flow/decode.onnx'))).toEqual(
    readFileSync(pack.file('flow/decode.onnx')),
  );
});

it('writes nothing where nothing can be added', async () => {
  const kept = new KeptPacks(await temporaryFolder(), () => false);
  await kept.keep(await open(copyTinyPack()));
  expect(await kept.size()).toEqual({ packs: 0, bytes: 0 });
});
