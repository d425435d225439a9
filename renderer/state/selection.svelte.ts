import { SvelteSet } from 'svelte/reactivity';

/** Which portraits of a list are selected, and the one that the arrow keys start from. */
export class Selection {
  readonly #selected = new SvelteSet<string>();
  #cursor = $state<string | null>(null);
  /** Where a selection with Shift starts. */
  #anchor: string | null = null;
  readonly #list: () => readonly string[];

  /** @param list the ids that are shown, in their order */
  constructor(list: () => readonly string[]) {
    this.#list = list;
  }

  /** The portrait the arrow keys start from. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Where it stands in the list; -1 where it does not. */
  get cursorIndex(): number {
    return this.#cursor === null ? -1 : this.#list().indexOf(this.#cursor);
  }

  /** In the order of the list; those that are not in it come last. */
  get ids(): readonly string[] {
    if (this.#selected.size === 0) return [];
    const list = this.#list();
    const listed = list.filter((id) => this.#selected.has(id));
    if (listed.length === this.#selected.size) return listed;
    return listed.concat([...this.#selected].filter((id) => !list.includes(id)));
  }

  /** How many are selected. */
  get size(): number {
    return this.#selected.size;
  }

  has(id: string): boolean {
    return this.#selected.has(id);
  }

  /** Selects as a click does: one, or with Shift up to it, or with Ctrl or Command it too. */
  click(event: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>, id: string): void {
    if (event.shiftKey) this.extendTo(id);
    else if (event.ctrlKey || event.metaKey) this.toggle(id);
    else this.select(id);
  }

  /** Selects one portrait and starts from it. */
  select(id: string | null): void {
    this.#selected.clear();
    if (id !== null) this.#selected.add(id);
    this.#cursor = id;
    this.#anchor = id;
  }

  /** Adds a portrait to the selection, or takes it out. */
  toggle(id: string): void {
    if (!this.#selected.delete(id)) this.#selected.add(id);
    this.#cursor = id;
    this.#anchor = id;
  }

  /** Selects from where the last plain selection was made to `id`, which becomes the cursor. */
  extendTo(id: string): void {
    const list = this.#list();
    const to = list.indexOf(id);
    const found = list.indexOf(this.#anchor ?? id);
    // Where it was is gone: the selection starts anew.
    const anchor = found < 0 ? to : found;
    this.#selected.clear();
    for (const each of list.slice(Math.min(anchor, to), Math.max(anchor, to) + 1)) {
      this.#selected.add(each);
    }
    this.#cursor = id;
  }

  addAll(): void {
    for (const id of this.#list()) this.#selected.add(id);
  }

  clear(): void {
    this.#selected.clear();
    this.#cursor = null;
  }

  /** Selects exactly these. */
  put(ids: readonly string[]): void {
    this.#selected.clear();
    for (const id of ids) this.#selected.add(id);
    this.#cursor = ids.at(-1) ?? null;
    this.#anchor = ids[0] ?? null;
  }

  /** Lets go of what is not in a list that was read anew. */
  keep(list: readonly string[]): void {
    for (const id of this.#selected) if (!list.includes(id)) this.#selected.delete(id);
    if (this.#cursor !== null && !list.includes(this.#cursor)) this.#cursor = null;
  }

  /** Lets go of portraits that leave the list, which shows them still; `left` are those that stay. */
  drop(ids: readonly string[], left: readonly string[]): void {
    const wasSelected = ids.filter((id) => this.#selected.delete(id)).length > 0;
    if (this.#cursor === null || !ids.includes(this.#cursor)) return;
    const next = left[Math.min(this.cursorIndex, left.length - 1)] ?? null;
    // The next key acts on the neighbour, as the eye expects.
    if (wasSelected && this.#selected.size === 0) this.select(next);
    else this.#cursor = next;
  }
}
