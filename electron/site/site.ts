/** What a window of the studio loads, as answers to its requests: pages, pictures and downloads. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type ErrorCode, StudioError, toStudioError } from '../contract/errors.ts';
import { generationIdSchema } from '../contract/generation.ts';
import type { StudioService } from '../contract/service.ts';
import { fileInside, mediaType } from './files.ts';
import { SECURITY_HEADERS } from './policy.ts';

/** Answers a request; never rejects. */
export type Site = (request: Request) => Promise<Response>;

/** What of the studio a site shows. */
export type SiteService = Pick<StudioService, 'picture' | 'thumbnail' | 'readDownload'>;

const portraitSchema = z.object({ id: generationIdSchema });
const downloadSchema = z.object({ id: z.uuid() });

const FOREVER = 'private, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';
const NEVER = 'no-store';

const STATUS: Partial<Record<ErrorCode, number>> = {
  'invalid-argument': 400,
  'access-denied': 403,
  'too-many-requests': 429,
  'not-found': 404,
  'file-not-found': 404,
};

/**
 * The site of one library: `/` and the files below `root`, where the renderer was built;
 * `/pictures/<id>` and `/thumbnails/<id>`; `/downloads/<id>`. A portrait's pixels never change, and built assets carry a
 * hash in their names, so the browser keeps both for good.
 */
export function createSite(root: string, service: SiteService): Site {
  async function answer(request: Request): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod(request.method);
    const { pathname } = new URL(request.url);
    const [, folder, id] = pathname.split('/');
    if (folder === 'pictures') {
      return found(await service.picture(named(id, portraitSchema)), 'image/png', FOREVER);
    }
    if (folder === 'thumbnails') {
      return found(await service.thumbnail(named(id, portraitSchema)), 'image/webp', FOREVER);
    }
    if (folder === 'downloads') return download(named(id, downloadSchema), service);
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
    { status, headers: { ...SECURITY_HEADERS, 'cache-control': NEVER } },
  );
}

/** The same for whoever looks at it in a browser. */
export function refusalPage(error: StudioError): Response {
  const { status, headers } = refusal(error);
  const words = escapeMarkup(error.message);
  headers.set('content-type', 'text/html; charset=utf-8');
  const page = `<!doctype html><meta charset="utf-8"><title>CLIP-Flow Studio</title><p>${words}`;
  return new Response(page, { status, headers });
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function found(bytes: Uint8Array<ArrayBuffer>, type: string, cacheControl: string): Response {
  return new Response(bytes, {
    headers: {
      ...SECURITY_HEADERS,
      'content-type': type,
      'content-length': String(bytes.byteLength),
      'cache-control': cacheControl,
    },
  });
}

/** A download piece by piece, as fast as it is taken: it may be larger than memory. */
async function download({ id }: { id: string }, service: SiteService): Promise<Response> {
  // Read before the answer begins, so that a download that has ended is one that is not found.
  let chunk = await service.readDownload({ id, offset: 0 });
  let offset = 0;
  const body = new ReadableStream({
    async pull(controller) {
      if (chunk.byteLength === 0) return controller.close();
      controller.enqueue(chunk);
      offset += chunk.byteLength;
      chunk = await service.readDownload({ id, offset });
    },
  });
  return new Response(body, {
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'cache-control': NEVER,
    },
  });
}

/** The id that a path ends in. */
function named<T>(id: string | undefined, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse({ id });
  if (!parsed.success) throw missing();
  return parsed.data;
}

function missing(cause?: unknown): StudioError {
  return new StudioError('not-found', 'There is nothing at this address.', { cause });
}

function wrongMethod(method: string): StudioError {
  return new StudioError('invalid-argument', `Only GET is answered here, not ${method}.`);
}
