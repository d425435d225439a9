import { SvelteSet } from 'svelte/reactivity';

/** A list that is shown, of which only parts may have been read. */
export interface Order {
  at(index: number): string | undefined;
  /** Where an id stands; -1 where that is not known. */
  indexOf(id: string): number;
  /** All ids of a span, in order. */
  idsIn(start: number, end: number): Promise<readonly string[]>;
}

/** Which portraits of a list are selected, and the one that the arrow keys start from. */
export class Selection {
  readonly #selected = new SvelteSet<string>();
  #cursor = $state<string | null>(null);
  /** Where a selection with Shift starts. */
  #anchor: string | null = null;
  readonly #order: Order;

  constructor(order: Order) {
    this.#order = order;
  }

  /** The portrait the arrow keys start from. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Where it stands in the list; -1 where that is not known. */
  get cursorIndex(): number {
    return this.#cursor === null ? -1 : this.#order.indexOf(this.#cursor);
  }

  /** In the order of the list; those that are not known in it come last. */
  get ids(): readonly string[] {
    if (this.#selected.size < 2) return [...this.#selected];
    const placeOf = (id: string) => {
      const index = this.#order.indexOf(id);
      return index < 0 ? Infinity : index;
    };
    return [...this.#selected]
      .map((id) => ({ id, place: placeOf(id) }))
      .sort((a, b) => (a.place === b.place ? 0 : a.place - b.place))
      .map(({ id }) => id);
  }

  /** How many are selected. */
  get size(): number {
    return this.#selected.size;
  }

  has(id: string): boolean {
    return this.#selected.has(id);
  }

  /** Selects as a click does: one, or with Shift up to it, or with Ctrl or Command it too. @throws StudioError when ids between cannot be read */
  async click(
    event: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>,
    id: string,
  ): Promise<void> {
    if (event.shiftKey) await this.extendTo(id);
    else if (event.ctrlKey || event.metaKey) this.toggle(id);
    else this.select(id);
  }

  /** Selects one portrait and starts from it. */
  select(id: string | null): void {
    this.put(id === null ? [] : [id]);
  }

  /** Makes a portrait the one that keys start from, and leaves selected what is. */
  moveTo(id: string): void {
    this.#cursor = id;
  }

  /** Selects exactly these. */
  put(ids: readonly string[], cursor: string | null = ids.at(-1) ?? null): void {
    this.#set(ids);
    this.#cursor = cursor;
    this.#anchor = ids[0] ?? null;
  }

  /** Adds a portrait to the selection, or takes it out. */
  toggle(id: string): void {
    if (!this.#selected.delete(id)) this.#selected.add(id);
    this.#cursor = id;
    this.#anchor = id;
  }

  /** Selects from where the last plain selection was made to `id`, which becomes the cursor. */
  async extendTo(id: string): Promise<void> {
    const to = this.#order.indexOf(id);
    const found = this.#order.indexOf(this.#anchor ?? id);
    // Where it was is gone: the selection starts anew.
    const anchor = found < 0 ? to : found;
    this.#cursor = id;
    if (to < 0) return this.#set([id]);
    const ids = await this.#order.idsIn(Math.min(anchor, to), Math.max(anchor, to) + 1);
    // Whoever has gone on meanwhile stays where they are.
    if (this.#cursor === id) this.#set(ids);
  }

  clear(): void {
    this.#selected.clear();
    this.#cursor = null;
  }

  /** Lets go of what is not in a list that was read anew. */
  keep(list: readonly string[]): void {
    for (const id of this.#selected) if (!list.includes(id)) this.#selected.delete(id);
    if (this.#cursor !== null && !list.includes(this.#cursor)) this.#cursor = null;
  }

  /** Lets go of portraits that are about to leave the list. */
  drop(ids: ReadonlySet<string>): void {
    const wasSelected = [...ids].filter((id) => this.#selected.delete(id)).length > 0;
    if (this.#cursor === null || !ids.has(this.#cursor)) return;
    const isLeft = (id: string) => !ids.has(id);
    // What is selected is looked through together.
    const among = this.#selected.size > 0 ? this.#neighbour((id) => this.has(id)) : null;
    const next = among ?? this.#neighbour(isLeft);
    // The next key acts on the neighbour, as the eye expects.
    if (wasSelected && this.#selected.size === 0) this.select(next);
    else this.#cursor = next;
  }

  #set(ids: readonly string[]): void {
    this.#selected.clear();
    for (const id of ids) this.#selected.add(id);
  }

  /** The next from the cursor on that is meant, or else the one before it. */
  #neighbour(isMeant: (id: string) => boolean): string | null {
    for (const step of [1, -1]) {
      let index = this.cursorIndex;
      let id = this.#order.at(index);
      while (id !== undefined && !isMeant(id)) id = this.#order.at((index += step));
      if (id !== undefined) return id;
    }
    return null;
  }
}
