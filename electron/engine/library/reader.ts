import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { Generation, PackRef } from '../../contract/generation.ts';
import type { Latents } from '../../contract/latents.ts';
import {
  type LibraryFilter,
  type LibraryPage,
  type LibraryStats,
  libraryStatsSchema,
  type ListQuery,
  type SearchHit,
} from '../../contract/library.ts';
import type { Connection } from './connection.ts';
import type { LibraryFolder } from './folder.ts';
import { countQuery, listQuery, searchQuery } from './queries.ts';
import { GENERATION_COLUMNS, toEmbedding, toGeneration, toLatents } from './records.ts';

const countSchema = z.object({ count: z.int() });
const distanceSchema = z.object({ distance: z.number() });
const promptSchema = z.object({ text: z.string() });
const checkSchema = z.object({ quick_check: z.string() });
const statsRowSchema = z.object({ stats: z.string() });

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
    return toGeneration(
      this.#one(`SELECT ${GENERATION_COLUMNS} FROM generations AS g WHERE id = ?`, id),
    );
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

  /** Prompts in the order of their last use, latest first. */
  prompts(limit: number): string[] {
    return this.#connection
      .all('SELECT text FROM prompts ORDER BY used_at DESC LIMIT ?', limit)
      .map((row) => promptSchema.parse(row).text);
  }

  stats(): LibraryStats {
    const { stats } = statsRowSchema.parse(this.#connection.get(STATS));
    return libraryStatsSchema.parse(JSON.parse(stats));
  }

  /** The file of a portrait's picture, PNG. */
  picturePath(id: string): string {
    return this.#folder.picture(id);
  }

  /** The file of a portrait's thumbnail, WebP. */
  thumbnailPath(id: string): string {
    return this.#folder.thumbnail(id);
  }

  /** Reads the whole database and returns what is wrong with it: nothing, in a healthy one. Slow. */
  check(): string[] {
    return this.#connection
      .all('PRAGMA quick_check')
      .map((row) => checkSchema.parse(row).quick_check)
      .filter((finding) => finding !== 'ok');
  }

  #one(sql: string, id: string): unknown {
    const row = this.#connection.get(sql, id);
    if (row !== undefined) return row;
    throw new StudioError('not-found', `The library holds no portrait ${id}.`, { details: { id } });
  }
}

const STATS = `
  SELECT json_object(
    'portraits', (SELECT count(*) FROM generations WHERE trashed_at IS NULL),
    'starred', (SELECT count(*) FROM generations WHERE trashed_at IS NULL AND starred = 1),
    'trashed', (SELECT count(*) FROM generations WHERE trashed_at IS NOT NULL),
    'packs', (
      SELECT json_group_array(
        json_object('pack', json_object('id', pack_id, 'version', pack_version), 'portraits', portraits)
      )
      FROM (
        SELECT pack_id, pack_version, count(*) AS portraits FROM generations
        WHERE trashed_at IS NULL GROUP BY pack_id, pack_version
      )
    )
  ) AS stats`;
