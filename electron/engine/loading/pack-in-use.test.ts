import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import type { ProgressEvent } from '../../contract/progress.ts';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { copyTinyPack, editManifest, TINY_PACK } from '../../../test/support/packs.ts';
import { PackInUse } from './pack-in-use.ts';

function packsIn(root: string, wanted?: string) {
  const inference = startInference({ device: 'cpu' });
  return new PackInUse({ inference, roots: [root], wanted });
}

it('passes over a pack that is still being copied, and a broken one where there is a sound one', async () => {
  const root = await temporaryFolder();
  const broken = copyTinyPack();
  rmSync(path.join(broken, 'generator'), { recursive: true });
  for (const name of ['.import-a', 'a']) cpSync(broken, path.join(root, name), { recursive: true });
  cpSync(TINY_PACK, path.join(root, 'b'), { recursive: true });
  const packs = packsIn(root);
  expect((await packs.list()).map(({ folder }) => path.basename(folder))).toEqual(['a', 'b']);
  expect(await packs.find()).toBe(path.join(root, 'b'));
  expect(await packs.find('tiny-pack')).toBe(path.join(root, 'b'));
});

it('reads a pack anew that was refused and then mended', async () => {
  const folder = copyTinyPack();
  const mapping = path.join(folder, 'generator/mapping.onnx');
  const decode = readFileSync(path.join(folder, 'flow/decode.onnx'));
  const [sound, wrong] = [readFileSync(mapping), decode];
  const put = (content: Buffer) => {
    writeFileSync(mapping, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const entry = { sha256, bytes: content.length };
    editManifest(folder, ({ files }) => (files['generator/mapping.onnx'] = entry));
  };
  const packs = packsIn(path.dirname(folder), TINY_PACK);
  await packs.models();
  put(wrong);
  await expect(packs.verify(folder, {})).rejects.toMatchObject({ code: 'pack-wrong-shape' });
  put(sound);
  await expect(packs.verify(folder, {})).resolves.toMatchObject({ id: 'tiny-pack' });
});

it('tells how far loading is to all who wait for it, not only to whoever began it', async () => {
  const packs = new PackInUse({
    inference: startInference({ device: 'cpu' }, afterAll),
    roots: [TINY_PACK],
    wanted: TINY_PACK,
  });
  const begun = packs.models();
  const events: ProgressEvent[] = [];
  expect(await packs.models((event) => events.push(event))).toBe(await begun);
  expect(events.length).toBeGreaterThan(0);
  const told = events.length;
  await packs.models((event) => events.push(event));
  expect(events).toHaveLength(told);
});

it('is tried once to be drawn with, and twice to be verified: whether it gives the same again', async () => {
  const inference = startInference({ device: 'cpu' }, afterAll);
  const run = inference.run.bind(inference);
  let asked = 0;
  vi.spyOn(inference, 'run').mockImplementation(async (graph, ...rest) => {
    const outputs = await run(graph, ...rest);
    if (!graph.endsWith('mapping.onnx')) return outputs;
    asked += 1;
    for (const { type, data } of Object.values(outputs)) if (type === 'float32') data[0] = asked;
    return outputs;
  });
  const packs = new PackInUse({ inference, roots: [TINY_PACK], wanted: TINY_PACK });
  await packs.models();
  expect(asked).toBe(1);
  await expect(packs.verify(copyTinyPack(), {})).rejects.toMatchObject({
    code: 'pack-not-repeatable',
  });
  expect(asked).toBe(3);
});
