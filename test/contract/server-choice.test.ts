/** Model servers as a window chooses them: asked about, allowed, remembered, and no secret told again. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { startInference } from '../support/inference.ts';
import { temporaryFolder } from '../support/library.ts';
import { startFakeServer } from '../support/model-server.ts';
import { TINY_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

const GRAPHS = ['synthesis', 'preview'].map((name) => `${TINY_PACK}/generator/${name}.onnx`);
const serving = startInference(undefined, afterAll);

async function serve() {
  const server = await startFakeServer({ inference: serving, graphs: GRAPHS });
  onTestFinished(() => server.kill());
  return { ...server, address: `grpc://127.0.0.1:${server.port}` };
}

const DRAWING = { origin: { kind: 'prompt' as const, prompt: 'a smile' }, count: 1, settings: {} };

it('an address is sent nothing before it is allowed, and draws from then on, also the next time', async () => {
  const { address, computed } = await serve();
  const serverFile = path.join(await temporaryFolder(), 'model-servers.json');
  const first = await openTestStudio({ servers: {}, serverFile });
  const { service } = first;
  await service.changeModelServers({ servers: [{ address, isAllowed: false }], graphs: 'all' });
  expect((await service.status({})).servers).toMatchObject([{ address, state: 'unasked' }]);
  expect(await service.tryModelServers({})).toMatchObject([{ state: 'unasked' }]);
  await service.generate(DRAWING);
  expect(computed()).toBe(0);
  await service.changeModelServers({ servers: [{ address, isAllowed: true }] });
  expect(await service.tryModelServers({})).toMatchObject([
    { state: 'ready', exactness: 'same-bytes' },
  ]);
  await first.close();
  const next = await openTestStudio({ servers: {}, serverFile });
  const { ids } = await next.service.generate(DRAWING);
  expect(next.library.reader.get(ids[0]!).server).toEqual({ address, exactness: 'same-bytes' });
});

it('a token is never told again', async () => {
  const serverFile = path.join(await temporaryFolder(), 'model-servers.json');
  const { service } = await openTestStudio({ servers: {}, serverFile });
  await service.changeModelServers({
    servers: [{ address: 'grpcs://127.0.0.1:1', isAllowed: false }],
    token: 'open-sesame',
  });
  const status = await service.status({});
  expect(status.serverSettings.hasToken).toBe(true);
  expect(JSON.stringify(status)).not.toContain('sesame');
});

it('what cannot be used is refused and changes nothing; where it could once, the studio opens and says so', async () => {
  const folder = await temporaryFolder();
  const serverFile = path.join(folder, 'model-servers.json');
  const authority = path.join(folder, 'authority.pem');
  await writeFile(authority, '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n');
  const { service } = await openTestStudio({ servers: {}, serverFile });
  const servers = [{ address: 'grpcs://127.0.0.1:1', isAllowed: true }];
  const nowhere = service.changeModelServers({ servers, authority: '/nowhere/ca.pem' });
  await expect(nowhere).rejects.toMatchObject({ code: 'invalid-argument' });
  expect((await service.status({})).serverSettings).toMatchObject({ servers: [], authority: null });
  await service.changeModelServers({ servers, authority });
  await rm(authority);
  const next = await openTestStudio({ servers: {}, serverFile });
  expect((await next.service.status({})).servers).toMatchObject([{ state: 'refused' }]);
  await expect(next.service.generate(DRAWING)).rejects.toMatchObject({ code: 'invalid-argument' });
  await next.service.changeModelServers({ servers: [], authority: null });
  expect((await next.service.generate(DRAWING)).ids).toHaveLength(1);
});

it('servers that were named where the studio was started cannot be changed', async () => {
  const { service } = await openTestStudio({ servers: { addresses: ['grpc://127.0.0.1:1'] } });
  expect((await service.status({})).serverSettings.fixed).toBe(true);
  const change = service.changeModelServers({ servers: [] });
  await expect(change).rejects.toMatchObject({ code: 'invalid-argument' });
});
