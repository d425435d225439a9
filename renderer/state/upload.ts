import { StudioError } from '../../electron/contract/errors.ts';
import type { StudioService } from '../../electron/contract/service.ts';

/** Few round trips, and little of a large file in memory at once. */
const CHUNK_BYTES = 4 << 20;

/** Part of a file; of a folder `path` says of which file in it. */
export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly path?: string;
}

/**
 * Sends something to the engine piece by piece, so that little of it is under way at once, and has it
 * used there. What breaks off on the way leaves nothing behind.
 *
 * @param what its name, and whether it is a folder
 */
export async function withUpload<T>(
  service: StudioService,
  what: { readonly name: string; readonly several?: boolean },
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  signal: AbortSignal,
  use: (upload: { id: string }) => Promise<T>,
): Promise<T> {
  const upload = await service.openUpload(what, { signal });
  try {
    for await (const piece of pieces) {
      await service.appendUpload({ ...upload, ...piece }, { signal });
    }
    return await use(upload);
  } catch (thrown) {
    // When the connection is lost as well, the studio removes it at its end.
    service.dropUpload(upload).catch(() => undefined);
    throw thrown;
  }
}

/**
 * Files piece by piece; also an empty one has a piece.
 *
 * @param notRead what is said of a file that cannot be read
 * @throws StudioError `file-not-found` for a folder, or a file that went away meanwhile
 */
export async function* piecesOf(
  files: readonly { readonly file: File; readonly path?: string | undefined }[],
  notRead: string,
): AsyncGenerator<Piece> {
  for (const { file, path } of files) {
    for (let at = 0; at === 0 || at < file.size; at += CHUNK_BYTES) {
      const bytes = await read(file.slice(at, at + CHUNK_BYTES), notRead);
      yield path === undefined ? { bytes } : { bytes, path };
    }
  }
}

async function read(part: Blob, notRead: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    throw new StudioError('file-not-found', notRead, { cause });
  }
}
