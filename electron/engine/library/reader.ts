import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  type BoardListing,
  boardListingSchema,
  type TagCount,
  tagCountSchema,
  tagKey,
} from '../../contract/arrange.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Recipe } from '../../contract/export.ts';
import { type Generation, generationIdSchema } from '../../contract/generation.ts';
import type { Latents } from '../../contract/latents.ts';
import type { Family } from '../../contract/lineage.ts';
import {
  type Group,
  type GroupsQuery,
  type IdsPage,
  type IdsQuery,
  type IndexQuery,
  type LibraryFilter,
  type LibraryPage,
  type LibraryStats,
  type ListQuery,
  NEAR_DUPLICATE,
  type Order,
  type SearchHit,
  type StacksQuery,
} from '../../contract/library.ts';
import { parseQuery, printQuery, type Query } from '../../contract/query.ts';
import { Breather } from '../jobs/breather.ts';
import { storageErrorCode } from '../storage/errors.ts';
import { readRegular } from '../storage/regular-file.ts';
import { type Arranged, lastPlaceOn, readArranged, readBoards } from './arranged.ts';
import { broughtInBefore, doubleOf, madeLike } from './doubles.ts';
import { daysOf, familiesOf, promptsOf } from './groups.ts';
import { Orders } from './orders.ts';
import { PortraitSets } from './portrait-sets.ts';
import { Quarantine } from './quarantine.ts';
import { lastChange } from './changed-rows.ts';
import type { Connection } from './connection.ts';
import { examine } from './integrity.ts';
import type { LibraryFolder } from './folder.ts';
import { COUNTS, familyQuery, idsQuery, listQuery } from './queries.ts';
import {
  type FaultyRow,
  GENERATION_COLUMNS,
  hasRow,
  isFaulty,
  readGeneration,
  toGeneration,
} from './records.ts';
import type { SeqReader } from './seq-reader.ts';
import { stacksOf } from './stacks.ts';
import { type HitPage, LibrarySearch, type Place, type Question } from './search.ts';
import type { VectorIndex } from './vector-index/vector-index.ts';
import { toEmbedding, toLatents } from './vectors.ts';
import { findBeginning, withWholeIds } from './whole-ids.ts';

const PORTRAIT = `SELECT ${GENERATION_COLUMNS} FROM generations AS g WHERE id = ?`;

/** SQL: the first on the board `b` outside the trash. */
const FIRST_ON_BOARD = `SELECT g.id FROM board_generations AS p JOIN generations AS g ON g.seq = p.generation
  WHERE p.board = b.id AND g.trashed_at IS NULL ORDER BY p.position LIMIT 1`;

/** SQL: how many there are, less those in the trash, which are few and gone through first (`CROSS JOIN`). */
const COUNT_ON_BOARD = `(SELECT count(*) FROM board_generations WHERE board = b.id)
  - (SELECT count(*) FROM generations AS g
     CROSS JOIN board_generations AS p ON p.generation = g.seq AND p.board = b.id
     WHERE g.trashed_at IS NOT NULL)`;

/** Ids that are read before other work gets its turn. */
const IDS_AT_ONCE = 10_000;

const spaceSchema = z.object({ space: z.string() });
const tagsSchema = z.array(z.object({ tag: z.string() }));
const tagCountsSchema = z.array(tagCountSchema);
const onBoardsSchema = z.array(boardListingSchema.pick({ id: true, count: true, first: true }));
const relativeSchema = z.object({ known_as: z.string(), id: z.string().nullable() });
const idsSchema = z.array(z.object({ id: z.string() }));
const promptSchema = z.object({ text: z.string() });
const seqSchema = z.object({ seq: z.number() });
const portraitsSchema = z.object({ portraits: z.int() });
const stretchSchema = z.object({ last: z.number().nullable() });
const promptsSchema = z.array(z.object({ seq: z.number(), prompt: z.string() }));
const numberedSchema = z.array(z.object({ seq: z.number(), id: z.string() }));
const changesSchema = z.array(
  z.object({ n: z.number(), id: z.string(), kind: z.enum(['added', 'changed', 'removed']) }),
);
const packCountSchema = z.object({
  id: z.string(),
  version: z.string(),
  isStarred: z.int(),
  isTrashed: z.int(),
  portraits: z.int(),
});
type PackCount = z.infer<typeof packCountSchema>;

/** What happened to a portrait, and the place of that in the order of all that happens. */
export type PortraitChange = z.infer<typeof changesSchema>[number];

/** What a portrait is made by. */
type MadeBy = 'prompt' | 'seed' | 'settings' | 'parents' | 'source';

/** What is counted as it changes. */
type Counted = Partial<Record<'trashed' | 'starred', boolean | undefined>> &
  Pick<LibraryFilter, 'pack'>;

/** Which portraits a search goes over, and where among its hits it begins. */
interface Among {
  /** Its words have to stand in them. */
  readonly query?: Query;
  readonly offset?: number | undefined;
}

/**
 * Everything that can be asked of a library; its connection cannot write. Methods throw StudioError
 * `library-corrupt` or `library-busy` where the database fails, and those that take an id `not-found`.
 * A row that cannot be read costs nothing but itself: only who asks for it by its id meets an error.
 */
export class LibraryReader {
  readonly #connection: Connection;
  readonly #folder: LibraryFolder;
  readonly #quarantine: Quarantine;
  readonly #search: LibrarySearch;
  readonly #orders: Orders;
  readonly #rows: SeqReader;

  constructor(
    connection: Connection,
    folder: LibraryFolder,
    { index, rows }: { index: VectorIndex; rows: SeqReader },
  ) {
    this.#connection = connection;
    this.#folder = folder;
    this.#quarantine = new Quarantine(connection);
    const sets = new PortraitSets(connection, rows);
    const parts = { connection, quarantine: this.#quarantine, sets };
    this.#search = new LibrarySearch({ ...parts, index });
    this.#orders = new Orders({ ...parts, rows });
    this.#rows = rows;
  }

  /** The rows that cannot be read. */
  quarantined(): FaultyRow[] {
    return this.#quarantine.all();
  }

  get(id: string): Generation {
    return toGeneration(this.#one(PORTRAIT, id));
  }

  /** A portrait, or null where the library holds none of that id that can be read. */
  find(id: string): Generation | null {
    const row = this.#connection.get(PORTRAIT, id);
    const read = row === undefined ? null : readGeneration(row);
    return read && !isFaulty(read) ? read : null;
  }

  /** Whether there is a row of this id, readable or not. */
  has(id: string): boolean {
    return hasRow(this.#connection, id);
  }

  /**
   * What a portrait was drawn from.
   *
   * @throws StudioError `pack-not-found` for a picture that was brought in
   */
  latents(id: string): Latents {
    const latents = this.findLatents(id);
    if (latents) return latents;
    throw notDrawn(id);
  }

  /** The same; null of a picture that was brought in, which nothing that the studio knows has drawn. */
  findLatents(id: string): Latents | null {
    const row = this.#one(
      'SELECT source, z, condition, w FROM generations LEFT JOIN latents USING (seq) WHERE id = ?',
      id,
    );
    return toLatents(row, id);
  }

  /** The picture that was brought in with this file or these pixels, by their SHA-256; null where there is none. */
  broughtInBefore(by: 'file' | 'pixels', hash: string): string | null {
    return broughtInBefore(this.#connection, by, hash);
  }

  /** A portrait of the same content; null where there is none. */
  doubleOf(recipe: Pick<Recipe, 'generation' | 'latents'>): string | null {
    return doubleOf(this.#connection, recipe);
  }

  /**
   * The newest portrait outside the trash that was made in this very way by this pack, however many were drawn with
   * it; null where there is none.
   */
  madeBefore(recipe: Pick<Generation, MadeBy | 'pack'>): string | null {
    const { settings, source, parents } = recipe;
    const wanted = JSON.stringify([settings, source, parents]);
    const isSame = (id: string) => {
      const found = this.find(id);
      if (!found) return false;
      const asked = { ...found.settings, count: settings.count };
      return isDeepStrictEqual(
        JSON.parse(JSON.stringify([asked, found.source, found.parents])),
        JSON.parse(wanted),
      );
    };
    return madeLike(this.#connection, recipe).find(isSame) ?? null;
  }

  /** What the CLIP that it was drawn with sees in a portrait's picture, [clip]. */
  embedding(id: string): Float32Array {
    const row = this.#one(
      `SELECT vector FROM generations AS g
       LEFT JOIN embeddings AS e ON e.seq = g.seq AND space = embedding_space WHERE id = ?`,
      id,
    );
    return toEmbedding(row, id);
  }

  /** What a CLIP sees in a portrait's picture; null where that CLIP has not looked at it yet. */
  embeddingIn(space: string, id: string): Float32Array | null {
    const row = this.#connection.get(
      'SELECT vector FROM generations JOIN embeddings USING (seq) WHERE id = ? AND space = ?',
      ...[id, space],
    );
    return row === undefined ? null : toEmbedding(row, id);
  }

  /** Whether a CLIP has looked at every portrait outside the trash. */
  isAllSeen(space: string): boolean {
    const row = this.#connection.get(
      `SELECT ifnull((SELECT portraits FROM seen_counts WHERE space = ?), 0) AS portraits`,
      space,
    );
    const all = this.#connection.all(COUNTS).map((counted) => packCountSchema.parse(counted));
    const { portraits } = portraitsSchema.parse(row);
    return portraits >= sum(all.filter(({ isTrashed }) => isTrashed === 0));
  }

  /** The portraits outside the trash that a CLIP has not looked at, newest first. */
  async unseen(space: string): Promise<string[]> {
    const breather = new Breather();
    const found: string[] = [];
    let from = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const stretch = this.#connection.get(
        `SELECT max(seq) AS last FROM (SELECT seq FROM generations WHERE seq > ? ORDER BY seq LIMIT ${IDS_AT_ONCE})`,
        from,
      );
      const { last } = stretchSchema.parse(stretch);
      if (last === null) return found.sort().reverse();
      const rows = this.#connection.all(
        `SELECT id FROM generations AS g WHERE seq > ? AND seq <= ? AND trashed_at IS NULL AND NOT EXISTS
           (SELECT 1 FROM embeddings AS e WHERE e.seq = g.seq AND e.space = ?)`,
        ...[from, last, space],
      );
      found.push(...idsSchema.parse(rows).flatMap(({ id }) => (isId(id) ? id : [])));
      from = last;
      await breather.pause();
    }
  }

  /** One page, newest first unless it says otherwise. */
  list(query: ListQuery): LibraryPage {
    const spelled = this.#spelled(query);
    const found = this.#quarantine.readAll(
      (quarantined) => listQuery(spelled, quarantined),
      (generation) => generation,
    );
    const items = found.slice(0, query.limit);
    return { items, next: found.length > items.length ? (items.at(-1)?.id ?? null) : null };
  }

  /** A page from any place of an order on. */
  async page({ limit, offset = 0, ...order }: ListQuery): Promise<LibraryPage> {
    for (;;) {
      const seqs = await this.#stretch(order, offset, limit + 1);
      const read = this.#quarantine.rows(seqs);
      // Rows that cannot be read are known by now, and the order goes on without them.
      if (seqs.some((seq) => !read.has(seq))) continue;
      const items = seqs.slice(0, limit).flatMap((seq) => read.get(seq) ?? []);
      return { items, next: seqs.length > limit ? (items.at(-1)?.id ?? null) : null };
    }
  }

  /** The ids of a stretch of an order, and how many there are in all of it. */
  async listIds({ limit, offset = 0, ...order }: IdsQuery): Promise<IdsPage> {
    const ids = await this.#idsOf(await this.#stretch(order, offset, limit));
    return { ids, total: (await this.#orders.of(this.#spelled(order))).length };
  }

  async #idsOf(seqs: readonly number[]): Promise<string[]> {
    const breather = new Breather();
    const ids: string[] = [];
    for (let from = 0; from < seqs.length; from += IDS_AT_ONCE) {
      const { sql, values } = idsQuery(seqs.slice(from, from + IDS_AT_ONCE));
      const rows = this.#connection.all(sql, ...values);
      ids.push(...idsSchema.parse(rows).map(({ id }) => id));
      await breather.pause();
    }
    return ids;
  }

  /** At which place of an order a portrait stands; null where it does not. */
  async indexOf({ id, ...order }: IndexQuery): Promise<number | null> {
    const row = this.#connection.get('SELECT seq FROM generations WHERE id = ?', id);
    if (row === undefined) return null;
    const seqs = await this.#orders.of(this.#spelled(order));
    const index = seqs.indexOf(seqSchema.parse(row).seq);
    if (index < 0) return null;
    return order.reverse === true ? seqs.length - 1 - index : index;
  }

  async #stretch(order: Order, offset: number, limit: number): Promise<number[]> {
    const { reverse = false } = order;
    const seqs = await this.#orders.of(this.#spelled(order));
    if (!reverse) return [...seqs.subarray(offset, offset + limit)];
    const end = Math.max(0, seqs.length - offset);
    return [...seqs.subarray(Math.max(0, end - limit), end)].reverse();
  }

  /** How many `list` would go through of everything, of a pack, of what is starred or in the trash. */
  count({ trashed = false, starred = false, pack }: Counted = {}): number {
    return sum(
      this.#counts().filter(
        ({ id, version, isStarred, isTrashed }) =>
          (isTrashed === 1) === trashed &&
          (!starred || isStarred === 1) &&
          (!pack || (pack.id === id && pack.version === version)),
      ),
    );
  }

  /** How many `list` would go through. */
  async countOf(filter: LibraryFilter): Promise<number> {
    const { trashed, starred, pack, ...others } = filter;
    const isCounted = Object.values(others).every((value) => value === undefined);
    if (isCounted) return this.count({ trashed, starred, pack });
    return this.#orders.count(this.#spelled(filter));
  }

  /**
   * What the search field asks for, best first. Portraits in which all words of the query stand come first, the
   * others follow; each by likeness to `near`, or the newest first where that is null.
   *
   * @param near what the words mean, whatever pack drew the portraits
   */
  searchFor(query: Query, near: Place | null, page: HitPage): Promise<SearchHit[]> {
    return this.#search.find({ ...page, query, near, words: 'rank' });
  }

  /**
   * The portraits nearest in meaning to an embedding of a space, best first, whatever pack drew them. There
   * is no threshold: useful distances differ from one query to the next.
   *
   * @param embedding [clip], of any length but zero
   * @param limit 1 to 1000
   * @param among which portraits; all outside the trash if left out
   */
  search(
    embedding: Float32Array,
    space: string,
    limit: number,
    { query = [], offset = 0 }: Among = {},
  ): Promise<SearchHit[]> {
    const near = { embedding, space };
    return this.#search.find({ near, query, limit, offset, words: 'narrow' });
  }

  /**
   * The portraits most like one of the library, without itself.
   *
   * @param preferred the space to compare in if the portrait has an embedding there; else its own
   */
  async similar(
    id: string,
    limit: number,
    preferred?: string,
    { query = [], offset = 0 }: Among = {},
  ): Promise<SearchHit[]> {
    return this.#search.find({ ...this.likeness(id, preferred), query, limit, offset });
  }

  /** What is asked for where those most like a portrait are, without itself. */
  likeness(id: string, preferred?: string): Pick<Question, 'near' | 'words' | 'but'> {
    const { spaces } = this.get(id);
    const known = preferred === undefined ? null : this.embeddingIn(preferred, id);
    const near =
      known && preferred !== undefined
        ? { embedding: known, space: preferred }
        : { embedding: this.embedding(id), space: spaces.embedding };
    const { seq } = seqSchema.parse(this.#one('SELECT seq FROM generations WHERE id = ?', id));
    return { near, words: 'narrow', but: seq };
  }

  /** What is found, best first. */
  ranked(question: Question): Promise<SearchHit[]> {
    return this.#search.find(question);
  }

  /** The ids of what is found, best first: one search, however many there are. */
  async rankedIds(question: Question): Promise<string[]> {
    return this.#idsOf(await this.#search.seqs(question));
  }

  /** Whether a row is among those that a query finds: its words have to stand in them. */
  rowsFound(query: Query): Promise<(seq: number) => boolean> {
    return this.#search.rowsFound(query);
  }

  /** The one id that begins so, also in the trash; null for none. @throws StudioError `invalid-argument` where several do */
  idBeginning(beginning: string): string | null {
    return findBeginning(beginning, this.#connection);
  }

  /** The ids of rows, by the numbers of these. */
  idsBySeq(seqs: readonly number[]): Map<number, string> {
    return this.#numbered('seq IN (SELECT value FROM json_each(?))', seqs);
  }

  /** The words of rows, by the numbers of these. */
  promptsBySeq(seqs: readonly number[]): Map<number, string> {
    const rows = this.#connection.all(
      'SELECT seq, prompt FROM generations WHERE seq IN (SELECT value FROM json_each(?))',
      JSON.stringify(seqs),
    );
    return new Map(promptsSchema.parse(rows).map(({ seq, prompt }) => [seq, prompt]));
  }

  /** The numbers of the rows of portraits, each with its id. */
  seqsOf(ids: readonly string[]): Map<number, string> {
    return this.#numbered('id IN (SELECT value FROM json_each(?))', ids);
  }

  /** The place of what happened last to any portrait. */
  lastChange(): number {
    return lastChange(this.#connection);
  }

  /** What happened since, whichever process did it, as far back as is remembered. */
  changesSince(place: number): PortraitChange[] {
    const rows = this.#connection.all(
      'SELECT n, id, kind FROM changes WHERE n > ? ORDER BY n',
      place,
    );
    return changesSchema.parse(rows).filter(({ id }) => isId(id));
  }

  /**
   * What a portrait came from and what came of it, trashed portraits too; and the other parents of all
   * these.
   *
   * @param limit most relatives that are told, 1 to 1000; the line it came by goes first
   */
  family(id: string, limit: number): Family {
    this.get(id);
    const { sql, values } = familyQuery(id, limit);
    const rows = this.#connection.all(sql, ...values);
    const portraits: Generation[] = [];
    const gone: string[] = [];
    for (const row of rows.slice(0, limit)) {
      const { known_as: knownAs, id: here } = relativeSchema.parse(row);
      const read = here === null ? null : readGeneration(row);
      if (read && !isFaulty(read)) portraits.push(read);
      else if (isId(knownAs)) gone.push(knownAs);
    }
    const told = new Set([...gone, ...portraits.map((portrait) => portrait.id)]);
    for (const other of portraits.flatMap(({ parents }) => parents)) {
      if (told.size === told.add(other).size) continue;
      const portrait = this.find(other);
      if (portrait) portraits.push(portrait);
      else gone.push(other);
    }
    return { portraits, gone, more: rows.length > limit };
  }

  /** Portraits by day, words or family. */
  async groups({ by, limit, ...filter }: GroupsQuery): Promise<Group[]> {
    const spelled = this.#spelled(filter);
    if (by === 'prompt') {
      return promptsOf(this.#rows, { limit, ...spelled }, this.#quarantined());
    }
    const parts = { connection: this.#connection, rows: this.#rows };
    const seqs = await this.#orders.of(spelled);
    return by === 'day' ? daysOf(parts, seqs, limit) : familiesOf(parts, seqs, limit);
  }

  /** Near-duplicates among some portraits. Those that are gone, or whose numbers cannot be used, are in no stack. */
  stacks({ ids, similarity = NEAR_DUPLICATE }: StacksQuery): string[][] {
    const seen = ids.flatMap((id) => {
      const row = this.#connection.get(
        `SELECT e.space, e.vector FROM generations AS g
         JOIN embeddings AS e ON e.seq = g.seq AND e.space = g.embedding_space WHERE g.id = ?`,
        id,
      );
      if (row === undefined) return [];
      return [{ id, ...spaceSchema.parse(row), embedding: toEmbedding(row, id) }];
    });
    return stacksOf(seen, similarity);
  }

  /** Every tag with how many portraits outside the trash bear it, the most frequent first. */
  tags(): TagCount[] {
    // Those in the trash are few, and sooner taken off than all others looked up.
    const rows = this.#connection.all(
      `SELECT tag, sum(portraits) AS count FROM (
         SELECT tag, count(*) AS portraits FROM generation_tags GROUP BY tag
         UNION ALL
         SELECT tag, -count(*) FROM generations AS g CROSS JOIN generation_tags ON generation = g.seq
           WHERE g.trashed_at IS NOT NULL GROUP BY tag)
       GROUP BY tag HAVING count > 0 ORDER BY count DESC, tag`,
    );
    return tagCountsSchema.parse(rows);
  }

  /** Of every portrait, also in the trash, the oldest first. */
  ids(): string[] {
    const rows = this.#connection.all('SELECT id FROM generations ORDER BY id');
    return idsSchema.parse(rows).flatMap(({ id }) => (isId(id) ? id : []));
  }

  /** What was put into the trash before a time. */
  trashedBefore(time: number): string[] {
    const rows = this.#connection.all('SELECT id FROM generations WHERE trashed_at < ?', time);
    return idsSchema.parse(rows).flatMap(({ id }) => (isId(id) ? id : []));
  }

  /** How a portrait is arranged, with its places on boards; null where there is none of that id. */
  arranged(id: string): Arranged | null {
    return readArranged(this.#connection, id);
  }

  /** The place of the last portrait on a board; 0 of an empty one. */
  lastPlaceOn(board: string): number {
    return lastPlaceOn(this.#connection, board);
  }

  /** In the order of their places, those of a board after it. */
  boards(): BoardListing[] {
    const rows = this.#connection.all(
      `SELECT b.id, ${COUNT_ON_BOARD} AS count, (${FIRST_ON_BOARD}) AS first FROM boards AS b`,
    );
    const known = readBoards(this.#connection);
    const listings = onBoardsSchema.parse(rows).flatMap(({ id, ...on }) => {
      const board = known.get(id);
      return board ? [{ ...board, ...on }] : [];
    });
    const ofParent = (parent: string | null) => {
      const children = listings.filter((board) => board.parent === parent);
      return children.sort((a, b) => a.position - b.position);
    };
    return ofParent(null).flatMap((board) => [board, ...ofParent(board.id)]);
  }

  /** Prompts in the order of their last use, latest first. */
  prompts(limit: number): string[] {
    return this.#connection
      .all('SELECT text FROM prompts ORDER BY used_at DESC LIMIT ?', limit)
      .map((row) => promptSchema.parse(row).text);
  }

  stats(): LibraryStats {
    const shown = this.#counts().filter(({ isTrashed }) => isTrashed === 0);
    const byPack = Map.groupBy(shown, ({ id, version }) => JSON.stringify([id, version]));
    return {
      portraits: this.count(),
      starred: this.count({ starred: true }),
      trashed: this.count({ trashed: true }),
      packs: [...byPack.values()].flatMap((counts) => {
        const [{ id, version } = { id: '', version: '' }] = counts;
        const portraits = sum(counts);
        return portraits > 0 ? [{ pack: { id, version }, portraits }] : [];
      }),
    };
  }

  /** Where a portrait's picture stands, for handing it to another program. */
  picturePath(id: string): string {
    return this.#folder.picture(id);
  }

  /** A portrait's picture, PNG, with its story. */
  picture(id: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#file(id, this.#folder.picture(id));
  }

  /** A portrait's thumbnail, WebP. */
  thumbnail(id: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#file(id, this.#folder.thumbnail(id));
  }

  /** Reads the whole database, every row, and returns what is wrong with it: nothing, in a healthy one. Slow. */
  check(): Promise<string[]> {
    return examine({
      ...{ connection: this.#connection, quarantine: this.#quarantine, rows: this.#rows },
    });
  }

  #numbered(condition: string, values: readonly (number | string)[]): Map<number, string> {
    const rows = this.#connection.all(
      `SELECT seq, id FROM generations WHERE ${condition}`,
      JSON.stringify(values),
    );
    return new Map(
      numberedSchema.parse(rows).flatMap(({ seq, id }) => (isId(id) ? [[seq, id]] : [])),
    );
  }

  /** Tags are found however they are capitalised, and ids by how they begin. */
  #spelled<Filter extends LibraryFilter>(filter: Filter): Filter {
    const { tag, query: text } = filter;
    const query = text && printQuery(withWholeIds(parseQuery(text), this.#connection));
    if (tag === undefined) return { ...filter, query };
    const rows = this.#connection.all('SELECT DISTINCT tag FROM generation_tags');
    const known = tagsSchema.parse(rows).find((row) => tagKey(row.tag) === tagKey(tag));
    return { ...filter, query, tag: known?.tag ?? tag };
  }

  /** Without those that cannot be read. */
  #counts(): PackCount[] {
    const counts = this.#connection.all(COUNTS).map((row) => packCountSchema.parse(row));
    const faulty = this.#connection.all(
      `SELECT pack_id AS id, pack_version AS version, starred = 1 AS isStarred,
         trashed_at IS NOT NULL AS isTrashed, -1 AS portraits
       FROM generations WHERE seq IN (SELECT value FROM json_each(?))`,
      JSON.stringify(this.#quarantined()),
    );
    return [...counts, ...faulty.map((row) => packCountSchema.parse(row))];
  }

  #quarantined(): number[] {
    return this.#quarantine.all().map(({ seq }) => seq);
  }

  /** @throws StudioError `not-found`, `access-denied`, `picture-unreadable` */
  async #file(id: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await readRegular(file);
    } catch (cause) {
      throw pictureError(storageErrorCode(cause), id, file, cause);
    }
  }

  #one(sql: string, id: string): unknown {
    const row = this.#connection.get(sql, id);
    if (row !== undefined) return row;
    throw new StudioError('not-found', `The library holds no portrait ${id}.`, { details: { id } });
  }
}

/** What keeps a picture that was brought in from being drawn again, edited or mixed, and what to do. */
export function notDrawn(id: string): StudioError {
  return new StudioError(
    'pack-not-found',
    'This picture was brought in: no pack of the studio drew it, so there are no numbers that could be edited. It ' +
      'can be seen, searched, arranged and exported as it is. To go on from it, carry it over to the pack in ' +
      `use (clip-flow carry-over ${id}), which draws what comes nearest to it.`,
    { details: { portrait: id } },
  );
}

function sum(counts: readonly PackCount[]): number {
  return counts.reduce((total, { portraits }) => total + portraits, 0);
}

/** Whatever is in the way of one picture is told of that picture, and of no other. */
function pictureError(code: string | null, id: string, file: string, cause: unknown): StudioError {
  const options = { details: { id }, cause };
  if (code === 'file-not-found') {
    return new StudioError('not-found', `The library holds no picture ${id}.`, options);
  }
  if (code === 'access-denied') {
    return new StudioError(
      'access-denied',
      `${file} may not be read. Nothing was changed; allow reading it and try again.`,
      options,
    );
  }
  return new StudioError(
    'picture-unreadable',
    `${file} cannot be read as the picture of a portrait. Nothing was changed; put its file back from a ` +
      'copy, if there is one.',
    options,
  );
}

function isId(text: string): boolean {
  return generationIdSchema.safeParse(text).success;
}
