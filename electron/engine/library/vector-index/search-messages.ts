/** What crosses between the threads that search, and what both of them do. */
import type { Connection } from '../connection.ts';
import { addLookups } from './lookup-scan.ts';

/** Codes whose distances threads work out in turns. All of it but the tables lies in memory that they share. */
export interface Scan {
  readonly tables: Uint8Array;
  readonly parts: readonly { readonly codes: Uint8Array; readonly distances: Uint16Array }[];
  /** The part that is nobody's yet. */
  readonly next: Int32Array;
}

export type SearchTask =
  | { readonly kind: 'begin' }
  | { readonly kind: 'scan'; readonly scan: Scan }
  | { readonly kind: 'compare'; readonly numbers: readonly number[]; readonly vector: Uint8Array };

/** Of a comparison the cosines; nothing else has anything to say. */
export type SearchAnswer = Float64Array<ArrayBuffer> | null;

/** Works out the distances of one part. @returns whether there was one left */
export function scanNext({ tables, parts, next }: Scan): boolean {
  const part = parts[Atomics.add(next, 0, 1)];
  if (part) addLookups(tables, part.codes, part.distances);
  return part !== undefined;
}

/** The cosines of a vector to embeddings, by their numbers; NaN for those that are gone or of another width. */
export function cosinesTo(
  connection: Connection,
  vector: Buffer,
  numbers: readonly number[],
): Float64Array<ArrayBuffer> {
  const distances = connection.numbers(
    `SELECT iif(e.number IS NULL, NULL, vec_distance_cosine(e.vector, ?)) FROM json_each(?) AS wanted
     LEFT JOIN embeddings AS e ON e.number = wanted.value AND length(e.vector) = ? ORDER BY wanted.key`,
    ...[vector, JSON.stringify(numbers), vector.length],
  );
  return distances.map((distance) => 1 - distance);
}
