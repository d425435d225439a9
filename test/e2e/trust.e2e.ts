/** What a stranger on the same machine can have from the web host through the artist's own browser. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handOver } from '../../electron/hosts/web/hand-over.ts';
import { startWebHost, type WebHost } from '../../electron/hosts/web/host.ts';
import { portraitId, stubStudio } from '../contract/stub-studio.ts';
import { hasBrowser, launchBrowser } from './support/browser.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A page that loads a picture and opens its connection as the studio's window does. */
const SCRIPT = `
const picture = new Image();
picture.src = 'pictures/${portraitId(1)}';
const socket = new WebSocket(new URL('rpc', document.baseURI.replace(/^http/, 'ws')));
await Promise.all([picture.decode(), new Promise((open) => socket.addEventListener('open', open))]);
document.title = 'works';
`;

describe.skipIf(!hasBrowser)('The web host', { timeout: 60_000 }, () => {
  let browser: Browser;
  let folder: string;
  let host: WebHost;
  let stranger: Server;
  let strangerPort: number;
  /** Everything that the stranger was ever sent. */
  const seen: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    folder = mkdtempSync(path.join(tmpdir(), 'trust-'));
    writeFileSync(
      path.join(folder, 'index.html'),
      '<!doctype html><script type="module" src="./main.js"></script>',
    );
    writeFileSync(path.join(folder, 'main.js'), SCRIPT);
    const service = stubStudio({ picture: async () => new Uint8Array(PNG) });
    host = await startWebHost({ service, root: folder, port: 0 });
    stranger = createServer((request, response) => {
      seen.push(`${request.url} ${JSON.stringify(request.headers)}`);
      response.setHeader('content-type', 'text/html').end('<!doctype html><p>hello</p>');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    strangerPort = (stranger.address() as AddressInfo).port;
  });

  afterAll(async () => {
    await browser.close();
    stranger.close();
    await host.close();
    rmSync(folder, { recursive: true });
  });

  const works = (page: Page) => page.waitForFunction(() => document.title === 'works');

  it('opens by a page that the user alone can read, once', async () => {
    const { url, used } = host.namedUrlForOnce();
    const { address, remove } = await handOver(url, path.join(folder, 'private'));
    const { mode } = statSync(fileURLToPath(address));
    if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600);
    const page = await browser.newPage();
    await page.goto(address);
    await works(page);
    await used;
    expect(new URL(page.url()).hostname).toBe(new URL(url).hostname);
    expect(readFileSync(fileURLToPath(address), 'utf8')).not.toContain(host.token);
    await remove();
    const second = await page.goto(url);
    expect(second?.status()).toBe(403);
    await page.close();
  });

  it.each(['url', 'namedUrl'] as const)('works by the printed %s', async (which) => {
    const page = await browser.newPage();
    await page.goto(host[which]);
    await works(page);
    expect(page.url()).not.toContain(host.token);
    await page.reload();
    await works(page);
    await page.close();
  });

  it('sends nothing to other ports of this machine, whatever the name', async () => {
    const context = await browser.newContext();
    for (const url of [host.url, host.namedUrl]) {
      const page = await context.newPage();
      await page.goto(url);
      await works(page);
      const { hostname, pathname } = new URL(page.url());
      for (const name of [hostname, '127.0.0.1', 'localhost']) {
        await page.goto(url);
        await works(page);
        // As a link of the page's own would.
        await page.evaluate((to) => location.assign(to), `http://${name}:${strangerPort}/`);
        await page.getByText('hello').waitFor();
      }
      expect(seen.join('\n')).not.toContain(pathname);
      expect(seen.join('\n')).not.toMatch(/cookie/);
      // Not even where it came from.
      expect(seen.join('\n')).not.toContain(`:${new URL(url).port}`);
    }
    expect(seen.join('\n')).not.toContain(host.token);
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });

  it('is closed to pages of another port, even if they know every secret', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(host.namedUrl);
    await works(page);
    const home = page.url();
    const name = new URL(home).hostname;
    for (const from of ['127.0.0.1', name]) {
      await page.goto(`http://${from}:${strangerPort}/`);
      const got = await page.evaluate(
        async ({ home, id }) => {
          // What a browser blocks it need not answer at all.
          const attempt = (work: Promise<unknown>) =>
            Promise.race([
              work.then(
                () => true,
                () => false,
              ),
              new Promise((resolve) => setTimeout(resolve, 2_000, false)),
            ]);
          const picture = new Image();
          picture.src = `${home}pictures/${id}`;
          const socket = new WebSocket(`${home.replace(/^http/, 'ws')}rpc`);
          return {
            fetched: await attempt(fetch(home)),
            pictured: await attempt(picture.decode()),
            connected: await attempt(
              new Promise((resolve, reject) => {
                socket.addEventListener('open', resolve);
                socket.addEventListener('error', reject);
              }),
            ),
          };
        },
        { home, id: portraitId(1) },
      );
      expect({ from, ...got }).toEqual({ from, fetched: false, pictured: false, connected: false });
    }
    await context.close();
  });

  it('shows its page in no frame of another', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(host.namedUrl);
    await works(page);
    const home = page.url();
    await page.goto(`http://127.0.0.1:${strangerPort}/`);
    await page.evaluate((src) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      document.body.append(frame);
      return new Promise((resolve) => frame.addEventListener('load', resolve));
    }, home);
    const frames = await Promise.all(
      page.frames().map((frame) => frame.title().catch(() => 'closed')),
    );
    expect(frames).not.toContain('works');
    await context.close();
  });
});
