import { type FieldsOf, loadFields, save } from './saved.ts';

/** What one part of the window works with, as it was left the last time. */
export class SavedValues<T extends object> {
  #now: T;
  readonly #key: string;

  /** @param first what there is before anything was saved, and in place of what was damaged */
  constructor(key: string, schema: FieldsOf<T>, first: () => T) {
    this.#key = key;
    this.#now = $state.raw(loadFields(key, schema, first));
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
