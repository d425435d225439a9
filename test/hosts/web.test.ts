import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { StudioError } from '../../electron/contract/errors.ts';
import { MAX_UPLOAD_BYTES } from '../../electron/contract/reference.ts';
import { studioMethods } from '../../electron/contract/service.ts';
import { startWebHost, type WebHost } from '../../electron/hosts/web/host.ts';
import { webSocketPort } from '../../electron/hosts/web/socket.ts';
import { createClient } from '../../electron/rpc/client.ts';
import { portraitId, stubStudio } from '../contract/stub-studio.ts';

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const DOWNLOAD = '5f0c1f0e-4d3c-4b6a-9a58-0d1d7a2f9c11';
const ARCHIVE = 'eleven byte';
const SECRET = 'outside of the built pages';

let folder: string;
let host: WebHost;
let port: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'web-host-'));
  const root = path.join(folder, 'renderer');
  mkdirSync(path.join(root, 'assets'), { recursive: true });
  writeFileSync(path.join(root, 'index.html'), '<!doctype html>');
  writeFileSync(path.join(root, 'assets', 'main-1a2b.js'), 'export {};');
  writeFileSync(path.join(folder, 'secret.txt'), SECRET);
  symlinkSync(path.join(folder, 'secret.txt'), path.join(root, 'link.txt'));
  const service = stubStudio({
    picture: async ({ id }) => {
      if (id === portraitId(1)) return PNG;
      throw new StudioError('not-found', 'There is no such portrait.');
    },
    readDownload: async ({ id, offset }) => {
      if (id === DOWNLOAD) return new Uint8Array(Buffer.from(ARCHIVE).subarray(offset, offset + 4));
      throw new StudioError('not-found', 'That download has ended.');
    },
    count: async () => ({ count: 3 }),
  });
  host = await startWebHost({ service, root, port: 0 });
  port = new URL(host.url).port;
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request exactly as given: `fetch` would tidy the path and refuse to set some of the headers. */
async function ask(
  target: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', port, path: target, method, headers }).end();
  const [response] = await once(asked, 'response');
  const chunks: Buffer[] = await response.toArray();
  const { statusCode, headers: answered } = response;
  return { status: statusCode, headers: answered, body: Buffer.concat(chunks).toString() };
}

const withToken = (headers: Record<string, string> = {}) => ({
  headers: { cookie: `clip-flow-${port}=${host.token}`, ...headers },
});

describe('the web host’s door', () => {
  it('turns the token of the address into a cookie, and the address into a clean one', async () => {
    const { pathname, search } = new URL(host.url);
    const { status, headers } = await ask(pathname + search);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']).toEqual([
      `clip-flow-${port}=${host.token}; Path=/; HttpOnly; SameSite=Strict`,
    ]);
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('takes a ticket once', async () => {
    const { pathname, search } = new URL(host.urlForOnce());
    expect((await ask(pathname + search)).status).toBe(303);
    expect((await ask(pathname + search)).status).toBe(403);
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { cookie: `clip-flow-PORT=${'x'.repeat(43)}` }],
    ['a wrong bearer', { authorization: 'Bearer nothing' }],
  ])('refuses %s', async (_, headers: Record<string, string>) => {
    const cookie = headers['cookie']?.replace('PORT', port);
    const { status, body } = await ask('/', { headers: { ...headers, ...(cookie && { cookie }) } });
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'access-denied' } });
    expect(body).not.toContain(host.token);
  });

  it.each([
    ['another name for this machine', { host: 'evil.example' }],
    ['its own name with another port', { host: '127.0.0.1:1' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page on another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin of its own', { origin: 'null' }],
  ])('refuses %s even with the token', async (_, headers) => {
    expect((await ask('/', withToken(headers))).status).toBe(403);
  });

  it('answers by both names of the loopback address', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const address = `${name}:${port}`;
      const headers = { host: address, origin: `http://${address}` };
      expect((await ask('/', withToken(headers))).status).toBe(200);
    }
  });

  it('refuses a body with a clear error, without waiting for it', async () => {
    const headers = { ...withToken().headers, 'content-length': '300000000' };
    const { status, body, headers: answered } = await ask('/', { method: 'POST', headers });
    expect(status).toBe(413);
    expect(answered.connection).toBe('close');
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'invalid-argument' } });
  });

  it('says which port is taken', async () => {
    const second = startWebHost({ service: stubStudio({}), root: folder, port: Number(port) });
    await expect(second).rejects.toMatchObject({
      code: 'port-busy',
      message: expect.stringContaining(port),
    });
  });
});

describe('the web host’s pages', () => {
  it('come with a policy that lets nothing else in', async () => {
    const { status, headers } = await ask('/', withToken());
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|https?:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  it('are kept for good when their name carries a hash, and asked for again when not', async () => {
    const asset = await ask('/assets/main-1a2b.js', withToken());
    expect(asset.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect((await ask('/', withToken())).headers['cache-control']).toBe('no-cache');
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/link.txt',
    '//etc/passwd',
    '/%00',
    '/%zz',
    '/assets',
    '/assets/',
  ])('do not lead out of their folder, nor list it: %s', async (target) => {
    const { status, body } = await ask(target, withToken());
    expect(status).toBe(404);
    expect(body).not.toContain(SECRET);
  });

  it('answer an address that is none with an error', async () => {
    expect((await ask(':port', withToken())).status).toBe(400);
  });

  it('are read only', async () => {
    expect((await ask('/', { method: 'DELETE', ...withToken() })).status).toBe(400);
  });

  it('answer HEAD without a body', async () => {
    const { status, body } = await ask('/', { method: 'HEAD', ...withToken() });
    expect([status, body]).toEqual([200, '']);
  });
});

describe('the web host’s pictures', () => {
  it('are bytes that the browser keeps', async () => {
    const { status, headers } = await ask(`/pictures/${portraitId(1)}`, withToken());
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(PNG.byteLength),
      'cache-control': 'private, max-age=31536000, immutable',
    });
  });

  it.each([`/pictures/${portraitId(2)}`, '/pictures/', '/pictures/..%2findex.html'])(
    'are not found: %s',
    async (target) => {
      const { status, headers } = await ask(target, withToken());
      expect(status).toBe(404);
      expect(headers['cache-control']).toBe('no-store');
    },
  );

  it('need the token', async () => {
    expect((await ask(`/pictures/${portraitId(1)}`)).status).toBe(403);
  });
});

describe('the web host’s downloads', () => {
  it('come piece by piece, as files to be saved and not to be kept', async () => {
    const { status, headers, body } = await ask(`/downloads/${DOWNLOAD}`, withToken());
    expect([status, body]).toEqual([200, ARCHIVE]);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'cache-control': 'no-store',
    });
  });

  it.each(['5f0c1f0e-4d3c-4b6a-9a58-0d1d7a2f9c12', '', '..%2f'])(
    'are not found: %s',
    async (id) => {
      expect((await ask(`/downloads/${id}`, withToken())).status).toBe(404);
    },
  );
});

describe('the web host’s connection', () => {
  const dial = (headers: Record<string, string>, target = '/rpc') =>
    new WebSocket(`ws://127.0.0.1:${port}${target}`, { headers });

  async function open(): Promise<WebSocket> {
    const socket = dial({ ...withToken().headers, origin: `http://127.0.0.1:${port}` });
    await once(socket, 'open');
    return socket;
  }

  it.each([
    ['no token', () => ({}), '/rpc', 403],
    [
      'a foreign page',
      () => ({ ...withToken().headers, origin: 'http://evil.example' }),
      '/rpc',
      403,
    ],
    ['a foreign name', () => ({ ...withToken().headers, host: 'evil.example' }), '/rpc', 403],
    ['another address', () => withToken().headers, '/other', 404],
  ])('is refused for %s', async (_, headers, target, status) => {
    const socket = dial(headers(), target);
    const [error] = await once(socket, 'error').catch((reason: unknown) => [reason]);
    expect(String(error)).toContain(`Unexpected server response: ${status}`);
  });

  it('survives a stranger that is refused and breaks the line off', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = createConnection({ host: '127.0.0.1', port: Number(port) });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        `GET /rpc HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\n` +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n\r\n',
        () => socket.resetAndDestroy(),
      );
      await once(socket, 'close');
    }
    expect((await ask('/')).status).toBe(403);
  });

  it('speaks in binary frames only', async () => {
    const socket = await open();
    const client = createClient(studioMethods, webSocketPort(socket));
    const frames: boolean[] = [];
    socket.on('message', (_data, isBinary) => frames.push(isBinary));
    await client.count({});
    expect(frames).toEqual([true]);
    socket.send('words');
    expect((await once(socket, 'close'))[0]).toBe(1003);
  });

  it('hangs up on bytes that are no message', async () => {
    const socket = await open();
    socket.send(Uint8Array.of(0xc1));
    expect((await once(socket, 'close'))[0]).toBe(1008);
  });

  it('hangs up on a frame that announces too much, before it is sent', async () => {
    const socket = await open();
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(MAX_UPLOAD_BYTES) * 2n);
    // A masked binary frame (RFC 6455, section 5.2), of which only the header is sent.
    const stream: { write(bytes: Buffer): void } = Reflect.get(socket, '_socket');
    stream.write(Buffer.concat([Buffer.of(0x82, 0xff), length, Buffer.alloc(4)]));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  it('lets a page export to a folder under no circumstances', async () => {
    const socket = await open();
    const client = createClient(studioMethods, webSocketPort(socket));
    const exported = client.exportGallery({
      ids: [portraitId(1)],
      title: '',
      prompts: false,
      destination: { kind: 'folder', folder },
    });
    await expect(exported).rejects.toMatchObject({ code: 'access-denied' });
    socket.terminate();
  });
});

it('says goodbye to its pages when it ends', async () => {
  const ending = await startWebHost({ service: stubStudio({}), root: folder, port: 0 });
  const socket = new WebSocket(new URL('/rpc', ending.url.replace('http', 'ws')), {
    headers: { authorization: `Bearer ${ending.token}` },
  });
  await once(socket, 'open');
  const [[code]] = await Promise.all([once(socket, 'close'), ending.close()]);
  expect(code).toBe(1001);
});
