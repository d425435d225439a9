import { z } from 'zod';
import type { SearchHit } from '../../contract/library.ts';
import type { Query } from '../../contract/query.ts';
import { type Condition, conditionsOf } from './columns.ts';
import type { Connection } from './connection.ts';
import type { Quarantine } from './quarantine.ts';
import { pageQuery } from './queries.ts';
import type { PortraitSets } from './portrait-sets.ts';
import {
  asksForTrash,
  exactWordsCondition,
  filterConditions,
  isOfRow,
} from './query-conditions.ts';
import type { SeqSet } from './vector-index/seq-set.ts';
import type { VectorIndex } from './vector-index/vector-index.ts';
import { withWholeIds } from './whole-ids.ts';

/** An embedding, and the space it lies in. */
export interface Place {
  /** [clip], of any length but zero. */
  readonly embedding: Float32Array;
  readonly space: string;
}

/** Which of the hits, from the best on. */
export interface HitPage {
  readonly limit: number;
  readonly offset: number;
}

export interface Question extends HitPage {
  readonly query: Query;
  /** What the best are near to; null where nothing is said of it, and the newest come first. */
  readonly near: Place | null;
  /** Whether the words only rank (those that have them come first) or also narrow. */
  readonly words: 'rank' | 'narrow';
  /** The number of a row that is no hit: what others are compared with. */
  readonly but?: number | undefined;
}

/** A row among the hits; without a similarity where it has no embedding of the space. */
interface Hit {
  readonly seq: number;
  readonly similarity: number | null;
}

interface SearchParts {
  readonly connection: Connection;
  readonly quarantine: Quarantine;
  readonly index: VectorIndex;
  readonly sets: PortraitSets;
}

const seqSchema = z.object({ seq: z.number() });

/** Where nothing narrows. */
const OUTSIDE_TRASH = JSON.stringify(conditionsOf({}).filter((condition) => condition !== false));

/**
 * Answers what is typed into the search field. Portraits in which all of its words stand come first, then all
 * others; each part by meaning. Nothing is cut off: whoever asks for a later page goes on down the same ranks.
 */
export class LibrarySearch {
  readonly #connection: Connection;
  readonly #quarantine: Quarantine;
  readonly #index: VectorIndex;
  readonly #sets: PortraitSets;

  constructor({ connection, quarantine, index, sets }: SearchParts) {
    this.#connection = connection;
    this.#quarantine = quarantine;
    this.#index = index;
    this.#sets = sets;
  }

  /** @throws StudioError `invalid-argument` where a portrait is named by what several ids begin with; so all of these */
  async find(asked: Question): Promise<SearchHit[]> {
    const question = { ...asked, query: this.#whole(asked.query) };
    const left = new Set(question.but === undefined ? [] : [question.but]);
    for (;;) {
      for (const seq of this.#quarantine.known) left.add(seq);
      const hits = await this.#rank(question, left);
      const read = this.#quarantine.rows(hits.map(({ seq }) => seq));
      const lost = hits.filter(({ seq }) => !read.has(seq));
      // Asked again without rows that are gone or cannot be read.
      for (const { seq } of lost) left.add(seq);
      if (lost.length > 0) continue;
      return hits.flatMap(({ seq, similarity }) => {
        const generation = read.get(seq);
        return generation ? [{ generation, similarity }] : [];
      });
    }
  }

  /** The rows of what is found, best first, whether they can be read or not. */
  async seqs(asked: Question): Promise<number[]> {
    const question = { ...asked, query: this.#whole(asked.query) };
    const left = new Set(question.but === undefined ? [] : [question.but]);
    for (const seq of this.#quarantine.known) left.add(seq);
    return (await this.#rank(question, left)).map(({ seq }) => seq);
  }

  /** Whether a row is among those that a query finds: its words have to stand in them. */
  rowsFound(asked: Query): Promise<(seq: number) => boolean> {
    const query = this.#whole(asked);
    const conditions = [
      ...conditionsOf({ trashed: asksForTrash(query) }),
      ...filterConditions(query),
      exactWordsCondition(query),
    ];
    return this.#wanted(conditions, new Set(this.#quarantine.known), isOfRow(query));
  }

  #whole(query: Query): Query {
    return withWholeIds(query, this.#connection);
  }

  async #rank(question: Question, left: ReadonlySet<number>): Promise<Hit[]> {
    const { query, near, words } = question;
    const exact = exactWordsCondition(query);
    const filters = [
      ...conditionsOf({ trashed: asksForTrash(query) }),
      ...filterConditions(query),
      words === 'narrow' && exact,
    ];
    if (near === null) return this.#newest([...filters, exact], question, left);
    const isWanted = await this.#wanted(filters, left, isOfRow(query));
    if (words === 'narrow' || exact === false) return this.#nearest(near, isWanted, question);
    const { seqs: matches } = await this.#sets.get([...filters, exact], isOfRow(query));
    const inFront = await this.#inFront(near, matches, left, question);
    const rest = await this.#nearest(near, (seq) => isWanted(seq) && !matches.has(seq), {
      limit: question.limit - inFront.hits.length,
      offset: Math.max(0, question.offset - inFront.count),
    });
    return [...inFront.hits, ...rest];
  }

  /** The portraits in which all words stand: those with an embedding by meaning, then the others. */
  async #inFront(
    near: Place,
    matches: SeqSet,
    left: ReadonlySet<number>,
    { offset, limit }: HitPage,
  ): Promise<{ hits: Hit[]; count: number }> {
    if (matches.size === 0) return { hits: [], count: 0 };
    const isWanted = (seq: number) => matches.has(seq) && !left.has(seq);
    const nearest = await this.#nearest(near, isWanted, { offset, limit });
    // How many there are only counts where they are not enough.
    if (nearest.length === limit) return { hits: nearest, count: offset + limit };
    const embedded = await this.#index.among(near.space, near.embedding.length, isWanted);
    const others = [...matches].filter((seq) => isWanted(seq) && !embedded.has(seq)).reverse();
    const from = Math.max(0, offset - embedded.size);
    const further = others.slice(from, from + limit - nearest.length);
    return {
      hits: [...nearest, ...further.map((seq) => ({ seq, similarity: null }))],
      count: embedded.size + others.length,
    };
  }

  async #nearest(
    { embedding, space }: Place,
    isWanted: (seq: number) => boolean,
    page: HitPage,
  ): Promise<Hit[]> {
    if (page.limit === 0) return [];
    return this.#index.nearest(space, { vector: embedding, isWanted, ...page });
  }

  #newest(conditions: readonly Condition[], page: HitPage, left: ReadonlySet<number>): Hit[] {
    const isLeft: Condition = [
      'g.seq NOT IN (SELECT value FROM json_each(?))',
      JSON.stringify([...left]),
    ];
    const { sql, values } = pageQuery([...conditions, isLeft], page);
    const rows = this.#connection.all(sql, ...values);
    return rows.map((row) => ({ ...seqSchema.parse(row), similarity: null }));
  }

  /** Whether a row is among those that conditions leave. */
  async #wanted(
    filters: readonly Condition[],
    left: ReadonlySet<number>,
    isLocal: boolean,
  ): Promise<(seq: number) => boolean> {
    const active = filters.filter((condition) => condition !== false);
    // Nearly all are outside the trash: it is sooner said which are not.
    if (JSON.stringify(active) === OUTSIDE_TRASH) {
      const { seqs: trashed } = await this.#sets.get([['g.trashed_at IS NOT NULL']], true);
      return (seq) => !trashed.has(seq) && !left.has(seq);
    }
    const { seqs: wanted } = await this.#sets.get(active, isLocal);
    return (seq) => wanted.has(seq) && !left.has(seq);
  }
}
