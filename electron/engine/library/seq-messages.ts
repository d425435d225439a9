import type { Query } from './queries.ts';

/** The numbers of rows, in an order or none. */
export type Seqs = Float64Array<ArrayBuffer>;

/** Where the database of a thread lies. */
export interface DatabasePlace {
  readonly root: string;
  readonly database: string;
}

/** What is asked of the thread that reads what takes long. */
export interface ReadTask {
  readonly query: Query;
  /** The numbers of the first column, or whole rows. */
  readonly as: 'numbers' | 'rows';
}

export type ReadAnswer = Seqs | unknown[];
