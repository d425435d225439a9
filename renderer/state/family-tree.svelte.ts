import { SvelteSet } from 'svelte/reactivity';
import { toStudioError, type StudioError } from '../../electron/contract/errors.ts';
import type { Generation } from '../../electron/contract/generation.ts';
import { branchesOf, MAX_FAMILY, type Family } from '../../electron/contract/lineage.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { lineTo, moveAfterKey, rowsOf, type Row } from '../lineage/rows.ts';

/** Families up to this size are shown whole; of larger ones, the line to the portrait is opened. */
const SHOWN_WHOLE = 40;

/** The tree that a portrait is part of, as it is walked through. */
export class FamilyTree {
  #family = $state.raw<Family | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #cursor = $state('');
  readonly #open = new SvelteSet<string>();
  readonly #branches = $derived(branchesOf(this.#family?.portraits ?? []));
  readonly #rows = $derived(rowsOf(this.#branches, (id) => this.#open.has(id)));
  readonly #service: StudioService;

  constructor(service: StudioService) {
    this.#service = service;
  }

  get loaded(): boolean {
    return this.#family !== null;
  }

  get error(): StudioError | null {
    return this.#error;
  }

  /** Whether the family is larger than what was read of it. */
  get more(): boolean {
    return this.#family?.more ?? false;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** The portrait the keys start from. */
  get cursor(): Generation | null {
    return this.#family?.portraits.find(({ id }) => id === this.#cursor) ?? null;
  }

  async read(id: string): Promise<void> {
    try {
      this.#family = await this.#service.family({ id, limit: MAX_FAMILY });
    } catch (error) {
      this.#error = toStudioError(error);
      return;
    }
    const { portraits } = this.#family;
    const opened =
      portraits.length <= SHOWN_WHOLE
        ? portraits.map((portrait) => portrait.id)
        : lineTo(this.#branches, id);
    for (const each of opened) this.#open.add(each);
    this.#cursor = id;
  }

  moveTo(id: string): void {
    this.#cursor = id;
  }

  toggle(id: string): void {
    if (!this.#open.delete(id)) this.#open.add(id);
  }

  /** @returns whether the key did something */
  press(key: string): boolean {
    const move = moveAfterKey(key, this.#rows, this.#cursor);
    if (!move) return false;
    if ('to' in move) this.#cursor = move.to;
    else this.toggle('open' in move ? move.open : move.close);
    return true;
  }
}
