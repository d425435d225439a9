import type { StudioService } from '../../electron/contract/service.ts';

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
