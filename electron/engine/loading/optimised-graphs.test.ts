import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { TINY_PACK, TINY_PACK_BIJECTIVE } from '../../../test/support/packs.ts';
import type { GraphLoading } from '../inference/inference.ts';
import { float32Tensor } from '../inference/rows.ts';
import { graphsOf } from '../packs/graphs.ts';
import { readManifest } from '../packs/manifest.ts';
import { Pack } from '../packs/pack.ts';
import { OptimisedGraphs, type OptimisedGraphsOptions } from './optimised-graphs.ts';

const packIn = async (folder: string) => new Pack(folder, await readManifest(folder));
const pack = await packIn(TINY_PACK);
const plain = startInference(undefined, afterAll);

async function makeIn(library: string, options: Partial<OptimisedGraphsOptions> = {}, of = pack) {
  const optimised = new OptimisedGraphs(library, { mayWrite: () => true, quietMs: 0, ...options });
  optimised.makeLater(of);
  await optimised.settled();
  return optimised;
}

/** What the flow gives for a row of noise, as its numbers. */
async function decode(loading: GraphLoading, inference = startInference()): Promise<number[]> {
  const graph = pack.file(pack.manifest.flow.decode);
  inference.assign(graph, loading);
  const { clip, w } = pack.widths;
  const row = (width: number) =>
    float32Tensor(
      Float32Array.from({ length: width }, (_, i) => Math.sin(i)),
      [1, width],
    );
  const { w: decoded } = await inference.run(graph, { z: row(w), e: row(clip) });
  return Array.from(decoded?.data ?? [], Number);
}

it('makes each graph of a pack, gives the same numbers, and finds them the next time', async () => {
  const library = await temporaryFolder();
  await makeIn(library);
  const found = await new OptimisedGraphs(library, { mayWrite: () => false }).find(pack);
  expect([...found.keys()].sort()).toEqual(
    graphsOf(pack.manifest)
      .map(({ graph }) => graph)
      .sort(),
  );
  const optimised = found.get(pack.manifest.flow.decode);
  const expected = await decode({}, plain);
  expect(expected.length).toBe(pack.widths.w);
  expect(await decode({ optimised })).toEqual(expected);
});

it('makes one again that was changed, and only that', async () => {
  const library = await temporaryFolder();
  const first = await (await makeIn(library)).find(pack);
  const { decode: damaged, encode: sound } = pack.manifest.flow;
  const file = first.get(damaged)!;
  writeFileSync(file, readFileSync(file));
  expect([
    ...(await new OptimisedGraphs(library, { mayWrite: () => true }).find(pack)).keys(),
  ]).toEqual([...first.keys()].filter((graph) => graph !== damaged));
  const before = statSync(first.get(sound)!).ino;
  const again = await (await makeIn(library)).find(pack);
  expect(again.size).toBe(first.size);
  expect(statSync(again.get(sound)!).ino).toBe(before);
});

it('loads the graph itself where its optimised form cannot be read, which then goes', async () => {
  const file = path.join(await temporaryFolder(), 'graph.onnx');
  writeFileSync(file, 'no graph');
  expect(await decode({ optimised: file })).toEqual(await decode({}, plain));
  expect(() => statSync(file)).toThrow('ENOENT');
});

it('keeps no more of packs that are not in use than it may', async () => {
  const library = await temporaryFolder();
  const other = await packIn(TINY_PACK_BIJECTIVE);
  await makeIn(library);
  await makeIn(library, {}, other);
  const folders = () => readdirSync(path.join(library, 'optimised'));
  expect(folders()).toHaveLength(2);
  const small = new OptimisedGraphs(library, { mayWrite: () => true, quietMs: 0, mostBytes: 0 });
  const found = await small.find(other);
  writeFileSync(found.get(other.manifest.flow.decode)!, '');
  small.makeLater(other);
  await small.settled();
  expect(folders()).toHaveLength(1);
  expect((await small.find(other)).size).toBe(found.size);
});

it('makes nothing where nothing can be written, and nothing once it is closed', async () => {
  const library = await temporaryFolder();
  await makeIn(library, { mayWrite: () => false });
  const closed = new OptimisedGraphs(library, { mayWrite: () => true });
  closed.makeLater(pack);
  await closed.close();
  expect(readdirSync(library)).toEqual([]);
});
