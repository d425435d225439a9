import type { AtlasPlace, AtlasRows } from '../library/atlas-rows.ts';
import type { Places } from './cells.ts';
import { ClusterWords } from './cluster-words.ts';

/** What is known of the atlas of one space. */
export interface Placed {
  readonly places: Places;
  readonly words: ClusterWords;
}

/** The atlas of the space that was looked at last, in memory: 16 bytes a portrait. */
export class PlacedPortraits {
  readonly #rows: AtlasRows;
  #known: { readonly key: string; readonly placed: Promise<Placed> } | undefined;

  constructor(rows: AtlasRows) {
    this.#rows = rows;
  }

  /** Read again where a place was given or taken since, by whichever process. */
  of(space: string): Promise<Placed> {
    const key = JSON.stringify([space, this.#rows.stamp(space)]);
    if (this.#known?.key !== key) {
      const placed = this.#read(space);
      this.#known = { key, placed };
      placed.catch(() => (this.#known = undefined));
    }
    return this.#known.placed;
  }

  async #read(space: string): Promise<Placed> {
    const [places, words] = await Promise.all([this.#rows.places(space), this.#countWords(space)]);
    return { places: sideBySide(places), words };
  }

  async #countWords(space: string): Promise<ClusterWords> {
    const words = new ClusterWords();
    for await (const portraits of this.#rows.words(space)) {
      for (const portrait of portraits) words.add(portrait);
    }
    return words;
  }
}

function sideBySide(places: readonly AtlasPlace[]): Places {
  return {
    count: places.length,
    seqs: Float64Array.from(places, ({ seq }) => seq),
    xs: Float32Array.from(places, ({ x }) => x),
    ys: Float32Array.from(places, ({ y }) => y),
  };
}
