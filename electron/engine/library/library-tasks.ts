/** What the second thread of a library is asked. */
import type { Query } from './queries.ts';
import type { Seqs } from './seqs.ts';
import type { Comparison, Scan } from './vector-index/search-tasks.ts';

/** Where other threads and processes find the database. */
export interface DatabasePlace {
  readonly root: string;
  readonly database: string;
}

/** Answered by what it says. */
export type LibraryTask =
  | { readonly kind: 'begin' }
  /** Those in the first column. */
  | { readonly kind: 'numbers'; readonly query: Query }
  | { readonly kind: 'rows'; readonly query: Query }
  | { readonly kind: 'scan'; readonly scan: Scan }
  | { readonly kind: 'compare'; readonly comparison: Comparison };

export type LibraryAnswer = Seqs | readonly unknown[] | null;
