/** The web host: the studio for a browser on this machine, over HTTP and a WebSocket. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import { MAX_UPLOAD_BYTES } from '../../contract/reference.ts';
import type { StudioService } from '../../contract/service.ts';
import { MAX_TEXT_BYTES } from '../../rpc/message-limits.ts';
import { servePage } from '../../rpc/page.ts';
import { SECURITY_HEADERS } from '../../site/policy.ts';
import { createSite, refusal, refusalPage, type Site } from '../../site/site.ts';
import { Access } from './access.ts';
import { hasBody, sendResponse, toRequest } from './http.ts';
import { randomName } from './own-name.ts';
import { pagePort } from './socket.ts';

/** Other machines never see the studio; who wants it there tunnels, for example by `ssh -L`. */
const LOOPBACK = '127.0.0.1';
const SOCKET_PATH = '/rpc';
/** An upload and what is said around it. A larger frame is refused by its header, unread. */
const MAX_FRAME_BYTES = MAX_UPLOAD_BYTES + MAX_TEXT_BYTES;
/** Pages at once. */
const MAX_PAGES = 16;
/** A browser opens six for each page, besides the page's own connection. */
const MAX_CONNECTIONS = 256;
/** How long a request may take to come: all of it is headers. */
const REQUEST_MS = 5_000;
/** Close code of RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;
/** How long a page may take to say goodbye. */
const GRACE_MS = 1_000;

export interface WebHostOptions {
  service: StudioService;
  /** Folder of the built renderer. */
  root: string;
  /** 0 for any port that is free. */
  port: number;
  /** Its own name in browsers; a new one by default. */
  name?: string;
}

export interface WebHost {
  readonly token: string;
  /** An address that opens the studio in any browser, and that any program can reach. It holds the token. */
  readonly url: string;
  /** The same by the host's own name, for browsers: most of them know that it is this machine. */
  readonly namedUrl: string;
  /** Such an address that works once. */
  namedUrlForOnce(): Ticket;
  /** Says goodbye to every page and ends. What pages had asked for is cancelled. */
  close(): Promise<void>;
}

export interface Ticket {
  readonly url: string;
  /** Resolves when somebody has come by it. */
  readonly used: Promise<void>;
}

/** @throws StudioError `port-busy` */
export async function startWebHost({
  service,
  root,
  port,
  name = randomName(),
}: WebHostOptions): Promise<WebHost> {
  const server = createServer({
    headersTimeout: REQUEST_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: REQUEST_MS / 5,
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, port);
  const address = server.address() as AddressInfo;
  const access = new Access(name);
  const site = createSite(root, service);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });

  server.on('request', (message, response) => {
    void answer(message, access, site).then((answered) => {
      if (hasBody(message)) response.shouldKeepAlive = false;
      return sendResponse(answered, response);
    });
  });
  server.on('upgrade', (message, socket, head) => {
    try {
      checkUpgrade(message, access);
      if (sockets.clients.size >= MAX_PAGES) throw tooManyPages();
    } catch (thrown) {
      refuseUpgrade(socket, toStudioError(thrown));
      return;
    }
    sockets.handleUpgrade(message, socket, head, (webSocket) =>
      // A browser cannot open this host's folder dialog: it gets downloads.
      servePage(service, pagePort(webSocket), () => false),
    );
  });

  const urlOf = (at: string, token: string) => `http://${at}:${address.port}/?token=${token}`;
  return {
    token: access.token,
    url: urlOf(LOOPBACK, access.token),
    namedUrl: urlOf(name, access.token),
    namedUrlForOnce: () => {
      const { token, used } = access.issueTicket();
      return { url: urlOf(name, token), used };
    },
    close: () => close(server, sockets),
  };
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  for (const socket of sockets.clients) socket.close(GOING_AWAY, 'The studio has ended.');
  const giveUp = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets.clients) socket.terminate();
  }, GRACE_MS);
  await closed;
  clearTimeout(giveUp);
}

async function answer(message: IncomingMessage, access: Access, site: Site): Promise<Response> {
  try {
    if (hasBody(message)) return refusal(tooLarge(), 413);
    access.checkAddress(message.headers);
    const { method = 'GET', url = '/', headers } = message;
    const token = /^\/\?token=([^&]*)$/.exec(url)?.[1];
    if (token !== undefined && access.redeem(token)) return welcome(access);
    return await site(toRequest(method, access.admit(url, headers)));
  } catch (thrown) {
    const isRead = message.headers.accept?.includes('text/html');
    return (isRead ? refusalPage : refusal)(toStudioError(thrown));
  }
}

/** Leads from the address with the token to the pages. */
function welcome({ home }: Access): Response {
  return new Response(null, {
    status: 303,
    headers: { ...SECURITY_HEADERS, location: home, 'cache-control': 'no-store' },
  });
}

function checkUpgrade(message: IncomingMessage, access: Access): void {
  access.checkAddress(message.headers);
  if (access.admit(message.url ?? '/', message.headers) === SOCKET_PATH) return;
  throw new StudioError('not-found', `The studio's connection is at ${SOCKET_PATH}.`);
}

function refuseUpgrade(socket: Duplex, reason: StudioError): void {
  const { status } = refusal(reason);
  const body = JSON.stringify({ error: reason.toJSON() });
  // The server has let go of it: nobody else hears of its errors, or ends it when the peer does not.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portBusy(port, error) : error),
    );
    server.listen(port, LOOPBACK, resolve);
  });
}

function portBusy(port: number, cause: Error): StudioError {
  return new StudioError(
    'port-busy',
    `Port ${port} is taken by another program. Choose another one with --port, or 0 for any that is free.`,
    { cause },
  );
}

function tooManyPages(): StudioError {
  return new StudioError(
    'too-many-requests',
    `The studio is open in ${MAX_PAGES} windows already. Close one of them and reload this page.`,
  );
}

function tooLarge(): StudioError {
  return new StudioError(
    'invalid-argument',
    'Requests with a body are not taken here: pictures go over the connection of the page.',
  );
}
