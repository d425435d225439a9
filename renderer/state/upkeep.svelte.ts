import type { Delivery } from '../../electron/contract/delivery.ts';
import type { Merged, Moved, Rebuilt, Verification } from '../../electron/contract/library.ts';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import type { Host } from '../host/host.ts';
import { strings } from '../strings.ts';
import { LongWork } from './long-work.svelte.ts';
import type { UpkeepKind } from './upkeep-kinds.ts';
import { piecesOf, withUpload } from './upload.ts';

/** How far it is; `total` is 0 while it is not known how much there is to do. */
export interface UpkeepRun {
  readonly kind: UpkeepKind;
  readonly done: number;
  readonly total: number;
  /** Null while there is no estimate. */
  readonly remainingMs: number | null;
}

/** What came of it. */
export type UpkeepResult =
  | ({ readonly kind: 'verify' } & Verification)
  | { readonly kind: 'backup'; readonly delivery: Delivery }
  | ({ readonly kind: 'rebuild' } & Rebuilt)
  | ({ readonly kind: 'merge' } & Merged)
  | ({ readonly kind: 'move' } & Moved)
  /** Stopped by the artist, or failed: then `error` says why. */
  | { readonly kind: 'broken-off'; readonly what: UpkeepKind };

interface Call {
  readonly signal: AbortSignal;
  readonly onEvent: (event: ProgressEvent) => void;
}

/** Work on the whole library, at most one at a time in a window. It goes on while its dialog is closed. */
export class Upkeep extends LongWork<UpkeepRun> {
  readonly #host: Host;
  #result = $state.raw<UpkeepResult | null>(null);

  constructor(host: Host) {
    super();
    this.#host = host;
  }

  /** What came of the last one, until it was read. */
  get result(): UpkeepResult | null {
    return this.#result;
  }

  /** How many of a hundred parts are done; null while nothing is under way, or that is not known. */
  get percent(): number | null {
    const { run } = this;
    return run && run.total > 0 ? Math.floor((100 * run.done) / run.total) : null;
  }

  /** It was read. */
  forget(): void {
    this.#result = null;
    this.clearError();
  }

  verify(): Promise<void> {
    return this.#do('verify', async (call) => {
      return { kind: 'verify', ...(await this.#host.service.verifyLibrary({}, call)) };
    });
  }

  rebuild(): Promise<void> {
    return this.#do('rebuild', async (call) => {
      return { kind: 'rebuild', ...(await this.#host.service.rebuildLibrary({}, call)) };
    });
  }

  /** Asks where to, where the host can; hands the archive over as a download elsewhere. */
  backUp(zip: boolean): Promise<void> {
    return this.#do('backup', async (call) => {
      const destination = await this.#host.chooseDestination();
      if (!destination) return null;
      const delivery = await this.#host.service.backupLibrary({ destination, zip }, call);
      this.#host.deliver(delivery);
      return { kind: 'backup', delivery };
    });
  }

  /** Takes in the archive of a backup. */
  mergeArchive(file: File): Promise<void> {
    return this.#do('merge', async (call) => {
      const { service } = this.#host;
      const pieces = this.#sent(file);
      const merged = await withUpload(service, { name: file.name }, pieces, call.signal, (upload) =>
        service.mergeLibrary({ source: { kind: 'upload', ...upload } }, call),
      );
      return { kind: 'merge', ...merged };
    });
  }

  /** Takes in the library of a folder, which the host asks for. */
  mergeFolder(): Promise<void> {
    return this.#do('merge', async (call) => {
      const folder = await this.#host.chooseFolder?.();
      if (!folder) return null;
      const source = { kind: 'folder' as const, folder };
      return { kind: 'merge', ...(await this.#host.service.mergeLibrary({ source }, call)) };
    });
  }

  /** Moves the library into a folder, which the host asks for. */
  move(): Promise<void> {
    return this.#do('move', async (call) => {
      const folder = await this.#host.chooseFolder?.();
      if (!folder) return null;
      const destination = { kind: 'folder' as const, folder };
      return { kind: 'move', ...(await this.#host.service.moveLibrary({ destination }, call)) };
    });
  }

  /** @param work gives null where the artist thought better of it */
  async #do(what: UpkeepKind, work: (call: Call) => Promise<UpkeepResult | null>): Promise<void> {
    if (this.run) return;
    this.#result = null;
    let isWanted = true;
    const result = await this.perform(async (signal) => {
      const given = await work({ signal, onEvent: (event) => this.#take(what, event) });
      isWanted = given !== null;
      return given;
    });
    this.#result = result ?? (isWanted ? { kind: 'broken-off', what } : null);
  }

  #take(kind: UpkeepKind, event: ProgressEvent): void {
    if (event.kind === 'advanced') this.report({ ...event, kind });
    else
      this.report({
        kind,
        done: 0,
        total: event.kind === 'started' ? event.total : 0,
        remainingMs: null,
      });
  }

  async *#sent(file: File) {
    let done = 0;
    for await (const piece of piecesOf([{ file }], strings.upkeep.notRead)) {
      this.report({ kind: 'merge', done, total: file.size, remainingMs: null });
      yield piece;
      done += piece.bytes.length;
    }
    this.report({ kind: 'merge', done: 0, total: 0, remainingMs: null });
  }
}
