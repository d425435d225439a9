import type { PrincipalDirection } from '../../electron/contract/edit.ts';
import { advancesOf } from '../../electron/contract/progress.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import type { UndoStack } from './undo.svelte.ts';

/** The generator's own directions: looked for when they are asked for, and named by the artist. */
export class PrincipalDirections {
  #found = $state.raw<readonly PrincipalDirection[]>([]);
  #search = $state.raw<{ done: number; total: number } | null>(null);
  #searching: AbortController | null = null;
  readonly #service: StudioService;
  readonly #undo: UndoStack;

  constructor(service: StudioService, undo: UndoStack) {
    this.#service = service;
    this.#undo = undo;
  }

  /** None until they have been looked for. */
  get found(): readonly PrincipalDirection[] {
    return this.#found;
  }

  /** How far the search is; null when there is none. */
  get search(): { done: number; total: number } | null {
    return this.#search;
  }

  titleOf(index: number): string {
    const name = this.#nameOf(index);
    return name ?? strings.edits.ownDirection(index + 1);
  }

  /** @returns whether they have been found; false when the search was given up */
  async find(): Promise<boolean> {
    const abort = new AbortController();
    this.#searching = abort;
    const onEvent = advancesOf('sample', ({ done, total }) => {
      this.#search = { done, total };
    });
    try {
      const { signal } = abort;
      this.#found = await this.#service.principalDirections({}, { signal, onEvent });
      return true;
    } catch (error) {
      if (abort.signal.aborted) return false;
      throw error;
    } finally {
      if (this.#searching === abort) this.#search = null;
    }
  }

  stop(): void {
    this.#searching?.abort();
  }

  /** Lets go of what belongs to a pack that is not in use any more. */
  forget(): void {
    this.stop();
    this.#found = [];
  }

  async rename(index: number, name: string): Promise<void> {
    const before = this.#nameOf(index) ?? '';
    if (name.trim() === before) return;
    const put = async (to: string) => {
      await this.#service.renamePrincipal({ index, name: to });
      this.#found = this.#found.map((direction) =>
        direction.index === index ? { index, name: to.trim() || null } : direction,
      );
    };
    await this.#undo.make({
      label: strings.undo.name,
      undo: () => put(before),
      redo: () => put(name),
    });
  }

  #nameOf(index: number): string | null {
    return this.#found.find((direction) => direction.index === index)?.name ?? null;
  }
}
