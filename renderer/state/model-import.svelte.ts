import type { ImportedModel } from '../../electron/contract/component.ts';
import { type PackConflict, packConflictSchema } from '../../electron/contract/pack.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import { LongWork } from './long-work.svelte.ts';
import type { ModelFiles } from './model-files.ts';
import { type Piece, piecesOf, withUpload } from './upload.ts';

/** How far an import is: bytes that were sent, then checks that were passed. */
export interface ModelImportRun {
  readonly stage: 'reading' | 'checking';
  readonly name: string;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
}

/** The model that is being taken in, at most one in a window. */
export class ModelImport extends LongWork<ModelImportRun> {
  readonly #service: StudioService;
  #offered = $state.raw<ModelFiles | null>(null);

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

  /** What was offered last. */
  get offered(): ModelFiles | null {
    return this.#offered;
  }

  /**
   * Sends a model and has it checked. Null when it was cancelled or refused, or another is on its way.
   *
   * @param replace whether a pack of the same id that was added before makes place
   */
  start(model: ModelFiles, replace = false): Promise<ImportedModel | null> {
    if (!this.run) this.#offered = model;
    return this.perform((signal) => this.#send(model, replace, signal));
  }

  #send(model: ModelFiles, replace: boolean, signal: AbortSignal): Promise<ImportedModel> {
    const { name, files } = model;
    const several = files.some(({ path }) => path !== undefined);
    const what = { name, ...(several && { several }) };
    return withUpload(this.#service, what, this.#pieces(model), signal, (upload) => {
      this.report({ stage: 'checking', name, done: 0, total: 0 });
      return this.#service.importModel(
        { ...upload, replace },
        {
          signal,
          onEvent: (event) => {
            if (event.kind === 'advanced') this.report({ ...event, stage: 'checking', name });
          },
        },
      );
    });
  }

  /** What is asked for next tells that the piece before has been sent. */
  async *#pieces({ name, files }: ModelFiles): AsyncGenerator<Piece> {
    const total = files.reduce((sum, { file }) => sum + file.size, 0);
    let done = 0;
    for await (const piece of piecesOf(files, strings.models.notRead)) {
      this.report({ stage: 'reading', name, done, total });
      yield piece;
      done += piece.bytes.length;
    }
  }
}
