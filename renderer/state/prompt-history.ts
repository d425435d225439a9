const SHOWN = 20;

/**
 * Earlier prompts under the arrow keys. What stood in the field before the walk began comes back at
 * its near end.
 */
export class PromptHistory {
  #entries: readonly string[] = [];
  /** 0 is the draft, 1 the prompt used last. */
  #at = 0;
  #draft = '';

  /** As many of the latest as are shown at once, the last used first. */
  get latest(): readonly string[] {
    return this.#entries.slice(0, SHOWN);
  }

  /**
   * Takes in the prompts that portraits were drawn with, the last used first. What was used here and is not among them
   * keeps its place before what it was used after.
   */
  resume(drawn: readonly string[]): void {
    const known = new Set(drawn);
    const before = new Map<string, readonly string[]>();
    let own: string[] = [];
    for (const entry of this.#entries) {
      own.push(entry);
      if (!known.has(entry)) continue;
      before.set(entry, own);
      own = [];
    }
    const merged = drawn.flatMap((entry) => before.get(entry) ?? [entry]);
    this.#entries = before.size === 0 ? [...own, ...merged] : [...merged, ...own];
    this.#at = 0;
  }

  add(prompt: string): void {
    this.#entries = [...new Set([prompt, ...this.#entries])];
    this.#at = 0;
  }

  /** The prompt before, or null at the oldest. */
  older(current: string): string | null {
    if (this.#at === 0) this.#draft = current;
    const entry = this.#entries[this.#at];
    if (entry === undefined) return null;
    this.#at += 1;
    return entry === current ? this.older(current) : entry;
  }

  /** The prompt after, the draft after the newest, and null from there on. */
  newer(): string | null {
    if (this.#at === 0) return null;
    this.#at -= 1;
    return this.#at === 0 ? this.#draft : (this.#entries[this.#at - 1] ?? null);
  }

  /** Ends the walk: the field is being typed in. */
  settle(): void {
    this.#at = 0;
  }
}
