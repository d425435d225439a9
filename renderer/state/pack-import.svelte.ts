import { StudioError } from '../../electron/contract/errors.ts';
import { type PackConflict, packConflictSchema } from '../../electron/contract/pack.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import { LongWork } from './long-work.svelte.ts';
import { withUpload } from './upload.ts';

/** Few round trips, and little of a large file in memory at once. */
const CHUNK_BYTES = 4 << 20;

/** How far an import is: bytes that were sent, then checks that were passed. */
export interface PackImportRun {
  stage: 'reading' | 'checking';
  file: string;
  done: number;
  /** 0 while it is not known. */
  total: number;
}

/** The model pack that is being taken in, at most one in a window. */
export class PackImport extends LongWork<PackImportRun> {
  readonly #service: StudioService;
  #file = $state.raw<File | null>(null);

  constructor(service: StudioService) {
    super();
    this.#service = service;
  }

  /** The pack that is there already, and the one that was offered; null when nothing stands in its way. */
  get conflict(): PackConflict | null {
    if (this.error?.code !== 'pack-exists') return null;
    const conflict = packConflictSchema.safeParse(this.error.details).data;
    return conflict?.replaceable ? conflict : null;
  }

  /** The file of the pack that was offered last. */
  get file(): File | null {
    return this.#file;
  }

  /**
   * Sends a pack and has it checked. Null when it was cancelled or refused, or another is on its way.
   *
   * @param replace whether a pack of the same id that was added before makes place
   */
  start(file: File, replace = false): Promise<PackInfo | null> {
    if (!this.run) this.#file = file;
    return this.perform((signal) =>
      withUpload(this.#service, file.name, this.#pieces(file), signal, (upload) => {
        this.report({ stage: 'checking', file: file.name, done: 0, total: 0 });
        return this.#service.importPack(
          { ...upload, replace },
          {
            signal,
            onEvent: (event) => {
              const { kind } = event;
              if (kind === 'advanced')
                this.report({ ...event, stage: 'checking', file: file.name });
            },
          },
        );
      }),
    );
  }

  /** What is asked for next tells that the piece before has been sent. */
  async *#pieces(file: File): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let sent = 0; ; sent += CHUNK_BYTES) {
      const done = Math.min(sent, file.size);
      this.report({ stage: 'reading', file: file.name, done, total: file.size });
      if (done === file.size) return;
      yield await read(file.slice(sent, sent + CHUNK_BYTES));
    }
  }
}

/** @throws StudioError `pack-not-a-pack` for a folder, or a file that went away meanwhile */
async function read(part: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    throw new StudioError('pack-not-a-pack', strings.models.notRead, { cause });
  }
}
