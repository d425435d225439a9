import type { Connection } from '../connection.ts';

/** What a step may do: run statements in the transaction it is given. */
export type Script = Pick<Connection, 'script'>;
