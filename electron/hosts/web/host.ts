/** The web host: the studio for a browser on this machine, over HTTP and a WebSocket. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import { MAX_UPLOAD_BYTES } from '../../contract/reference.ts';
import { studioMethods, type StudioService } from '../../contract/service.ts';
import { confineExports } from '../../rpc/destinations.ts';
import { serve } from '../../rpc/server.ts';
import { SECURITY_HEADERS } from '../../site/policy.ts';
import { createSite, refusal, type Site } from '../../site/site.ts';
import { Access } from './access.ts';
import { hasBody, sendResponse, toRequest } from './http.ts';
import { webSocketPort } from './socket.ts';

/** Other machines never see the studio; who wants it there tunnels, for example by `ssh -L`. */
const LOOPBACK = '127.0.0.1';
const SOCKET_PATH = '/rpc';
/** An upload and what is said around it. A larger frame is refused by its header, unread. */
const MAX_FRAME_BYTES = MAX_UPLOAD_BYTES + 1_000_000;
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
}

export interface WebHost {
  readonly token: string;
  /** An address that opens the studio in a browser. It holds the token. */
  readonly url: string;
  /** An address that does so once. */
  urlForOnce(): string;
  /** Says goodbye to every page and ends. What pages had asked for is cancelled. */
  close(): Promise<void>;
}

/** @throws StudioError `port-busy` */
export async function startWebHost({ service, root, port }: WebHostOptions): Promise<WebHost> {
  const server = createServer();
  await listen(server, port);
  const address = server.address() as AddressInfo;
  const access = new Access(address.port);
  const site = createSite(root, service);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  // A browser cannot open this host's folder dialog: it gets downloads.
  const confined = confineExports(service, () => false);

  server.on('request', (message, response) => {
    void answer(message, access, site).then((answered) => {
      if (hasBody(message)) response.shouldKeepAlive = false;
      return sendResponse(answered, response);
    });
  });
  server.on('upgrade', (message, socket, head) => {
    try {
      checkUpgrade(message, access);
    } catch (thrown) {
      refuseUpgrade(socket, toStudioError(thrown));
      return;
    }
    sockets.handleUpgrade(message, socket, head, (webSocket) =>
      serve(studioMethods, confined, webSocketPort(webSocket)),
    );
  });

  const urlWith = (token: string) => `http://${LOOPBACK}:${address.port}/?token=${token}`;
  return {
    token: access.token,
    url: urlWith(access.token),
    urlForOnce: () => urlWith(access.issueTicket()),
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
    const request = toRequest(message);
    const { pathname, searchParams } = new URL(request.url);
    const token = searchParams.get('token');
    if (pathname === '/' && token !== null && access.redeem(token)) return welcome(access);
    access.checkToken(message.headers);
    return await site(request);
  } catch (thrown) {
    return refusal(toStudioError(thrown));
  }
}

/** Takes the token out of the address and puts it into a cookie. */
function welcome(access: Access): Response {
  return new Response(null, {
    status: 303,
    headers: {
      ...SECURITY_HEADERS,
      location: '/',
      'set-cookie': access.cookieHeader(),
      'cache-control': 'no-store',
    },
  });
}

function checkUpgrade(message: IncomingMessage, access: Access): void {
  access.checkAddress(message.headers);
  access.checkToken(message.headers);
  if (message.url === SOCKET_PATH) return;
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

function tooLarge(): StudioError {
  return new StudioError(
    'invalid-argument',
    'Requests with a body are not taken here: pictures go over the connection of the page.',
  );
}
