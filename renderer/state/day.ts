import type { Group } from '../../electron/contract/library.ts';

/** A day on which portraits were made. */
export interface Day {
  /** Its beginning, in the time of the window. */
  readonly at: Date;
  readonly count: number;
}

export function toDay({ key, count }: Group): Day {
  return { at: new Date(`${key}T00:00`), count };
}
