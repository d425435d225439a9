/** A studio whose library can be moved while it is used: it is closed for the move alone, and opened again there. */
import path from 'node:path';
import { StudioError, toStudioError } from '../contract/errors.ts';
import { keysOf } from '../contract/formats.ts';
import type { Moved } from '../contract/library.ts';
import type { StreamOptions } from '../contract/method.ts';
import type { ProgressEvent } from '../contract/progress.ts';
import { type StudioMethods, studioMethods, type StudioService } from '../contract/service.ts';
import type { ImageCodec } from './images/codec.ts';
import type { Library } from './library/library.ts';
import { moveLibrary } from './library/move.ts';
import { rememberMove } from './locations.ts';

/** What a library is called in the folder it is moved to. */
const NAME = 'CLIP-Flow library';

/** All that a studio offers over one opening of its library. */
export type OpenService = Omit<StudioService, 'moveLibrary'>;

interface Opened {
  readonly service: OpenService;
  readonly library: Library;
  close(): Promise<void>;
}

/**
 * A service that goes on when the library was moved by it, and what closes it.
 *
 * @param open opens the library in another folder
 */
export function movable(
  opened: Opened,
  open: (library: string) => Promise<Opened>,
  codec: ImageCodec,
): { readonly service: StudioService; close(): Promise<void> } {
  const moving = new Moving(opened, open, codec);
  return { service: moving.service, close: () => moving.close() };
}

type Input = readonly [input: unknown, options?: StreamOptions<unknown>];

class Moving {
  /** What is open; while a library is being moved, what will be. */
  #opened: Promise<Opened>;
  /** Fires when what is open closes for a move. */
  #closing = new AbortController();
  #isMoving = false;
  readonly #open: (library: string) => Promise<Opened>;
  readonly #codec: ImageCodec;
  readonly service: StudioService;

  constructor(opened: Opened, open: (library: string) => Promise<Opened>, codec: ImageCodec) {
    this.#opened = Promise.resolve(opened);
    this.#open = open;
    this.#codec = codec;
    const methods = keysOf<keyof StudioMethods>(studioMethods).map((name) => [
      name,
      name === 'moveLibrary' ? this.#move : (...input: Input) => this.#call(name, input),
    ]);
    this.service = Object.fromEntries(methods) as StudioService;
  }

  /** Waits for a move, and closes what is open then. */
  async close(): Promise<void> {
    // What could not be opened again needs no closing.
    await this.#opened.then((opened) => opened.close()).catch(() => undefined);
  }

  /** What breaks off because its studio closes is told as such, and may be asked for again. */
  async #call(name: keyof OpenService, [input, options = {}]: Input): Promise<unknown> {
    const { service } = await this.#opened;
    const closing = this.#closing.signal;
    const isStream = studioMethods[name].kind === 'stream';
    const signals = options.signal ? [options.signal, closing] : [closing];
    const own = isStream ? { ...options, signal: AbortSignal.any(signals) } : options;
    try {
      return await Reflect.apply(service[name], undefined, [input, own]);
    } catch (thrown) {
      if (closing.aborted && !options.signal?.aborted) throw hasMoved(thrown);
      throw thrown;
    }
  }

  readonly #move: StudioService['moveLibrary'] = async ({ destination }, options = {}) => {
    if (this.#isMoving) throw isMoving();
    this.#isMoving = true;
    try {
      const target = path.join(path.resolve(destination.folder), NAME);
      return await this.#moveTo(target, options);
    } finally {
      this.#isMoving = false;
    }
  };

  async #moveTo(target: string, { signal, onEvent }: StreamOptions<ProgressEvent>): Promise<Moved> {
    const work = { signal, onProgress: onEvent };
    const opened = await this.#opened;
    const { root, upkeep } = opened.library;
    const checked = await upkeep.prepareMove(target, work);
    const closing = this.#closing;
    this.#closing = new AbortController();
    const moving = (async () => {
      closing.abort();
      await opened.close();
      return moveLibrary(root, target, this.#codec, { ...work, checked, onThere: rememberMove });
    })();
    // Where the move fails the library is where it was.
    this.#opened = moving.then(
      ({ folder }) => this.#open(folder),
      () => this.#open(root),
    );
    this.#opened.catch(() => undefined);
    try {
      return await moving;
    } finally {
      await this.#opened;
    }
  }
}

function hasMoved(cause: unknown): StudioError {
  return new StudioError(
    'disconnected',
    'This broke off because the library was being moved. What was done is kept; ask for it again.',
    { cause: toStudioError(cause) },
  );
}

function isMoving(): StudioError {
  return new StudioError(
    'library-busy',
    'The library is being moved already. Nothing else was done; wait until it is there.',
  );
}
