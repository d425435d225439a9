import {
  type BringInEvent,
  type BroughtIn,
  countPicture,
  nothingBrought,
} from '../../electron/contract/bring-in.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import { LongWork } from './long-work.svelte.ts';
import { isArchive, lotsOf, pathInLot, pathOf, type PictureFile } from './picture-files.ts';
import { type Piece, piecesOf, withUpload } from './upload.ts';

/** Of the work on a file, the part that is sending it. */
const SENDING = 0.2;

/** How far pictures are that are brought in. */
export interface BringingInRun {
  /** 0 to 1. */
  readonly share: number;
  /** Null while there is no estimate. */
  readonly remainingMs: number | null;
  /** What came so far. */
  readonly brought: BroughtIn;
}

/** Pictures on their way into the library, one lot of files after the other; at most one bringing-in in a window. */
export class BringingIn extends LongWork<BringingInRun> {
  readonly #service: StudioService;
  #offered = $state.raw<readonly PictureFile[]>([]);
  #result = $state.raw<BroughtIn | null>(null);
  #isWhole = $state(false);
  /** Name of the board they are laid on; empty for none. */
  board = $state('');

  constructor(service: StudioService) {
    super();
    this.#service = service;
  }

  /** What waits to be brought in. */
  get offered(): readonly PictureFile[] {
    return this.#offered;
  }

  /** What came, once that has ended; null before. */
  get result(): BroughtIn | null {
    return this.#result;
  }

  /** Whether everything that was offered has been looked at. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Takes files in place of what waited before. */
  offer(files: readonly PictureFile[]): void {
    if (this.run) return;
    this.clearError();
    this.#result = null;
    this.#offered = files;
  }

  /** Brings in what waits. What came before it was stopped is known when it is started again. */
  async start(): Promise<void> {
    if (this.run) return;
    const brought = nothingBrought();
    this.#result = null;
    this.report({ share: 0, remainingMs: null, brought });
    this.#isWhole = (await this.perform((signal) => this.#bringAll(brought, signal))) !== null;
    this.#result = brought;
    if (this.#isWhole) this.#offered = [];
  }

  async #bringAll(brought: BroughtIn, signal: AbortSignal): Promise<BroughtIn> {
    const board = this.board.trim();
    const lots = lotsOf(this.#offered);
    const total = lots.flat().reduce((sum, { file }) => sum + file.size, 0);
    let before = 0;
    /** When the first picture was begun with: what comes before it, such as a model that is loaded, tells no pace. */
    let begun: { readonly at: number; readonly share: number } | null = null;
    for (const lot of lots) {
      const bytes = lot.reduce((sum, { file }) => sum + file.size, 0);
      const advance = (part: number) => {
        const share = total === 0 ? 1 : (before + part * bytes) / total;
        if (part > SENDING) begun ??= { at: performance.now(), share };
        const done = begun ? share - begun.share : 0;
        const elapsed = performance.now() - (begun?.at ?? 0);
        const remainingMs = done > 0 ? (elapsed * (1 - share)) / done : null;
        this.report({ share, remainingMs, brought: { ...brought } });
      };
      brought.passedOver += await this.#bringLot(lot, { board, brought, advance, signal });
      before += bytes;
    }
    return brought;
  }

  /** @returns how many files in an archive are called like no picture */
  async #bringLot(
    lot: readonly PictureFile[],
    { board, brought, advance, signal }: Lot,
  ): Promise<number> {
    const onEvent = (event: BringInEvent) => {
      if (event.kind === 'brought') {
        countPicture(brought, { ...event.picture, name: pathOf(lot, event.picture.name) });
      } else if (event.kind === 'advanced' && event.task === 'import') {
        advance(SENDING + ((1 - SENDING) * event.done) / event.total);
      }
    };
    const name = lot[0]?.file.name ?? '';
    const what = lot.some(isArchive) ? { name } : { name, several: true };
    const pieces = piecesOfLot(lot, (sent) => advance(SENDING * sent));
    const { passedOver } = await withUpload(this.#service, what, pieces, signal, (upload) =>
      this.#service.bringIn(
        { ...upload, ...(board !== '' && { boardNamed: board }) },
        { signal, onEvent },
      ),
    );
    return passedOver;
  }
}

interface Lot {
  /** Its name; empty for none. */
  readonly board: string;
  readonly brought: BroughtIn;
  /** Told of the share of the lot that is done, 0 to 1. */
  readonly advance: (part: number) => void;
  readonly signal: AbortSignal;
}

async function* piecesOfLot(
  lot: readonly PictureFile[],
  onSent: (share: number) => void,
): AsyncGenerator<Piece> {
  const total = lot.reduce((sum, { file }) => sum + file.size, 0);
  const files = lot.map((one, index) => {
    return { file: one.file, path: isArchive(one) ? undefined : pathInLot(one, index) };
  });
  let sent = 0;
  for await (const piece of piecesOf(files, strings.bringIn.notRead)) {
    yield piece;
    sent += piece.bytes.length;
    onSent(total === 0 ? 1 : sent / total);
  }
}
