import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { StudioError } from '../../electron/contract/errors.ts';
import { MAX_UPLOAD_BYTES } from '../../electron/contract/reference.ts';
import { studioMethods } from '../../electron/contract/service.ts';
import { startWebHost, type WebHost } from '../../electron/hosts/web/host.ts';
import { webSocketPort } from '../../electron/hosts/web/socket.ts';
import { createClient } from '../../electron/rpc/client.ts';
import { encodeMessage } from '../../electron/rpc/codec.ts';
import { portraitId, stubStudio } from '../contract/stub-studio.ts';

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const DOWNLOAD = '5f0c1f0e-4d3c-4b6a-9a58-0d1d7a2f9c11';
const ARCHIVE = 'eleven byte';
const NAME = 'studio-0123.localhost';
const SECRET = 'outside of the built pages';

let folder: string;
/** How often the large picture was asked for. */
let pictured = 0;
let host: WebHost;
let port: string;
/** The path that admits pages. */
let home: string;

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
      if (id === portraitId(3)) {
        pictured += 1;
        return new Uint8Array(2 << 20);
      }
      throw new StudioError('not-found', 'There is no such portrait.');
    },
    readDownload: async ({ id, offset }) => {
      if (id === DOWNLOAD) return new Uint8Array(Buffer.from(ARCHIVE).subarray(offset, offset + 4));
      throw new StudioError('not-found', 'That download has ended.');
    },
    count: async () => ({ count: 3 }),
  });
  host = await startWebHost({ service, root, port: 0, name: NAME });
  port = new URL(host.url).port;
  const { pathname, search } = new URL(host.url);
  home = (await ask(pathname + search)).headers.location!;
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

/** What counts itself in MessagePack, before what it counts. */
function pack(type: number, count: number, rest: Buffer): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeUInt32BE(count, 1);
  return Buffer.concat([head, rest]);
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

/** The same as the page asks. */
const askAsPage = (target: string, options?: Parameters<typeof ask>[1]) =>
  ask(home + target.slice(1), options);

const withToken = () => ({ headers: { authorization: `Bearer ${host.token}` } });

describe('the web host’s door', () => {
  it('turns the token of the address into a path that admits, and sets no cookie', async () => {
    const { pathname, search } = new URL(host.url);
    const { status, headers } = await ask(pathname + search);
    expect(status).toBe(303);
    expect(headers.location).toMatch(/^\/[\w-]{43}\/$/);
    expect(headers.location).not.toContain(host.token);
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers['referrer-policy']).toBe('no-referrer');
    const page = await askAsPage('/');
    expect(page.status).toBe(200);
    expect(page.headers).not.toHaveProperty('set-cookie');
  });

  it('takes a ticket once, and tells when', async () => {
    const { url, used } = host.namedUrlForOnce();
    const { hostname, pathname, search } = new URL(url);
    expect(hostname).toBe(NAME);
    expect((await ask(pathname + search)).headers.location).toBe(home);
    await used;
    expect((await ask(pathname + search)).status).toBe(403);
  });

  it('lets programs in by the token', async () => {
    expect((await ask('/', withToken())).status).toBe(200);
    expect((await ask(`/pictures/${portraitId(1)}`, withToken())).status).toBe(200);
  });

  it.each([
    ['nothing', '/', {}],
    ['a wrong path', `/${'x'.repeat(43)}/`, {}],
    ['part of the path', 'HALF', {}],
    ['the path without its end', 'OPEN', {}],
    ['the path further on', 'LATE', {}],
    ['a wrong token', '/?token=nothing', {}],
    ['an empty token', '/?token=', {}],
    ['the token of another place', 'ELSEWHERE', {}],
    ['a wrong bearer', '/', { authorization: 'Bearer nothing' }],
    ['the token as a cookie', '/', { cookie: 'clip-flow-PORT=TOKEN' }],
  ])('refuses %s', async (_, target, headers: Record<string, string>) => {
    const targets: Record<string, string> = {
      HALF: `${home.slice(0, 20)}/`,
      OPEN: home.slice(0, -1),
      LATE: `/a${home}`,
      ELSEWHERE: `/index.html?token=${host.token}`,
    };
    const cookie = headers['cookie']?.replace('PORT', port).replace('TOKEN', host.token);
    const answer = await ask(targets[target] ?? target, {
      headers: { ...headers, ...(cookie && { cookie }) },
    });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'access-denied' } });
    expect(answer.body + JSON.stringify(answer.headers)).not.toContain(host.token);
    expect(answer.body + JSON.stringify(answer.headers)).not.toContain(home);
  });

  it.each([
    ['a foreign name for this machine', { host: 'evil.example' }],
    ['a foreign name with its port', { host: 'evil.example:PORT' }],
    ['a name that begins like its own', { host: '127.0.0.1.evil.example:PORT' }],
    ['another name below localhost', { host: 'other.localhost:PORT' }],
    ['a name with another one in front', { host: `a.${NAME}:PORT` }],
    ['another address of this machine', { host: '0.0.0.0:PORT' }],
    ['a name with a user in front', { host: 'a@127.0.0.1:PORT' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page on another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page on another port of its name', { host: `${NAME}:PORT`, origin: `http://${NAME}:1` }],
    ['a page by another of its names', { host: `${NAME}:PORT`, origin: 'http://127.0.0.1:PORT' }],
    ['a page without an origin of its own', { origin: 'null' }],
  ])('refuses %s even with all secrets', async (_, wrong: Record<string, string>) => {
    const headers = Object.fromEntries(
      Object.entries(wrong).map(([name, value]) => [name, value.replace('PORT', port)]),
    );
    expect((await askAsPage('/', { headers })).status).toBe(403);
    expect((await ask('/', { headers: { ...headers, ...withToken().headers } })).status).toBe(403);
    const { pathname, search } = new URL(host.url);
    expect((await ask(pathname + search, { headers })).status).toBe(403);
  });

  it.each(['127.0.0.1', 'localhost', NAME])('answers by %s', async (name) => {
    const address = `${name}:${port}`;
    const headers = { host: address, origin: `http://${address}` };
    expect((await askAsPage('/', { headers })).status).toBe(200);
  });

  it.each(['127.0.0.1:9000', 'localhost:9000', `${NAME}:9000`, '127.0.0.1'])(
    'answers through a port that was forwarded to it: %s',
    async (address) => {
      const headers = { host: address, origin: `http://${address}` };
      expect((await askAsPage('/', { headers })).status).toBe(200);
    },
  );

  it('says what to do where it was forwarded by a foreign name', async () => {
    const headers = { host: 'someone-7417.app.example.dev' };
    expect((await ask('/', { headers })).body).toContain('ssh -L');
    const read = await ask('/', { headers: { ...headers, accept: 'text/html,*/*;q=0.8' } });
    expect([read.status, read.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
    expect(read.headers['content-security-policy']).toContain("default-src 'none'");
    expect(read.body).toContain('ssh -L');
    expect(read.body).not.toMatch(/<script|<(?!!doctype|meta|title|\/title|p)/);
  });

  it('hangs up on who does not say what they want', { timeout: 20_000 }, async () => {
    const silent = createConnection({ host: '127.0.0.1', port: Number(port) });
    const slow = createConnection({ host: '127.0.0.1', port: Number(port) });
    for (const socket of [silent, slow]) socket.on('error', () => undefined).resume();
    slow.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    const drip = setInterval(() => slow.write('X-Slow: 1\r\n'), 500);
    await Promise.all([once(silent, 'close'), once(slow, 'close')]);
    clearInterval(drip);
  });

  it('refuses a body with a clear error, without waiting for it', async () => {
    const headers = { 'content-length': '300000000' };
    const { status, body, headers: answered } = await askAsPage('/', { method: 'POST', headers });
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
    const { status, headers } = await askAsPage('/');
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
    const asset = await askAsPage('/assets/main-1a2b.js');
    expect(asset.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect((await askAsPage('/')).headers['cache-control']).toBe('no-cache');
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
    const { status, body } = await askAsPage(target);
    expect(status).toBe(404);
    expect(body).not.toContain(SECRET);
  });

  it('answer an address that is none with an error', async () => {
    expect((await ask(':port', withToken())).status).toBe(400);
  });

  it('are read only', async () => {
    expect((await askAsPage('/', { method: 'DELETE' })).status).toBe(400);
  });

  it('answer HEAD without a body', async () => {
    const { status, body } = await askAsPage('/', { method: 'HEAD' });
    expect([status, body]).toEqual([200, '']);
  });
});

describe('the web host’s pictures', () => {
  it('are bytes that the browser keeps', async () => {
    const { status, headers } = await askAsPage(`/pictures/${portraitId(1)}`);
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
      const { status, headers } = await askAsPage(target);
      expect(status).toBe(404);
      expect(headers['cache-control']).toBe('no-store');
    },
  );

  it('need the path', async () => {
    expect((await ask(`/pictures/${portraitId(1)}`)).status).toBe(403);
  });
});

describe('the web host’s downloads', () => {
  it('come piece by piece, as files to be saved and not to be kept', async () => {
    const { status, headers, body } = await askAsPage(`/downloads/${DOWNLOAD}`);
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
      expect((await askAsPage(`/downloads/${id}`)).status).toBe(404);
    },
  );
});

describe('the web host’s connection', () => {
  const dial = (headers: Record<string, string>, target = `${home}rpc`) =>
    new WebSocket(`ws://127.0.0.1:${port}${target}`, { headers });

  const sockets: WebSocket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) {
      socket.terminate();
      if (socket.readyState !== socket.CLOSED) await once(socket, 'close');
    }
  });

  async function open(): Promise<WebSocket> {
    const socket = dial({ origin: `http://127.0.0.1:${port}` });
    sockets.push(socket);
    await once(socket, 'open');
    return socket;
  }

  it.each([
    ['no secret', () => ({}), () => '/rpc', 403],
    ['a wrong path', () => ({}), () => `/${'x'.repeat(43)}/rpc`, 403],
    ['a foreign page', () => ({ origin: 'http://evil.example' }), () => `${home}rpc`, 403],
    ['a page on another port', () => ({ origin: 'http://127.0.0.1:1' }), () => `${home}rpc`, 403],
    ['a foreign name', () => ({ host: 'evil.example' }), () => `${home}rpc`, 403],
    ['a foreign page with the token', () => foreign(), () => '/rpc', 403],
    ['another address', () => ({}), () => `${home}other`, 404],
  ])('is refused for %s', async (_, headers, target, status) => {
    const socket = dial(headers(), target());
    const [error] = await once(socket, 'error').catch((reason: unknown) => [reason]);
    expect(String(error)).toContain(`Unexpected server response: ${status}`);
  });

  const foreign = () => ({ ...withToken().headers, origin: 'https://evil.example' });

  it('is open to programs by the token', async () => {
    const socket = dial(withToken().headers, '/rpc');
    await once(socket, 'open');
    socket.terminate();
  });

  it('is there for so many pages at once', async () => {
    for (let page = 0; page < 16; page++) await open();
    const socket = dial({});
    const [error] = await once(socket, 'error').catch((reason: unknown) => [reason]);
    expect(String(error)).toContain('Unexpected server response: 429');
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

  it.each([
    ['a million empty maps', () => pack(0xdd, 1_000_000, Buffer.alloc(1_000_000, 0x80))],
    ['arrays within arrays', () => Buffer.concat([Buffer.alloc(1_000_000, 0x91), Buffer.of(0xc0)])],
    ['six megabytes of text', () => pack(0xdb, 6_000_000, Buffer.alloc(6_000_000, 0x61))],
    ['values of the sender’s own making', () => Buffer.of(0xd6, 0xff, 0, 0, 0, 0)],
  ])('hangs up at once on %s', async (_, bytes) => {
    const socket = await open();
    socket.send(bytes());
    expect((await once(socket, 'close'))[0]).toBe(1008);
  });

  it('hangs up on frames that are not masked', async () => {
    const socket = await open();
    const stream: { write(bytes: Buffer): void } = Reflect.get(socket, '_socket');
    stream.write(Buffer.of(0x82, 0x01, 0xc0));
    expect((await once(socket, 'close'))[0]).toBe(1002);
  });

  it('hangs up on a page that never reads what it asked for', { timeout: 30_000 }, async () => {
    const socket = await open();
    const stream: { pause(): void; resume(): void } = Reflect.get(socket, '_socket');
    const ended = once(socket, 'close');
    stream.pause();
    for (let id = 0; id < 200; id++) {
      const input = { id: portraitId(3) };
      socket.send(encodeMessage({ type: 'request', id, method: 'picture', input }));
    }
    await vi.waitFor(() => expect(pictured).toBeGreaterThan(100), 10_000);
    stream.resume();
    await ended;
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
    const exported = client.exportPortraits({
      portraits: { by: 'ids', ids: [portraitId(1)] },
      as: { kind: 'table', format: 'csv', ifExists: 'rename' },
      name: 'portraits',
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
