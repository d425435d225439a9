/** What model servers and the studio prove to each other, with certificates of an authority that goes with the test. */
import { ServerCredentials } from '@grpc/grpc-js';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Authority, makeAuthority, type Signed } from '../../../test/support/authority.ts';
import { startInference } from '../../../test/support/inference.ts';
import { temporaryFolder } from '../../../test/support/library.ts';
import { startFakeServer } from '../../../test/support/model-server.ts';
import { TINY_PACK } from '../../../test/support/packs.ts';
import { gaussian } from '../latent/gaussian.ts';
import type { ServerCredentials as Credentials } from './credentials.ts';
import { ModelServers } from './servers.ts';

const SYNTHESIS = `${TINY_PACK}/generator/synthesis.onnx`;
const serving = startInference(undefined, afterAll);

const drawing = {
  ...{ graph: SYNTHESIS, w: gaussian(1, 4 * 512), count: 1, layers: 4 },
  pixelRange: [-1, 1] as [number, number],
};

/** @param mutual the authority of those who may call; by default anybody may */
async function serveEncrypted({ bytes }: Signed, mutual?: Authority): Promise<string> {
  const pair = { private_key: bytes.key, cert_chain: bytes.certificate };
  const credentials = ServerCredentials.createSsl(mutual?.bytes ?? null, [pair], Boolean(mutual));
  const server = await startFakeServer({ inference: serving, graphs: [SYNTHESIS], credentials });
  onTestFinished(() => server.kill());
  return `grpcs://127.0.0.1:${server.port}`;
}

async function drawAt(address: string, credentials: Credentials) {
  const inference = startInference();
  const servers = new ModelServers(inference);
  await servers.use({ addresses: [address], always: true, credentials });
  return inference.render(drawing, { priority: 'interactive' });
}

const refused = { code: 'network-refused', message: expect.stringContaining('cannot be trusted') };

describe('over TLS', () => {
  it('a server is trusted whose authority the artist named, and no other', async () => {
    const authority = makeAuthority();
    const address = await serveEncrypted(authority.sign('127.0.0.1'));
    const { by } = await drawAt(address, { authority: authority.file, token: 'secret' });
    expect(by).toEqual([{ address, exactness: 'same-bytes' }]);
    await expect(drawAt(address, {})).rejects.toMatchObject(refused);
    await expect(drawAt(address, { authority: makeAuthority().file })).rejects.toMatchObject(
      refused,
    );
  });

  it('a certificate for another host is refused', async () => {
    const authority = makeAuthority();
    const address = await serveEncrypted(authority.sign('elsewhere.studio'));
    const credentials = { authority: authority.file };
    await expect(drawAt(address, credentials)).rejects.toMatchObject(refused);
  });

  it('a server that asks who calls is shown the certificate of the studio', async () => {
    const authority = makeAuthority();
    const address = await serveEncrypted(authority.sign('127.0.0.1'), authority);
    const { certificate, key } = authority.sign('the-studio');
    const known = { authority: authority.file, certificate, key };
    expect((await drawAt(address, known)).by).toHaveLength(1);
    const unknown = { authority: authority.file };
    await expect(drawAt(address, unknown)).rejects.toMatchObject({
      code: expect.stringMatching(/^network-/),
    });
  });
});

it('a token goes to those it was given for, and to no other', async () => {
  const token = 'open sesame';
  const server = await startFakeServer({ inference: serving, graphs: [SYNTHESIS], token });
  onTestFinished(() => server.kill());
  const address = `grpc://127.0.0.1:${server.port}`;
  expect((await drawAt(address, { token, tokenFor: [address] })).by).toHaveLength(1);
  const elsewhere = drawAt(address, { token, tokenFor: ['grpc://127.0.0.1:1'] });
  await expect(elsewhere).rejects.toMatchObject({ code: 'network-refused' });
});

describe('nothing is sent', () => {
  it('with a token, in the open, to another machine', async () => {
    const asked = drawAt('grpc://10.0.0.1:8001', { token: 'secret' });
    await expect(asked).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it.each([
    ['a key without its certificate', (key: string) => ({ key })],
    ['a file that holds no certificate', (authority: string) => ({ authority })],
    ['a file that is not there', () => ({ authority: '/nowhere/ca.pem' })],
  ])('with %s', async (_, credentials) => {
    const file = path.join(await temporaryFolder(), 'some.pem');
    writeFileSync(file, 'no certificate');
    const asked = drawAt('grpcs://127.0.0.1:1', credentials(file));
    await expect(asked).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});
