import path from 'node:path';
import { z } from 'zod';
import type { PrincipalDirection } from '../../contract/edit.ts';
import { StudioError } from '../../contract/errors.ts';
import { trackProgress } from '../../contract/progress.ts';
import { principalComponents } from '../latent/principal-components.ts';
import { isSystemError } from '../storage/errors.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { shared } from '../jobs/abort.ts';
import { ProgressListeners } from '../jobs/progress-listeners.ts';
import { VectorStore } from '../storage/vector-store.ts';
import type { LoadOptions, Models } from '../models/models.ts';

/** How many directions are looked for: beyond these, portraits of one look much like another's. */
const COUNT = 12;
const SAMPLES = 2_048;
const CHUNK = 128;

const namesSchema = z.record(z.string(), z.string());

/**
 * The principal directions of generators, computed once per pack and kept beside the library, with the
 * names that the artist has given them. Everything goes by the mapping network's own hash.
 */
export class PrincipalDirections {
  readonly #folder: string;
  readonly #vectors: VectorStore;
  readonly #listeners = new ProgressListeners();
  #renaming: Promise<void> = Promise.resolve();

  /** @param library root folder of the library */
  constructor(library: string) {
    this.#folder = path.join(library, 'directions');
    this.#vectors = new VectorStore(this.#folder);
  }

  /** Each with its name, the strongest first. */
  async list(
    models: Models,
    { signal, onProgress }: LoadOptions = {},
  ): Promise<PrincipalDirection[]> {
    const vectors = await this.#listeners.during(
      () => shared(this.#all(models), signal),
      onProgress,
    );
    const names = await this.#names(models);
    return vectors.map((_, index) => ({ index, name: names[index] ?? null }));
  }

  /** @throws StudioError `invalid-argument` when there are not so many */
  async vector(index: number, models: Models): Promise<Float32Array> {
    const vector = (await this.#all(models))[index];
    if (vector) return vector;
    throw noSuch(index);
  }

  /**
   * Gives a direction a name; without words it has none again.
   *
   * @throws StudioError `invalid-argument` when there are not so many
   */
  rename(index: number, name: string, models: Models): Promise<void> {
    // One after the other: each writes all names.
    this.#renaming = this.#renaming
      .catch(() => undefined)
      .then(() => this.#rename(index, name, models));
    return this.#renaming;
  }

  async #rename(index: number, name: string, models: Models): Promise<void> {
    if (index >= COUNT) throw noSuch(index);
    const names = { ...(await this.#names(models)), [index]: name.trim() };
    const given = Object.fromEntries(Object.entries(names).filter(([, name]) => name !== ''));
    await keepFile(this.#namesFile(models), JSON.stringify(given));
  }

  /** Looked for on, for others, when one has lost interest. */
  #all(models: Models): Promise<Float32Array[]> {
    const { generator } = models;
    const { width } = generator.space;
    return this.#vectors.get(keyOf(models), { count: COUNT, width }, async () => {
      const progress = trackProgress('sample', SAMPLES, this.#listeners.tell);
      const samples: Float32Array[] = [];
      while (samples.length < SAMPLES) {
        const noise = Array.from({ length: CHUNK }, (_, i) => generator.z(samples.length + i));
        samples.push(...(await generator.map(noise)));
        progress.advance(CHUNK);
      }
      const directions = await principalComponents(samples, COUNT);
      progress.finish();
      return directions;
    });
  }

  async #names(models: Models): Promise<z.infer<typeof namesSchema>> {
    const file = this.#namesFile(models);
    try {
      return namesSchema.parse(JSON.parse((await readRegular(file)).toString()));
    } catch (thrown) {
      // A file that somebody has spoilt costs its names, not the directions.
      if (isSystemError(thrown, 'ENOENT') || !(thrown instanceof Error && 'code' in thrown))
        return {};
      throw thrown;
    }
  }

  #namesFile(models: Models): string {
    return path.join(this.#folder, `${keyOf(models)}.json`);
  }
}

function keyOf({ pack }: Models): string {
  const { files, generator } = pack.manifest;
  return files[generator.mapping]?.sha256 ?? pack.manifest.id;
}

function noSuch(index: number): StudioError {
  return new StudioError(
    'invalid-argument',
    `There are principal directions 1 to ${COUNT}, and no ${index + 1}.`,
  );
}
