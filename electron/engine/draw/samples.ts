import { createHash } from 'node:crypto';
import path from 'node:path';
import type { StreamOptions } from '../../contract/method.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { PackSample } from '../../contract/status.ts';
import type { ImageCodec } from '../images/codec.ts';
import { isWholeWebp } from '../images/metadata/webp.ts';
import { resultAt } from '../inference/results.ts';
import { Scheduler } from '../inference/scheduler.ts';
import { shared } from '../jobs/abort.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import { embedWords } from '../models/conditions.ts';
import type { Models } from '../models/models.ts';
import { withOwnNoise } from '../models/own-noise.ts';
import { readManifest } from '../packs/manifest.ts';
import { samplingSettings } from '../session/sampling-settings.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';

/** To be raised when the same pack would be shown by other pictures than before. */
const EDITION = 1;
const FEWEST = 4;
const MOST = 6;
/** Longest side, in pixels. */
const SIDE = 256;
const MAX_BYTES = 1_000_000;

export interface SamplesParts {
  readonly packs: PackInUse;
  readonly codec: ImageCodec;
  /** Root folder of the library. */
  readonly root: string;
  readonly mayWrite: () => boolean;
}

/**
 * What packs draw, shown by a few pictures of the words that each offers to begin with. They are drawn once, while
 * nobody wants anything else, and kept in `samples/` beside the library by all that makes them what they are. All of it
 * can be deleted; it is drawn again.
 */
export class Samples {
  readonly #parts: SamplesParts;
  /** One pack at a time: another who asks for the same finds what was drawn. */
  readonly #turns = new Scheduler();
  readonly #closing = new AbortController();
  #drawing: Promise<unknown> = Promise.resolve();

  constructor(parts: SamplesParts) {
    this.#parts = parts;
  }

  /**
   * Tells each picture as soon as it is there.
   *
   * @param handle of a pack that a listing names; without it, the one in use
   * @throws StudioError `cancelled`, `pack-not-found`, and what loading and drawing fail with
   */
  async show(
    handle: string | undefined,
    options: StreamOptions<PackSample> = {},
  ): Promise<Record<string, never>> {
    const { packs } = this.#parts;
    const signals = [this.#closing.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);
    const folder =
      handle === undefined
        ? (await shared(packs.models(), signal)).pack.folder
        : await packs.locate(handle);
    await this.#turns.run(
      () => {
        const drawing = this.#showAll(folder, { ...options, signal });
        // Who asked may be gone before it has ended.
        this.#drawing = drawing.catch(() => undefined);
        return drawing;
      },
      { signal },
    );
    return {};
  }

  /** Ends what is being drawn; nothing is written once it resolves. */
  async close(): Promise<void> {
    this.#closing.abort(new StudioError('inference-closed', 'The studio is closing.'));
    await this.#drawing;
  }

  async #showAll(folder: string, { signal, onEvent }: StreamOptions<PackSample>): Promise<void> {
    const manifest = await readManifest(folder);
    const files = this.#filesOf(manifest);
    const asked = samplesOf(manifest).map((sample, index) => ({ ...sample, index }));
    const total = asked.length;
    const missing: typeof asked = [];
    for (const sample of asked) {
      const bytes = await kept(resultAt(files, sample.index));
      if (bytes) onEvent?.({ index: sample.index, total, prompt: sample.prompt, bytes });
      else missing.push(sample);
    }
    if (missing.length === 0) return;
    await this.#parts.packs.lend(folder, { signal }, async (models) => {
      for (const { prompt, seed, index } of missing) {
        throwIfCancelled(signal);
        const words = prompt || manifest.prompts.neutral;
        const bytes = await this.#draw(models, words, seed, signal);
        await this.#keep(resultAt(files, index), bytes);
        onEvent?.({ index, total, prompt, bytes });
      }
    });
  }

  #filesOf(manifest: PackManifest): string[] {
    const key = createHash('sha256')
      .update(JSON.stringify([EDITION, manifest]))
      .digest('hex');
    const folder = path.join(this.#parts.root, 'samples', key);
    return samplesOf(manifest).map((_, index) => path.join(folder, `${index}.webp`));
  }

  async #draw(
    models: Models,
    prompt: string,
    seed: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const call = { signal, priority: 'idle' as const };
    const { flow, generator } = models;
    const settings = samplingSettings(models, {}, {});
    const { temperature, truncation } = settings;
    const words = await embedWords(models, prompt, settings, call);
    const codes = await withOwnNoise(
      models,
      [
        {
          z: flow.noise(seed, temperature),
          e: words.condition(seed),
          beginning: words.beginning(seed, temperature),
        },
      ],
      call,
    );
    const latents = (await flow.decode(codes, call)).map((w) => generator.truncate(w, truncation));
    const pictures = await generator.synthesise(latents, call);
    return this.#parts.codec.thumbnail(resultAt(pictures, 0), SIDE);
  }

  /** Where nothing can be written it is drawn again the next time. */
  async #keep(file: string, bytes: Uint8Array): Promise<void> {
    if (this.#parts.mayWrite()) await keepFile(file, bytes).catch(() => undefined);
  }
}

/** What is drawn of a pack: its own words, each once, or as often as there are to be pictures. */
function samplesOf({ prompts: { examples } }: PackManifest): { prompt: string; seed: number }[] {
  const count = Math.min(MOST, Math.max(FEWEST, examples.length));
  return Array.from({ length: count }, (_, seed) => ({
    prompt: examples[seed % Math.max(1, examples.length)] ?? '',
    seed,
  }));
}

async function kept(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = await readRegular(file, MAX_BYTES).catch(() => null);
  return bytes && isWholeWebp(bytes) ? new Uint8Array(bytes) : null;
}
