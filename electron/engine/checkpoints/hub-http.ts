/**
 * Requests to a model hub: through the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), after
 * redirections, and with failures in words. Nothing else in the studio reaches the network.
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { StudioError } from '../../contract/errors.ts';
import { systemCode } from '../../contract/system-errors.ts';

const MAX_REDIRECTIONS = 5;
/** Of silence. */
const PATIENCE_MS = 30_000;
const MAX_ANSWER_BYTES = 16_000_000;

export interface HubRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The answer to a GET request: 200 or 206, or the `also` status, its content not read yet.
 *
 * @throws StudioError `network-unreachable`, `network-refused`
 */
export async function get(
  url: URL,
  { headers = {}, signal }: HubRequest = {},
  also?: number,
): Promise<IncomingMessage> {
  let at = url;
  for (let count = 0; count <= MAX_REDIRECTIONS; count++) {
    const response = await request(at, headers, signal);
    const status = response.statusCode ?? 0;
    if (status === 200 || status === 206 || status === also) return response;
    response.destroy();
    const location = response.headers.location;
    if (status < 300 || status >= 400 || location === undefined) throw refused(at, status);
    at = redirected(at, location);
  }
  throw unreachable(url, 'it sends from one place to the next without end');
}

/** A whole answer, as JSON. @throws StudioError `network-unreachable`, `network-refused` */
export async function getJson(url: URL, options: HubRequest = {}): Promise<unknown> {
  const response = await get(url, options);
  try {
    const length = Number(response.headers['content-length'] ?? 0);
    if (length > MAX_ANSWER_BYTES) throw new RangeError('too long');
    return JSON.parse((await buffer(limited(response))).toString('utf8')) as unknown;
  } catch (thrown) {
    response.destroy();
    if (options.signal?.aborted) throw thrown;
    throw unreachable(url, 'what answers there is no model hub', thrown);
  }
}

async function* limited(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError('too long');
    yield chunk;
  }
}

function request(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const proxyEnv = process.env;
  const options = {
    headers: { ...headers, 'user-agent': 'clip-flow-studio' },
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? https.get(url, { ...options, agent: new https.Agent({ proxyEnv }) }, resolve)
        : http.get(url, { ...options, agent: new http.Agent({ proxyEnv }) }, resolve);
    sent.setTimeout(PATIENCE_MS, () =>
      sent.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })),
    );
    sent.on('error', (thrown) => {
      reject(signal?.aborted ? thrown : unreachable(url, whyUnreached(thrown), thrown));
    });
  });
}

/** Never from a safe connection to one that others can read and change. */
function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSafe =
    to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:');
  if (to && isSafe) return to;
  throw unreachable(from, 'it sends to a place that is not safe to download from');
}

const WHY_UNREACHED: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known here, as without a connection to the internet',
  EAI_AGAIN: 'its name is not known here, as without a connection to the internet',
  ECONNREFUSED: 'nothing answers there',
  ETIMEDOUT: 'it does not answer in time',
  ECONNRESET: 'the connection was cut',
};

function whyUnreached(thrown: Error): string {
  return WHY_UNREACHED[systemCode(thrown) ?? ''] ?? (thrown.message || 'the connection failed');
}

/** For what may work another time, or with another connection. */
export function unreachable(url: URL, why: string, cause?: unknown): StudioError {
  return new StudioError(
    'network-unreachable',
    `The model hub at ${url.host} was not reached: ${why}. What was downloaded is kept; look at your connection ` +
      '(HTTPS_PROXY names a proxy, HF_ENDPOINT another hub) and try again, or import files that you have.',
    { cause },
  );
}

function refused(url: URL, status: number): StudioError {
  if (status === 429 || status >= 500) return unreachable(url, `it is busy (${status})`);
  const why =
    status === 401 || status === 403
      ? 'it wants an account, or that its terms are agreed to. Download the files in a browser and import their folder'
      : `it has no such model, revision or file (${status}). Look for its name on the hub's pages`;
  return new StudioError('network-refused', `The model hub at ${url.host} gave nothing: ${why}.`);
}
