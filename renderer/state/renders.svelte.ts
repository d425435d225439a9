import type { Delivery, Destination } from '../../electron/contract/delivery.ts';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import {
  type Film,
  filmSchema,
  pictureAnimationSchema,
  type Render,
  type RenderRequest,
} from '../../electron/contract/timeline.ts';
import type { Host } from '../host/host.ts';
import { encodeFilm } from '../timeline/film.ts';

/** What is sent to the engine at once. */
const PIECE_BYTES = 1 << 20;

export interface RenderRun {
  readonly request: RenderRequest;
  readonly stage: 'draw' | 'write';
  readonly done: number;
  readonly total: number;
  readonly remainingMs: number | null;
}

/** Animations on their way to a file: one at a time in a window, while the artist goes on working. */
export class Renders {
  #run = $state.raw<RenderRun | null>(null);
  #unfinished = $state.raw<readonly Render[]>([]);
  #error = $state.raw<StudioError | null>(null);
  #abort: AbortController | null = null;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get run(): RenderRun | null {
    return this.#run;
  }

  /** What was cancelled or broke off, latest first; its frames are kept. */
  get unfinished(): readonly Render[] {
    return this.#run ? [] : this.#unfinished;
  }

  /** Why the last one failed, until the next. */
  get error(): StudioError | null {
    return this.#error;
  }

  async reload(): Promise<void> {
    this.#unfinished = await this.#host.service.renders({});
  }

  /** Asks where to, draws what is missing, and hands over. True once it is done. */
  async start(request: RenderRequest): Promise<boolean> {
    if (this.#run) return false;
    this.#error = null;
    const abort = new AbortController();
    this.#abort = abort;
    this.#run = { request, stage: 'draw', done: 0, total: 0, remainingMs: null };
    try {
      const destination = await this.#host.chooseDestination();
      if (!destination) return false;
      const delivery = await this.#make(request, destination, abort.signal);
      await this.#host.deliver(delivery);
      return true;
    } catch (error) {
      const failure = toStudioError(error);
      if (failure.code !== 'cancelled') this.#error = failure;
      return false;
    } finally {
      this.#run = null;
      this.#abort = null;
      await this.reload().catch(() => undefined);
    }
  }

  /** Stops; what was drawn is kept. */
  cancel(): void {
    this.#abort?.abort();
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
      onEvent: (event) => this.#follow(event, request, 'draw'),
    });
    const film = filmSchema.safeParse(output.format);
    const delivery = film.success
      ? await this.#film(render, film.data, destination, signal)
      : await service.exportRender(
          {
            ...{ ...output, id: render.id, ifExists: 'rename', destination },
            format: pictureAnimationSchema.parse(output.format),
          },
          { signal, onEvent: (event) => this.#follow(event, request, 'write') },
        );
    await service.dropRender({ id: render.id });
    return delivery;
  }

  async #film(
    { id, frames, request }: Render,
    format: Film,
    destination: Destination,
    signal: AbortSignal,
  ): Promise<Delivery> {
    const { service } = this.#host;
    const { name, side } = request.output;
    const startedAt = performance.now();
    let done = 0;
    const film = await encodeFilm({
      ...{ format, fps: request.fps, frames, signal },
      frame: (index) => service.renderFrame({ id, index, side }, { signal }),
      onFrame: () => {
        done += 1;
        const remainingMs = ((performance.now() - startedAt) * (frames - done)) / done;
        this.#run = { request, stage: 'write', done, total: frames, remainingMs };
      },
    });
    const upload = await send(film, service);
    return service.exportFilm({ upload, format, name, destination }, { signal });
  }

  #follow(event: ProgressEvent, request: RenderRequest, stage: RenderRun['stage']): void {
    if (event.kind !== 'advanced') return;
    const { done, total, remainingMs } = event;
    this.#run = { request, stage, done, total, remainingMs };
  }
}

async function send(bytes: Uint8Array<ArrayBuffer>, service: StudioService): Promise<string> {
  const { id } = await service.openUpload({ name: 'film' });
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    await service.appendUpload({ id, bytes: bytes.slice(at, at + PIECE_BYTES) });
  }
  return id;
}
