import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { Generation, PackRef } from '../../contract/generation.ts';
import type { Latents } from '../../contract/latents.ts';
import type { Family } from '../../contract/lineage.ts';
import {
  type LibraryFilter,
  type LibraryPage,
  type LibraryStats,
  type ListQuery,
  type SearchHit,
} from '../../contract/library.ts';
import { isSystemError, libraryError } from '../storage/errors.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { countQuery, familyQuery, listQuery, searchQuery } from './queries.ts';
import { GENERATION_COLUMNS, toEmbedding, toGeneration, toLatents } from './records.ts';

const PORTRAIT = `SELECT ${GENERATION_COLUMNS} FROM generations AS g WHERE id = ?`;

const countSchema = z.object({ count: z.int() });
const distanceSchema = z.object({ distance: z.number() });
const relativeSchema = z.object({ known_as: z.string(), id: z.string().nullable() });
const promptSchema = z.object({ text: z.string() });
const standingsSchema = z.array(z.object({ id: z.string(), standing: z.int() }));
const checkSchema = z.object({ quick_check: z.string() });
const packCountSchema = z.object({
  pack_id: z.string(),
  pack_version: z.string(),
  portraits: z.int(),
});

/**
 * Everything that can be asked of a library; its connection cannot write. Methods throw StudioError
 * `library-corrupt` or `library-busy` where the database fails, and those that take an id `not-found`.
 */
export class LibraryReader {
  readonly #connection: Connection;
  readonly #folder: LibraryFolder;

  constructor(connection: Connection, folder: LibraryFolder) {
    this.#connection = connection;
    this.#folder = folder;
  }

  get(id: string): Generation {
    return toGeneration(this.#one(PORTRAIT, id));
  }

  /** A portrait, or null where the library holds none of that id. */
  find(id: string): Generation | null {
    const row = this.#connection.get(PORTRAIT, id);
    return row === undefined ? null : toGeneration(row);
  }

  latents(id: string): Latents {
    return toLatents(
      this.#one(
        'SELECT z, condition, w FROM latents JOIN generations USING (seq) WHERE id = ?',
        id,
      ),
    );
  }

  /** CLIP's embedding of the picture, [512]. */
  embedding(id: string): Float32Array {
    return toEmbedding(
      this.#one('SELECT vector FROM embeddings JOIN generations USING (seq) WHERE id = ?', id),
    );
  }

  /** One page, newest first. */
  list(query: ListQuery): LibraryPage {
    const { sql, values } = listQuery(query);
    const rows = this.#connection.all(sql, ...values);
    const items = rows.slice(0, query.limit).map(toGeneration);
    return { items, next: rows.length > items.length ? (items.at(-1)?.id ?? null) : null };
  }

  count(filter: LibraryFilter = {}): number {
    const { sql, values } = countQuery(filter);
    return countSchema.parse(this.#connection.get(sql, ...values)).count;
  }

  /**
   * The portraits of a pack nearest in meaning to an embedding of that pack's CLIP, best first. There
   * is no threshold: useful distances differ from one query to the next.
   *
   * @param embedding [512], of any length but zero
   * @param limit 1 to 1000
   */
  search(embedding: Float32Array, pack: PackRef, limit: number): SearchHit[] {
    const { sql, values } = searchQuery(embedding, pack, limit);
    return this.#connection.all(sql, ...values).map((row) => ({
      generation: toGeneration(row),
      similarity: 1 - distanceSchema.parse(row).distance,
    }));
  }

  /** The portraits most like one of the library, without itself. */
  similar(id: string, limit: number): SearchHit[] {
    const hits = this.search(this.embedding(id), this.get(id).pack, limit + 1);
    return hits.filter(({ generation }) => generation.id !== id).slice(0, limit);
  }

  /** How each portrait stands (starred, in the trash) as a number, for telling what others changed. */
  standings(): Map<string, number> {
    const rows = this.#connection.all(
      'SELECT id, starred + 2 * (trashed_at IS NOT NULL) AS standing FROM generations',
    );
    return new Map(standingsSchema.parse(rows).map(({ id, standing }) => [id, standing]));
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
      const relative = relativeSchema.parse(row);
      if (relative.id === null) gone.push(relative.known_as);
      else portraits.push(toGeneration(row));
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

  /** Prompts in the order of their last use, latest first. */
  prompts(limit: number): string[] {
    return this.#connection
      .all('SELECT text FROM prompts ORDER BY used_at DESC LIMIT ?', limit)
      .map((row) => promptSchema.parse(row).text);
  }

  stats(): LibraryStats {
    const packs = this.#connection
      .all(
        `SELECT pack_id, pack_version, count(*) AS portraits FROM generations
         WHERE trashed_at IS NULL GROUP BY pack_id, pack_version`,
      )
      .map((row) => packCountSchema.parse(row));
    return {
      portraits: this.count(),
      starred: this.count({ starred: true }),
      trashed: this.count({ trashed: true }),
      packs: packs.map(({ pack_id: id, pack_version: version, portraits }) => ({
        pack: { id, version },
        portraits,
      })),
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

  /** Reads the whole database and returns what is wrong with it: nothing, in a healthy one. Slow. */
  check(): string[] {
    return this.#connection
      .all('PRAGMA quick_check')
      .map((row) => checkSchema.parse(row).quick_check)
      .filter((finding) => finding !== 'ok');
  }

  async #file(id: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await readFile(file);
    } catch (thrown) {
      if (!isSystemError(thrown, 'ENOENT')) throw libraryError(thrown, this.#folder.root);
      throw new StudioError('not-found', `The library holds no picture ${id}.`, {
        details: { id },
        cause: thrown,
      });
    }
  }

  #one(sql: string, id: string): unknown {
    const row = this.#connection.get(sql, id);
    if (row !== undefined) return row;
    throw new StudioError('not-found', `The library holds no portrait ${id}.`, { details: { id } });
  }
}
