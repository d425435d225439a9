import { StudioError } from '../../contract/errors.ts';
import type { LibrarySettings, LibrarySettingsChange } from '../../contract/library.ts';
import type { Library } from './library.ts';
import { keepSettings, readSettings, trashEnd } from './settings.ts';

/** How often the trash is looked through. */
const LOOK_MS = 60 * 60 * 1_000;

/** Empties the trash of what has lain there for as long as the artist says, at the start and every hour. */
export class TrashKeeper {
  readonly #library: Library;
  readonly #onGone: (ids: string[]) => void;
  readonly #timer: NodeJS.Timeout;
  #work: Promise<void> = Promise.resolve();
  #keeping: Promise<unknown> = Promise.resolve();

  constructor(library: Library, onGone: (ids: string[]) => void) {
    this.#library = library;
    this.#onGone = onGone;
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  settings(): Promise<LibrarySettings> {
    return readSettings(this.#library.root);
  }

  /** Changes some of the settings, one change after the other. */
  async keep(change: LibrarySettingsChange): Promise<void> {
    this.#library.writer.requireWritable();
    const { root } = this.#library;
    const keeping = this.#keeping.then(async () => {
      const now = await readSettings(root);
      const { trashDays = now.trashDays, presets = now.presets } = change;
      await keepSettings(root, { trashDays, presets });
    });
    this.#keeping = keeping.catch(() => undefined);
    await keeping;
    this.look();
  }

  /** Looks the trash through after what is under way. */
  look(now = Date.now()): void {
    this.#work = this.#work.then(() => this.#empty(now));
  }

  /** Waits for what is being removed. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
  }

  /** What cannot be removed now is met again in an hour. */
  async #empty(now: number): Promise<void> {
    const { reader, writer, refusal } = this.#library;
    if (refusal) return;
    try {
      const end = trashEnd(await this.settings(), now);
      if (end === null) return;
      await writer.purge(reader.trashedBefore(end), this.#onGone);
    } catch (thrown) {
      if (!(thrown instanceof StudioError)) throw thrown;
    }
  }
}
