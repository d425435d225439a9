import { StudioError } from '../../contract/errors.ts';
import type { StudioEvent } from '../../contract/status.ts';
import type { Library } from './library.ts';

export type LibraryChange = Extract<StudioEvent, { kind: 'library' | 'boards' }>;
type PortraitChange = Extract<StudioEvent, { kind: 'library' }>;

/** How often we look whether another process has written. */
const LOOK_MS = 1_000;

/**
 * Tells what happens to the portraits of a library: at once where this process did it, and within a
 * second where another one did. After another process's change, an own one may be told again.
 */
export class LibraryWatcher {
  readonly #library: Library;
  readonly #tell: (change: LibraryChange) => void;
  readonly #timer: NodeJS.Timeout;
  #version: number;
  #revisions: Map<string, number>;
  /** As they were told last. */
  #boards: string;

  constructor(library: Library, tell: (change: LibraryChange) => void) {
    this.#library = library;
    this.#tell = tell;
    this.#version = library.foreignVersion();
    this.#revisions = library.reader.revisions();
    this.#boards = JSON.stringify(library.reader.boards());
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Says that this process changed something. */
  announce(change: Partial<Omit<PortraitChange, 'kind'>>): void {
    const { added = [], changed = [], removed = [] } = change;
    for (const id of added) this.#revisions.set(id, 0);
    for (const id of removed) this.#revisions.delete(id);
    if (added.length + changed.length + removed.length === 0) return;
    this.#tell({ kind: 'library', added, changed, removed });
  }

  /** Says that this process may have changed boards. */
  announceBoards(): void {
    const boards = JSON.stringify(this.#library.reader.boards());
    if (boards === this.#boards) return;
    this.#boards = boards;
    this.#tell({ kind: 'boards' });
  }

  /** Tells what has changed since, whoever did it. */
  refresh(): void {
    this.#compare(this.#library.reader.revisions());
    this.announceBoards();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A library that cannot be read is told to whoever asks for something of it; here it is looked at again. */
  #look(): void {
    try {
      const version = this.#library.foreignVersion();
      if (version === this.#version) return;
      this.refresh();
      this.#version = version;
    } catch (thrown) {
      if (!(thrown instanceof StudioError)) throw thrown;
    }
  }

  #compare(now: Map<string, number>): void {
    const before = this.#revisions;
    this.#revisions = now;
    const added = [...now.keys()].filter((id) => !before.has(id));
    const removed = [...before.keys()].filter((id) => !now.has(id));
    const changed = [...now.keys()].filter(
      (id) => before.has(id) && before.get(id) !== now.get(id),
    );
    if (added.length + changed.length + removed.length === 0) return;
    this.#tell({ kind: 'library', added, changed, removed });
  }
}
