import type { SerialisedError } from '../../contract/errors.ts';
import type { Query } from './queries.ts';

/** The numbers of rows, in an order or none. */
export type Seqs = Float64Array<ArrayBuffer>;

/** Where the database of the thread lies. */
export interface SeqThreadData {
  readonly root: string;
  readonly database: string;
}

export interface SeqTask {
  readonly id: number;
  readonly query: Query;
}

export type SeqAnswer =
  | { readonly id: number; readonly seqs: Seqs }
  | { readonly id: number; readonly error: SerialisedError };
