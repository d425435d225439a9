/** Between Node's HTTP messages and the `Request` and `Response` that the site speaks. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { StudioError } from '../../contract/errors.ts';

/** @throws StudioError `invalid-argument` for a method or a target that is none */
export function toRequest(method: string, target: string): Request {
  try {
    return new Request(new URL(`http://studio${target}`), { method });
  } catch (cause) {
    throw new StudioError('invalid-argument', 'This address cannot be read.', { cause });
  }
}

/** True when the message announces a body, which nothing here reads. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Sends an answer, as fast as it is taken. */
export async function sendResponse(response: Response, to: ServerResponse): Promise<void> {
  to.statusCode = response.status;
  to.setHeaders(response.headers);
  if (!response.body) return void to.end();
  // Whoever turns away in the middle of an answer is not told why.
  await pipeline(response.body, to).catch(() => undefined);
}
