/** The studio on a real MLServer: what it draws there is what it draws here, whatever becomes of the server. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from 'vitest';
import type { Shares } from '../../electron/contract/progress.ts';
import type { RenderRequest } from '../../electron/contract/timeline.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { Pack } from '../../electron/engine/packs/pack.ts';
import { modelName } from '../../electron/engine/servers/model-name.ts';
import { servedPack, writeRepository } from '../../electron/engine/servers/repository.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { makeAuthority } from '../support/authority.ts';
import { itDraws } from '../support/drawing-suite.ts';
import {
  hasMlServer,
  type RunningMlServer,
  startMlServer,
  startTlsProxy,
} from '../support/mlserver.ts';
import { TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

// Python takes its time to start where many tests run at once.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const FILM: RenderRequest = {
  timeline: {
    keys: ['a smile', 'red'].map((prompt) => ({
      anchor: { kind: 'prompt' as const, prompt, seed: 7 },
      ...({ path: 'clip', easing: 'linear', seconds: 2 } as const),
    })),
    ...{ loop: false, even: false, settings: {} },
  },
  fps: 24,
  output: { format: 'webp', name: 'walk' },
};

describe.skipIf(!hasMlServer)('a studio on MLServer', () => {
  let here: Studio;
  let temporary: string;
  let repository: string;
  let server: RunningMlServer;

  beforeAll(async () => {
    here = await openTestStudio({}, afterAll);
    const pack = new Pack(TINY_PACK, await readManifest(TINY_PACK));
    temporary = await mkdtemp(path.join(tmpdir(), 'clip-flow-mlserver-'));
    const out = path.join(temporary, 'models');
    repository = (await writeRepository(servedPack(pack), 'mlserver', out)).folder;
    // That of previews has other weights than its name says.
    const preview = await modelName(`${TINY_PACK}/generator/preview.onnx`);
    const spoilt = path.join(repository, preview, 'model.onnx');
    const graph = await readFile(spoilt, 'latin1');
    await writeFile(spoilt, graph.replace('\x04Tanh', '\x04Cosh'), 'latin1');
    server = await startMlServer(repository);
  });
  afterAll(async () => {
    await server?.kill();
    await rm(temporary, { recursive: true, force: true });
  });

  const draw = async ({ service }: Studio) => {
    const { ids } = await service.generate({
      origin: { kind: 'prompt', prompt: 'a smile' },
      ...{ count: 5, settings: { seed: 3 } },
    });
    const files = await Promise.all(ids.map((id) => service.picture({ id })));
    const pictures = await Promise.all(files.map((file) => sharpCodec.decode(file)));
    return { ids, pixels: pictures.map(({ data }) => Buffer.from(data)) };
  };

  it('draws the same bytes over TLS, and every portrait says where', async () => {
    const authority = makeAuthority();
    const proxy = await startTlsProxy(authority.sign('127.0.0.1'), server.port);
    onTestFinished(proxy.close);
    const { address } = proxy;
    const credentials = { authority: authority.file };
    const there = await openTestStudio({
      servers: { addresses: [address], always: true, credentials },
    });
    const { ids, pixels } = await draw(there);
    const kept = ids.map((id) => there.library.reader.get(id));
    expect(kept.map(({ device, server: by }) => ({ device, by }))).toEqual(
      Array(5).fill({ device: 'server', by: { address, exactness: 'same-bytes' } }),
    );
    expect(pixels).toEqual((await draw(here)).pixels);
    expect((await there.service.status({})).servers).toMatchObject([
      { address, state: 'ready', software: 'mlserver 1.7.1', exactness: 'same-bytes', drawn: 5 },
    ]);
  });

  it('refuses a certificate that another authority signed, and sends that server nothing', async () => {
    const proxy = await startTlsProxy(makeAuthority().sign('127.0.0.1'), server.port);
    onTestFinished(proxy.close);
    const credentials = { authority: makeAuthority().file };
    const there = await openTestStudio({
      servers: { addresses: [proxy.address], always: true, credentials },
    });
    await expect(draw(there)).rejects.toMatchObject({
      ...{ code: 'network-refused', message: expect.stringContaining('cannot be trusted') },
    });
    expect((await there.service.status({})).servers).toMatchObject([{ drawn: 0 }]);
    expect(there.library.reader.count()).toBe(0);
  });

  describe('draws as this machine must', () => {
    let there: Studio;
    beforeAll(async () => {
      there = await openTestStudio(
        { servers: { addresses: [server.address], always: true } },
        afterAll,
      );
      await draw(there);
    });
    const drawnThere = async () => (await there.service.status({})).servers[0]?.drawn ?? 0;
    let before = 0;
    beforeEach(async () => {
      before = await drawnThere();
    });
    afterEach(async () => expect(await drawnThere()).toBeGreaterThan(before));

    itDraws(() => there.inference);
  });

  it('refuses a graph whose weights are others than its name says', async () => {
    const there = await openTestStudio({ servers: { addresses: [server.address], always: true } });
    const { generator } = await there.packs.models();
    const latents = await generator.map([generator.z(1)]);
    const preview = generator.synthesise(latents, { quality: 'preview' });
    await expect(preview).rejects.toMatchObject({ code: 'server-unsuitable' });
    expect(await generator.synthesise(latents)).toHaveLength(1);
  });

  it('draws a film on two, of which one is killed and started again: no frame lost, none doubled', async () => {
    const other = await startMlServer(repository);
    onTestFinished(other.kill);
    const addresses = [server.address, other.address];
    const there = await openTestStudio({ servers: { addresses, always: true } });
    let restarted: Promise<RunningMlServer> | undefined;
    const restart = async () => {
      await server.kill();
      return startMlServer(repository, server.port);
    };
    const done: number[] = [];
    let shares: Shares = [];
    const { id } = await there.service.render(FILM, {
      onEvent: (event) => {
        if (event.kind !== 'advanced' || event.task !== 'render') return;
        done.push(event.done);
        shares = event.servers ?? [];
        if (event.done >= 8) restarted ??= restart();
      },
    });
    server = (await restarted) ?? server;
    expect(restarted).toBeDefined();
    expect(done).toEqual(Array.from({ length: 48 }, (_, i) => i + 1));
    expect(shares.map(({ address }) => address).sort()).toEqual([...addresses].sort());
    expect(shares.reduce((sum, share) => sum + share.done, 0)).toBe(48);
    const undisturbed = await here.service.render(FILM);
    expect(await framesOf(there, id)).toEqual(await framesOf(here, undisturbed.id));
  });
});

async function framesOf({ library }: Studio, id: string): Promise<Buffer[]> {
  const folder = path.join(library.root, 'renders', id);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  return Promise.all(names.map((name) => readFile(path.join(folder, name))));
}
