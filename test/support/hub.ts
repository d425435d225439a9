/** A model hub on this machine. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';

export const REPOSITORY = 'somebody/tiny-clip';
export const COMMIT = 'a'.repeat(40);

export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

export async function listen(answer: Answer): Promise<string> {
  const server = http.createServer((request, response) => {
    if (!answer(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * A hub that has one model, of the files in a folder, large ones at another address. HF_ENDPOINT names it.
 *
 * @returns what it is asked for from now on
 */
export async function startHub(folder: string, instead: Answer = () => false): Promise<string[]> {
  const asked: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const siblings = names.map((rfilename) => {
    const content = readFileSync(path.join(folder, rfilename));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const blobId = createHash('sha1')
      .update(`blob ${content.length}\0`)
      .update(content)
      .digest('hex');
    const isLarge = rfilename.startsWith('onnx/');
    return { rfilename, size: content.length, blobId, ...(isLarge && { lfs: { sha256 } }) };
  });
  const base = await listen((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    asked.push(`${pathname} ${request.headers.range ?? ''}`.trim());
    if (instead(request, response)) return true;
    if (['main', COMMIT].some((at) => pathname === `/api/models/${REPOSITORY}/revision/${at}`)) {
      response.end(JSON.stringify({ sha: COMMIT, siblings, cardData: { license: 'mit' } }));
      return true;
    }
    const resolve = `/${REPOSITORY}/resolve/${COMMIT}/`;
    if (pathname.startsWith(`${resolve}onnx/`)) {
      response.writeHead(302, { location: `/cdn/${pathname.slice(resolve.length)}` }).end();
      return true;
    }
    const name = pathname.replace(resolve, '').replace('/cdn/', '');
    if (!names.includes(name)) return false;
    const content = readFileSync(path.join(folder, name));
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200).end(content.subarray(from));
    return true;
  });
  vi.stubEnv('HF_ENDPOINT', base);
  return asked;
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'NO_PROXY', 'no_proxy'];

/** Lets requests go straight where they are sent, whatever this machine has in between. */
export function withoutProxies(): void {
  for (const name of PROXIES) vi.stubEnv(name, undefined);
}
