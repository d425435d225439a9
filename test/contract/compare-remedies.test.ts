/** The ways across the gap, compared on the command line, and written into a pack. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { remediesSchema } from '../../electron/contract/remedies.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { runCommand } from '../support/command-line.ts';
import { writeHfClip } from '../support/hf-clip.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';

vi.setConfig({ testTimeout: 60_000 });

let pack = '';
let prompts = '';

beforeEach(async () => {
  const base = await temporaryFolder();
  pack = path.join(base, 'packs', 'tiny-pack');
  prompts = path.join(base, 'prompts.txt');
  await cp(TINY_PACK, pack, { recursive: true });
  await writeFile(prompts, 'a red cat\na dog\n');
  vi.stubEnv('CLIP_FLOW_PACKS', path.join(base, 'packs'));
  vi.stubEnv('CLIP_FLOW_DEVICE', 'cpu');
});
afterEach(() => vi.unstubAllEnvs());

const compare = (name: string, ...args: string[]) =>
  runCommand('models', 'compare-remedies', name, '--prompts', prompts, ...args);

it('are written into an imported pack that is whole afterwards', async () => {
  const before = JSON.parse(await readFile(path.join(pack, 'pack.json'), 'utf8'));
  const { document } = await compare('tiny-pack', '--keep');
  const remedies = remediesSchema.parse(document['remedies']);
  expect(remedies).toMatchObject({ judge: null, prompts: 2, siblings: 8 });
  const after = JSON.parse(await readFile(path.join(pack, 'pack.json'), 'utf8'));
  expect(after).toEqual({ ...before, measured: { ...before.measured, remedies } });
  expect((await readManifest(pack)).measured?.['remedies']).toEqual(remedies);
});

it('are judged by another CLIP, and never by the one that chooses', async () => {
  await runCommand('models', 'import', await writeHfClip('clip'), '--id', 'other');
  const { document } = await compare('tiny-pack', '--judge', 'other');
  const { judge, scores } = remediesSchema.parse(document['remedies']);
  expect(judge).toEqual({ kind: 'clip', id: 'other' });
  expect(scores.every(({ heeded }) => heeded !== null)).toBe(true);
  expect(await compare('tiny-pack', '--judge', 'tiny-pack')).toMatchObject({
    ...{ code: 1, document: { error: { code: 'invalid-argument' } } },
  });
});

it('are not written into a pack that came with the studio', async () => {
  const refused = await compare(path.resolve(TINY_PACK), '--keep');
  expect(refused).toMatchObject({ code: 1, document: { error: { code: 'access-denied' } } });
});
