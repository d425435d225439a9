/** The two long parts of a search, as both threads do them. */
import type { Connection } from '../connection.ts';
import { addLookups } from './lookup-scan.ts';

/** Codes whose distances threads work out in turns. All of it but the tables lies in memory that they share. */
export interface Scan {
  readonly tables: Uint8Array;
  readonly parts: readonly { readonly codes: Uint8Array; readonly distances: Uint16Array }[];
  /** The part that is nobody's yet. */
  readonly next: Int32Array;
}

/** Works out the distances of one part. @returns whether there was one left */
export function scanNext({ tables, parts, next }: Scan): boolean {
  const part = parts[Atomics.add(next, 0, 1)];
  if (part) addLookups(tables, part.codes, part.distances);
  return part !== undefined;
}

/** A vector as SQLite keeps it, and the embeddings it is compared with, by their numbers. */
export interface Comparison {
  readonly vector: Uint8Array;
  readonly numbers: readonly number[];
}

/** The cosines; NaN for embeddings that are gone or of another width. */
export function cosinesOf(
  connection: Connection,
  { vector, numbers }: Comparison,
): Float64Array<ArrayBuffer> {
  const distances = connection.numbers(
    `SELECT iif(e.number IS NULL, NULL, vec_distance_cosine(e.vector, ?)) FROM json_each(?) AS wanted
     LEFT JOIN embeddings AS e ON e.number = wanted.value AND length(e.vector) = ? ORDER BY wanted.key`,
    ...[Buffer.from(vector), JSON.stringify(numbers), vector.length],
  );
  return distances.map((distance) => 1 - distance);
}
