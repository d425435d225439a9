import type { Delivery, Destination } from '../../electron/contract/delivery.ts';
import { advancesOf, type Shares } from '../../electron/contract/progress.ts';
import { type Film, filmSchema, pictureAnimationSchema } from '../../electron/contract/formats.ts';
import { orderOf, type Render, type RenderRequest } from '../../electron/contract/timeline.ts';
import type { Host } from '../host/host.ts';
import type { Handed } from '../host/parts.ts';
import { encodeFilm } from '../timeline/film.ts';
import { LongWork } from './long-work.svelte.ts';
import { type Piece, withUpload } from './upload.ts';

/** What is sent to the engine at once. */
const PIECE_BYTES = 1 << 20;

export interface RenderRun {
  readonly request: RenderRequest;
  readonly stage: 'draw' | 'write';
  readonly done: number;
  readonly total: number;
  readonly remainingMs: number | null;
  /** What each model server has drawn. */
  readonly servers?: Shares | undefined;
}

/** Animations on their way to a file: one at a time in a window, while the artist goes on working. */
export class Renders extends LongWork<RenderRun> {
  #unfinished = $state.raw<readonly Render[]>([]);
  #handed: Handed | null = null;
  readonly #host: Host;

  constructor(host: Host) {
    super();
    this.#host = host;
  }

  /** What was cancelled or broke off, latest first; its frames are kept. */
  get unfinished(): readonly Render[] {
    return this.run ? [] : this.#unfinished;
  }

  /** What the last one became, and how it is reached. */
  get handed(): Handed | null {
    return this.#handed;
  }

  async reload(): Promise<void> {
    this.#unfinished = await this.#host.service.renders({});
  }

  /** Asks where to, draws what is missing, and hands over. True once it is done. */
  async start(request: RenderRequest): Promise<boolean> {
    const done = await this.perform(async (signal) => {
      this.report({ request, stage: 'draw', done: 0, total: 0, remainingMs: null });
      const destination = await this.#host.chooseDestination();
      if (!destination) return false;
      this.#handed = this.#host.deliver(await this.#make(request, destination, signal));
      return true;
    });
    await this.reload().catch(() => undefined);
    return done ?? false;
  }

  async discard(id: string): Promise<void> {
    await this.#host.service.dropRender({ id });
    await this.reload();
  }

  async #make(
    request: RenderRequest,
    destination: Destination,
    signal: AbortSignal,
  ): Promise<Delivery> {
    const { service } = this.#host;
    const { output } = request;
    const render = await service.render(request, {
      signal,
      onEvent: advancesOf('render', (advance) =>
        this.report({ ...advance, request, stage: 'draw' }),
      ),
    });
    const film = filmSchema.safeParse(output.format);
    const delivery = film.success
      ? await this.#film(render, request, film.data, destination, signal)
      : await service.exportRender(
          {
            ...{ ...output, id: render.id, ifExists: 'rename', destination },
            format: pictureAnimationSchema.parse(output.format),
          },
          {
            signal,
            onEvent: advancesOf('export', (advance) =>
              this.report({ ...advance, request, stage: 'write' }),
            ),
          },
        );
    await service.dropRender({ id: render.id });
    return delivery;
  }

  async #film(
    { id, frames, license }: Render,
    request: RenderRequest,
    format: Film,
    destination: Destination,
    signal: AbortSignal,
  ): Promise<Delivery> {
    const { service } = this.#host;
    const { name, side, pingPong } = request.output;
    const order = orderOf(frames, pingPong);
    const startedAt = performance.now();
    let done = 0;
    const film = await encodeFilm({
      ...{ format, fps: request.fps, order, license, signal },
      frame: (index) => service.renderFrame({ id, index, side }, { signal }),
      onFrame: () => {
        done += 1;
        const remainingMs = ((performance.now() - startedAt) * (order.length - done)) / done;
        this.report({ request, stage: 'write', done, total: order.length, remainingMs });
      },
    });
    return withUpload(service, { name: 'film' }, piecesOf(film), signal, (upload) =>
      service.exportFilm({ upload: upload.id, format, name, destination }, { signal }),
    );
  }
}

function* piecesOf(bytes: Uint8Array<ArrayBuffer>): Generator<Piece> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield { bytes: bytes.slice(at, at + PIECE_BYTES) };
  }
}
