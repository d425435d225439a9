import { z } from 'zod';
import type { PackRef } from '../../contract/generation.ts';
import { type PackSpaces, type Spaces, unknownSpaces } from '../../contract/spaces.ts';
import type { Connection } from './connection.ts';
import { IS_UNNAMED } from './migrations/0007-find.ts';

const COLUMNS: Readonly<Record<keyof Spaces, string>> = {
  embedding: 'embedding_space',
  latent: 'latent_space',
  flow: 'flow_space',
};

const packsSchema = z.array(z.object({ id: z.string(), version: z.string() }));

/**
 * Gives the spaces of portraits their names, of packs that have told them and did not before.
 *
 * @returns how many portraits changed
 */
export function nameSpaces(connection: Connection, told: readonly PackSpaces[]): number {
  const unnamed = unnamedPacks(connection);
  const news = told.filter(({ id, version }) =>
    unnamed.some((pack) => pack.id === id && pack.version === version),
  );
  if (news.length === 0) return 0;
  return connection.write(() =>
    news.reduce((sum, pack) => sum + nameSpacesOf(connection, pack), 0),
  );
}

/** Packs whose portraits are in spaces that are called by the pack. */
function unnamedPacks(connection: Connection): PackRef[] {
  const rows = connection.all(
    `SELECT DISTINCT pack_id AS id, pack_version AS version FROM generations WHERE ${IS_UNNAMED}`,
  );
  return packsSchema.parse(rows);
}

function nameSpacesOf(connection: Connection, { id, version, spaces }: PackSpaces): number {
  const unknown = unknownSpaces({ id, version });
  // What the same CLIP has seen already under its name is the same once more.
  connection.run(
    `DELETE FROM embeddings WHERE space = ? AND seq IN (SELECT seq FROM embeddings WHERE space = ?)`,
    ...[unknown.embedding, spaces.embedding],
  );
  connection.run(
    'UPDATE embeddings SET space = ? WHERE space = ?',
    ...[spaces.embedding, unknown.embedding],
  );
  const changes = Object.entries(COLUMNS).map(([name, column]) => {
    const space = name as keyof Spaces;
    return connection.run(
      `UPDATE generations SET ${column} = ? WHERE pack_id = ? AND pack_version = ? AND ${column} = ?`,
      ...[spaces[space], id, version, unknown[space]],
    ).changes;
  });
  return Math.max(...changes);
}
