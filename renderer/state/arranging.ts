import type { BoardListing, BoardMove, Changed, Label } from '../../electron/contract/arrange.ts';
import type { Generation } from '../../electron/contract/generation.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { strings } from '../strings.ts';
import { type Deed, Deeds, partsOf } from './deeds.ts';
import type { Library } from './library.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { UndoStack } from './undo.svelte.ts';

type Ids = readonly string[];

/** Arranges portraits and boards. Each deed is one step of the history, however many portraits it is about. */
export class Arranging {
  readonly #service: StudioService;
  readonly #library: Library;
  readonly #deeds: Deeds;

  constructor(service: StudioService, library: Library, undo: UndoStack, toasts: Toasts) {
    this.#service = service;
    this.#library = library;
    this.#deeds = new Deeds(service, undo, toasts);
  }

  /** @param rating 1 to 5; 0 is none */
  async rate(ids: Ids, rating: number): Promise<void> {
    await this.#change(ids, { rating }, strings.arrange.rated(ids.length, rating), (part) =>
      this.#service.rate({ ids: part, rating }),
    );
  }

  async setLabel(ids: Ids, label: Label | null): Promise<void> {
    await this.#change(ids, { label }, strings.arrange.labelled(ids.length, label), (part) =>
      this.#service.label({ ids: part, label }),
    );
  }

  /** Labels portraits, or takes the label off where all of them bear it. */
  async toggleLabel(ids: Ids, label: Label): Promise<void> {
    const areBearers = this.#library.areAll(ids, (portrait) => portrait.label === label);
    await this.setLabel(ids, areBearers ? null : label);
  }

  async note(ids: Ids, note: string): Promise<void> {
    await this.#change(ids, { note }, strings.arrange.noted(ids.length), (part) =>
      this.#service.note({ ids: part, note }),
    );
  }

  async tag(ids: Ids, tag: string): Promise<void> {
    await this.#deeds.do({
      ...said(strings.arrange.tagged(ids.length, tag), ids),
      calls: partsOf(ids, (part) => this.#service.tag({ ids: part, tags: [tag] })),
    });
  }

  async untag(ids: Ids, tag: string): Promise<void> {
    await this.#deeds.do({
      ...said(strings.arrange.untagged(ids.length, tag), ids),
      calls: partsOf(ids, (part) => this.#service.untag({ ids: part, tags: [tag] })),
    });
  }

  // Boards

  async addToBoard(
    ids: Ids,
    { id: board, name }: Pick<BoardListing, 'id' | 'name'>,
  ): Promise<void> {
    const label = strings.arrange.putOn(ids.length, name);
    await this.#deeds.do({
      ...{ label, told: label },
      calls: partsOf(ids, (part) => this.#service.addToBoard({ board, ids: part })),
    });
  }

  async removeFromBoard(
    ids: Ids,
    { id: board, name }: Pick<BoardListing, 'id' | 'name'>,
  ): Promise<void> {
    const label = strings.arrange.takenOff(ids.length, name);
    await this.#deeds.do({
      ...{ label, told: label },
      calls: partsOf(ids, (part) => this.#service.removeFromBoard({ board, ids: part })),
    });
  }

  /** @param before the portrait of the board that comes after them; null for its end */
  async arrangeBoard(ids: Ids, board: string, before: string | null): Promise<void> {
    await this.#deeds.do({
      label: strings.arrange.moved(ids.length),
      calls: [() => this.#service.arrangeBoard({ board, ids: [...ids], before })],
    });
  }

  /** Makes a board, and puts portraits on it. */
  async createBoard(name: string, parent: string | null, ids: Ids = []): Promise<void> {
    const label = strings.arrange.boardMade(name);
    let made: string | undefined;
    const create = async () => {
      const { board, undo } = await this.#service.createBoard({ name, parent });
      made = board.id;
      return { ...(undo !== undefined && { undo }) };
    };
    const fill = partsOf(ids, (part) => this.#service.addToBoard({ board: made ?? '', ids: part }));
    await this.#deeds.do({
      label,
      told: ids.length > 0 ? strings.arrange.putOn(ids.length, name) : undefined,
      calls: [create, ...fill],
    });
  }

  async renameBoard({ id }: Pick<BoardListing, 'id'>, name: string): Promise<void> {
    await this.#deeds.do({
      label: strings.arrange.boardRenamed(name),
      calls: [() => this.#service.renameBoard({ id, name })],
    });
  }

  /** Gives a board another parent, place or cover. */
  async moveBoard(move: BoardMove, { name }: Pick<BoardListing, 'name'>): Promise<void> {
    await this.#deeds.do({
      label: strings.arrange.boardChanged(name),
      calls: [() => this.#service.moveBoard(move)],
    });
  }

  /** Its portraits stay in the library. */
  async removeBoard({ id, name }: Pick<BoardListing, 'id' | 'name'>): Promise<void> {
    const label = strings.arrange.boardRemoved(name);
    await this.#deeds.do({
      ...{ label, told: strings.arrange.boardRemovedTold(name) },
      calls: [() => this.#service.removeBoard({ board: id })],
    });
  }

  /** Changes a part of portraits, and shows it before the engine's news of it. */
  async #change(
    ids: Ids,
    change: Partial<Generation>,
    label: string,
    call: (part: string[]) => Promise<Changed>,
  ): Promise<void> {
    await this.#deeds.do({ ...said(label, ids), calls: partsOf(ids, call) });
    this.#library.change(ids, change);
  }
}

/** What is done to many is told; what is done to one is seen. */
function said(label: string, ids: Ids): Pick<Deed, 'label' | 'told'> {
  return { label, ...(ids.length > 1 && { told: label }) };
}
