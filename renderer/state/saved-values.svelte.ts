import type { z } from 'zod';
import { load, save } from './saved.ts';

/** What one part of the window works with, as it was left the last time. */
export class SavedValues<T extends object> {
  #now: T;
  readonly #key: string;

  /** @param first what there is before anything was saved */
  constructor(key: string, schema: z.ZodType<T>, first: () => T) {
    this.#key = key;
    this.#now = $state.raw(load(key, schema) ?? first());
  }

  /** Never changed in place: what was read stays what it was, for undo. */
  get now(): T {
    return this.#now;
  }

  put(values: Partial<T>): void {
    this.show(values);
    save(this.#key, this.#now);
  }

  /** Puts values in place for now, as long as the hand moves them. */
  show(values: Partial<T>): void {
    this.#now = { ...this.#now, ...values };
  }
}
