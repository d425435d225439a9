/** What a window of the studio loads, as answers to its requests: the built pages and the pictures. */
import { readFile } from 'node:fs/promises';
import { type ErrorCode, StudioError, toStudioError } from '../contract/errors.ts';
import { generationIdSchema } from '../contract/generation.ts';
import type { StudioService } from '../contract/service.ts';
import { fileInside, mediaType } from './files.ts';
import { SECURITY_HEADERS } from './policy.ts';

/** Answers a request for a page or a picture; never rejects. */
export type Site = (request: Request) => Promise<Response>;

/** What of the studio a site shows. */
export type Pictures = Pick<StudioService, 'picture' | 'thumbnail'>;

const FOREVER = 'private, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

const STATUS: Partial<Record<ErrorCode, number>> = {
  'invalid-argument': 400,
  'access-denied': 403,
  'not-found': 404,
  'file-not-found': 404,
};

/**
 * The site of one library: `/` and the files below `root`, where the renderer was built;
 * `/pictures/<id>` and `/thumbnails/<id>`. A portrait's pixels never change, and built assets carry a
 * hash in their names, so the browser keeps both for good.
 */
export function createSite(root: string, pictures: Pictures): Site {
  async function answer(request: Request): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod(request.method);
    const { pathname } = new URL(request.url);
    const [, folder, name] = pathname.split('/');
    if (folder === 'pictures') {
      return found(await pictures.picture(portrait(name)), 'image/png', FOREVER);
    }
    if (folder === 'thumbnails') {
      return found(await pictures.thumbnail(portrait(name)), 'image/webp', FOREVER);
    }
    return page(pathname);
  }

  async function page(pathname: string): Promise<Response> {
    const file = await fileInside(root, pathname === '/' ? '/index.html' : pathname);
    if (file === null) throw missing();
    // Reading fails for a folder: none is ever listed.
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw missing(cause);
    });
    return found(bytes, mediaType(file), pathname.startsWith('/assets/') ? FOREVER : ASK_AGAIN);
  }

  return (request) => answer(request).catch((thrown: unknown) => refusal(toStudioError(thrown)));
}

/** An error as an answer: its code and message as JSON, under the same headers as everything else. */
export function refusal(error: StudioError, status = STATUS[error.code] ?? 500): Response {
  return Response.json(
    { error: error.toJSON() },
    { status, headers: { ...SECURITY_HEADERS, 'cache-control': 'no-store' } },
  );
}

function found(bytes: Uint8Array<ArrayBuffer>, type: string, cacheControl: string): Response {
  return new Response(bytes, {
    headers: { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': cacheControl },
  });
}

function portrait(name: string | undefined): { id: string } {
  const id = generationIdSchema.safeParse(name);
  if (!id.success) throw missing();
  return { id: id.data };
}

function missing(cause?: unknown): StudioError {
  return new StudioError('not-found', 'There is nothing at this address.', { cause });
}

function wrongMethod(method: string): StudioError {
  return new StudioError('invalid-argument', `Only GET is answered here, not ${method}.`);
}
