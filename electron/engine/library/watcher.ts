import { StudioError } from '../../contract/errors.ts';
import type { StudioEvent } from '../../contract/status.ts';
import type { Library } from './library.ts';
import type { PortraitChange } from './reader.ts';

export type LibraryChange = Extract<StudioEvent, { kind: 'library' | 'boards' }>;
type PortraitNews = Extract<StudioEvent, { kind: 'library' }>;

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
  /** The place of the last change that was told. */
  #told: number;
  /** As they were told last. */
  #boards: string;

  constructor(library: Library, tell: (change: LibraryChange) => void) {
    this.#library = library;
    this.#tell = tell;
    this.#version = library.foreignVersion();
    this.#told = library.reader.lastChange();
    this.#boards = JSON.stringify(library.reader.boards());
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Says that this process changed something. */
  announce(change: Partial<Omit<PortraitNews, 'kind'>>): void {
    const { added = [], changed = [], removed = [] } = change;
    if (added.length + changed.length + removed.length === 0) return;
    this.#tell({ kind: 'library', added, changed, removed });
    // Where nobody else has written meanwhile, all up to here was this process's, and is told.
    const last = this.#library.reader.lastChange();
    if (this.#library.foreignVersion() === this.#version) this.#told = last;
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
    const changes = this.#library.reader.changesSince(this.#told);
    this.#told = changes.at(-1)?.n ?? this.#told;
    const kinds = kindsOf(changes);
    const [added, changed, removed] = (['added', 'changed', 'removed'] as const).map((kind) =>
      [...kinds].flatMap(([id, one]) => (one === kind ? [id] : [])),
    ) as [string[], string[], string[]];
    if (kinds.size > 0) this.#tell({ kind: 'library', added, changed, removed });
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
}

/** What came of each portrait after all that happened to it. */
function kindsOf(changes: readonly PortraitChange[]): Map<string, PortraitChange['kind']> {
  const kinds = new Map<string, PortraitChange['kind']>();
  for (const { id, kind } of changes) {
    const before = kinds.get(id);
    if (before === 'added' && kind === 'removed') kinds.delete(id);
    else if (before !== 'added' || kind !== 'changed') kinds.set(id, kind);
  }
  return kinds;
}
