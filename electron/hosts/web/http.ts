/** Between Node's HTTP messages and the `Request` and `Response` that the site speaks. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StudioError } from '../../contract/errors.ts';

/** @throws StudioError `invalid-argument` for an address or a method that is none */
export function toRequest({ url = '/', method = 'GET' }: IncomingMessage): Request {
  try {
    return new Request(new URL(`http://studio${url}`), { method });
  } catch (cause) {
    throw new StudioError('invalid-argument', 'This address cannot be read.', { cause });
  }
}

/** True when the message announces a body, which nothing here reads. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

export async function sendResponse(response: Response, to: ServerResponse): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  to.statusCode = response.status;
  to.setHeaders(response.headers);
  to.setHeader('content-length', body.byteLength);
  // For HEAD, Node itself leaves the body out.
  to.end(body);
}
