import { carriedPortraits, isCarryingPortraits } from './drag.ts';

/** A part of the window that portraits can be dropped on. */
export class DropTarget {
  #isOver = $state(false);
  readonly #dropped: () => ((ids: readonly string[]) => void) | undefined;

  /** @param dropped what is done with portraits that are dropped; without it nothing can be */
  constructor(dropped: () => ((ids: readonly string[]) => void) | undefined) {
    this.#dropped = dropped;
  }

  /** Whether portraits are over it, so that it says where they would go. */
  get isOver(): boolean {
    return this.#isOver;
  }

  readonly ondragover = (event: DragEvent): void => {
    if (!this.#dropped() || !isCarryingPortraits(event)) return;
    event.preventDefault();
    this.#isOver = true;
  };

  readonly ondragleave = (): void => {
    this.#isOver = false;
  };

  readonly ondrop = (event: DragEvent): void => {
    this.#isOver = false;
    const dropped = this.#dropped();
    const ids = carriedPortraits(event);
    if (!dropped || ids.length === 0) return;
    event.preventDefault();
    dropped(ids);
  };
}
