import type { StudioService } from '../../electron/contract/service.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Sends something to the engine piece by piece, so that little of it is under way at once, and has it
 * used there. What breaks off on the way leaves nothing behind.
 */
export async function withUpload<T>(
  service: StudioService,
  name: string,
  pieces: Iterable<Bytes> | AsyncIterable<Bytes>,
  signal: AbortSignal,
  use: (upload: { id: string }) => Promise<T>,
): Promise<T> {
  const upload = await service.openUpload({ name }, { signal });
  try {
    for await (const bytes of pieces) await service.appendUpload({ ...upload, bytes }, { signal });
    return await use(upload);
  } catch (thrown) {
    // When the connection is lost as well, the studio removes it at its end.
    service.dropUpload(upload).catch(() => undefined);
    throw thrown;
  }
}
