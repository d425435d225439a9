import {
  type Atlas as AtlasTold,
  type AtlasCell,
  type AtlasLasso,
  type AtlasNearest,
  type AtlasNeighbour,
  type AtlasPlaceOf,
  type AtlasView,
  type LaidOut,
  MAX_ATLAS_CELLS,
} from '../../contract/atlas.ts';
import { StudioError } from '../../contract/errors.ts';
import { MAX_IDS } from '../../contract/library.ts';
import { parseQuery } from '../../contract/query.ts';
import type { Spaces } from '../../contract/spaces.ts';
import { Breather } from '../jobs/breather.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Library } from '../library/library.ts';
import { type Cell, cellKey, type Places, standsBefore } from './cells.ts';
import { isInside } from './inside.ts';
import { LayingOut, type LayingOutOptions } from './laying-out.ts';
import { PlacedPortraits } from './placed-portraits.ts';

/** Words stand on clusters of 2² cells in each direction. */
const LEVELS_TO_WORDS = 2;

export interface AtlasParts {
  readonly library: Library;
  /** A queue of its own: nothing waits for it. */
  readonly jobs: JobQueue;
  /** Of the pack in use, which may have to be loaded. */
  readonly spaces: () => Promise<Spaces>;
}

/** The portraits of one embedding space, laid out by meaning. A place stays until the artist wants all anew. */
export class Atlas {
  readonly #parts: AtlasParts;
  readonly #layingOut: LayingOut;
  readonly #placed: PlacedPortraits;

  constructor(parts: AtlasParts) {
    const { library, jobs } = parts;
    this.#parts = parts;
    this.#layingOut = new LayingOut(library, jobs);
    this.#placed = new PlacedPortraits(library.atlasRows);
  }

  /**
   * Gives those portraits a place that have none; the first time, and with `anew`, everything is laid out. What was
   * placed before a cancel is kept.
   *
   * @throws StudioError `cancelled`, `library-read-only`, `library-busy`, `disk-full`
   */
  async layOut(options: LayingOutOptions): Promise<LaidOut> {
    const { embedding } = await this.#parts.spaces();
    return { placed: await this.#layingOut.all(embedding, options) };
  }

  /** @throws StudioError `invalid-argument` where there are more cells than one can look at */
  async view({ from, to, level, query = '' }: AtlasView): Promise<AtlasTold> {
    const { places, isWanted, unplaced, words } = await this.#look(query);
    const cells = new Map<number, Cell>();
    let placed = 0;
    await each(places, isWanted, (index, x, y) => {
      placed += 1;
      if (x < from.x || x > to.x || y < from.y || y > to.y) return;
      const key = cellKey(x, y, level);
      const cell = cells.get(key);
      if (!cell) cells.set(key, { cover: index, count: 1 });
      else add(cell, index, places);
    });
    if (cells.size > MAX_ATLAS_CELLS) throw tooMany(cells.size);
    return {
      ...{ placed, unplaced, cells: this.#tell([...cells.values()], places) },
      words: words.between(from, to, level - LEVELS_TO_WORDS),
    };
  }

  /** The portraits inside of a closed line. */
  async inside({ line, query = '' }: AtlasLasso): Promise<string[]> {
    const { places, isWanted } = await this.#look(query);
    const seqs: number[] = [];
    await each(places, isWanted, (index, x, y) => {
      if (seqs.length < MAX_IDS && isInside(line, x, y)) seqs.push(places.seqs[index] ?? 0);
    });
    return [...this.#parts.library.reader.idsBySeq(seqs).values()];
  }

  /** The nearest to a place of those that the pack in use can draw again. */
  async nearest({ at, limit }: AtlasNearest): Promise<AtlasNeighbour[]> {
    const { reader } = this.#parts.library;
    const { latent } = await this.#parts.spaces();
    const { places, isWanted } = await this.#look('');
    const near: { seq: number; x: number; y: number; distance: number }[] = [];
    await each(places, isWanted, (index, x, y) => {
      near.push({ seq: places.seqs[index] ?? 0, x, y, distance: Math.hypot(x - at.x, y - at.y) });
    });
    near.sort((a, b) => a.distance - b.distance);
    const found: AtlasNeighbour[] = [];
    const breather = new Breather();
    for (const { seq, ...place } of near) {
      if (found.length === limit) break;
      await breather.pause();
      const id = reader.idsBySeq([seq]).get(seq);
      if (id !== undefined && reader.find(id)?.spaces.latent === latent)
        found.push({ id, ...place });
    }
    return found;
  }

  /** Where portraits lie. */
  async placesOf(ids: readonly string[]): Promise<AtlasPlaceOf[]> {
    const { places } = await this.#look('');
    const wanted = this.#parts.library.reader.seqsOf(ids);
    const found: AtlasPlaceOf[] = [];
    await each(
      places,
      (seq) => wanted.has(seq),
      (index, x, y) => {
        const id = wanted.get(places.seqs[index] ?? 0);
        if (id !== undefined) found.push({ id, x, y });
      },
    );
    return found;
  }

  async #look(query: string) {
    const { reader, atlasRows } = this.#parts.library;
    const { embedding } = await this.#parts.spaces();
    await this.#layingOut.inPassing(embedding);
    const isWanted = await reader.rowsFound(parseQuery(query));
    const { places, words } = await this.#placed.of(embedding);
    return { places, words, isWanted, unplaced: atlasRows.unplaced(embedding) };
  }

  #tell(cells: readonly Cell[], places: Places): AtlasCell[] {
    const covers = cells.map(({ cover }) => places.seqs[cover] ?? 0);
    const { reader } = this.#parts.library;
    const [ids, prompts] = [reader.idsBySeq(covers), reader.promptsBySeq(covers)];
    return cells.flatMap(({ cover, count }) => {
      const seq = places.seqs[cover] ?? 0;
      const id = ids.get(seq);
      if (id === undefined) return [];
      const prompt = prompts.get(seq) ?? '';
      return [{ cover: id, prompt, count, x: places.xs[cover] ?? 0, y: places.ys[cover] ?? 0 }];
    });
  }
}

/** Goes through the places of rows that are wanted, and lets others have the thread in between. */
async function each(
  places: Places,
  isWanted: (seq: number) => boolean,
  take: (index: number, x: number, y: number) => void,
): Promise<void> {
  const breather = new Breather();
  for (let index = 0; index < places.count; index += 1) {
    if (isWanted(places.seqs[index] as number)) {
      take(index, places.xs[index] as number, places.ys[index] as number);
    }
    if (index % 4_096 === 0) await breather.pause();
  }
}

function add(cell: Cell, index: number, { seqs }: Places): void {
  cell.count += 1;
  if (standsBefore(seqs[index] ?? 0, seqs[cell.cover] ?? 0)) cell.cover = index;
}

function tooMany(count: number): StudioError {
  return new StudioError(
    'invalid-argument',
    `${count} cells are more than can be looked at. Ask for a coarser level, or for less of the atlas.`,
    { details: { cells: count } },
  );
}
