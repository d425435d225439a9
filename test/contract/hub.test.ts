/** CLIPs of a model hub, through the command line and the service. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runCommand } from '../support/command-line.ts';
import { COMMIT, listen, REPOSITORY, startHub, withoutProxies } from '../support/hub.ts';
import { WIDTH, writeHfClip } from '../support/hf-clip.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000 });

let components = '';

beforeEach(async () => {
  withoutProxies();
  const folder = await temporaryFolder();
  components = path.join(folder, 'components');
  vi.stubEnv('CLIP_FLOW_LIBRARY', path.join(folder, 'library'));
  vi.stubEnv('CLIP_FLOW_COMPONENTS', components);
  vi.stubEnv('CLIP_FLOW_PACK', path.resolve(TINY_PACK));
  vi.stubEnv('CLIP_FLOW_DEVICE', 'cpu');
});
afterEach(() => vi.unstubAllEnvs());

const download = (...args: string[]) => runCommand('models', 'download', REPOSITORY, ...args);

it('a CLIP is downloaded once its licence and size were agreed to', async () => {
  const asked = await startHub(await writeHfClip('clip'));
  const unsaid = await download();
  expect(unsaid).toMatchObject({ code: 1, document: { error: { code: 'invalid-argument' } } });
  expect(unsaid.stderr).toMatch(/Licence: mit/);
  expect(unsaid.stderr).toMatch(/MB in \d+ files/);
  expect(asked).toHaveLength(1);
  expect(existsSync(components)).toBe(false);

  const said = await download('--yes');
  expect(said).toMatchObject({
    code: 0,
    document: {
      component: {
        ...{ id: 'somebody-tiny-clip', title: REPOSITORY, license: 'mit', width: WIDTH },
        description: expect.stringMatching(/^Imported from http.*\/somebody\/tiny-clip\.$/),
      },
    },
  });
  expect(asked.slice(1)).toContain(`/api/models/${REPOSITORY}/revision/${COMMIT}`);
  expect(await readdir(path.join(components, '.downloads'))).toEqual([]);
});

it('what was downloaded when the connection was cut is gone on from', async () => {
  let cuts = 1;
  const asked = await startHub(await writeHfClip('clip'), (request, response) => {
    if (!request.url?.endsWith('/tokenizer.json') || cuts-- < 1) return false;
    response.destroy();
    return true;
  });
  const cut = await download('--yes');
  expect(cut).toMatchObject({ code: 1, document: { error: { code: 'network-unreachable' } } });
  const before = asked.filter((path) => path.startsWith('/cdn/'));
  expect(await download('--yes')).toMatchObject({ code: 0 });
  expect(asked.filter((path) => path.startsWith('/cdn/'))).toHaveLength(
    new Set([...before, ...asked.filter((path) => path.startsWith('/cdn/'))]).size,
  );
});

it('what nobody went on with for a month is cleared away', async () => {
  const [old, young] = ['a--old@1', 'a--young@1'].map((name) =>
    path.join(components, '.downloads', name, 'clip', 'onnx', 'model.onnx.part'),
  ) as [string, string];
  for (const file of [old, young]) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, 'begun');
  }
  const day = 24 * 60 * 60;
  await utimes(old, Date.now() / 1_000 - 31 * day, Date.now() / 1_000 - 31 * day);
  await utimes(young, Date.now() / 1_000 - 29 * day, Date.now() / 1_000 - 29 * day);
  await startHub(await writeHfClip('clip'));
  expect(await download('--yes')).toMatchObject({ code: 0 });
  expect(await readdir(path.join(components, '.downloads'))).toEqual(['a--young@1']);
  expect(existsSync(young)).toBe(true);
});

it('without a connection it is said what to do', async () => {
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
  const { code, document } = await download('--yes');
  expect([code, document]).toMatchObject([
    1,
    { error: { code: 'network-unreachable', message: expect.stringContaining('import files') } },
  ]);
  expect(existsSync(components)).toBe(false);
});

it('a window asks first, and then for what it was shown', async () => {
  await startHub(await writeHfClip('clip'));
  const { service } = await openTestStudio({ components });
  const model = await service.hubModel({ name: REPOSITORY });
  expect(model).toMatchObject({ name: REPOSITORY, license: 'mit', revision: COMMIT });
  expect(model.bytes).toBe(model.files.reduce((sum, { bytes }) => sum + bytes, 0));
  const tasks = new Set<string>();
  expect(model.variants).toEqual(['fp32']);
  expect(await service.hubModel({ name: REPOSITORY, variant: 'fp32' })).toEqual({
    ...{ ...model, variant: 'fp32' },
  });
  const made = await service.importFromHub(
    { name: REPOSITORY, revision: model.revision, title: 'Tiny' },
    { onEvent: ({ task }) => void tasks.add(task) },
  );
  expect(made).toMatchObject({ kind: 'component', component: { id: 'tiny', license: 'mit' } });
  expect([...tasks]).toContain('import');
});

it('nothing is asked of a hub by anything else', async () => {
  let asked = 0;
  vi.stubEnv('HF_ENDPOINT', await listen(() => Boolean((asked += 1))));
  await runCommand('models', 'list');
  await runCommand('models', 'import', await writeHfClip('clip'));
  expect(asked).toBe(0);
});
