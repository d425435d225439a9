/**
 * Remembers what was computed last. A computation that fails is forgotten, so that it is tried again;
 * the one unused for longest makes room.
 */
export class LruCache<Value> {
  readonly #size: number;
  readonly #values = new Map<string, Promise<Value>>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string, compute: () => Promise<Value>): Promise<Value> {
    const value = this.#values.get(key) ?? this.#begin(key, compute);
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#size && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }

  #begin(key: string, compute: () => Promise<Value>): Promise<Value> {
    const value = compute();
    value.catch(() => {
      if (this.#values.get(key) === value) this.#values.delete(key);
    });
    return value;
  }
}
