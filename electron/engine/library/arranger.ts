import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  type Board,
  type BoardMove,
  boardSchema,
  type Changed,
  type NewBoard,
  tagKey,
} from '../../contract/arrange.ts';
import { StudioError } from '../../contract/errors.ts';
import {
  type Arranged,
  placed,
  readArranged,
  readBoards,
  removeBoardRow,
  writeArranged,
  writeBoard,
} from './arranged.ts';
import type { Connection } from './connection.ts';
import {
  arrangedAfter,
  boardDeedsBetween,
  type Deed,
  deedsBetween,
  type Entry,
  inverseOf,
  isOfPortrait,
  type Journal,
  reversible,
  type ReversibleDeed,
} from './journal.ts';
import { doNoted } from './journal-recovery.ts';
import { type Placed, rearranged } from './positions.ts';

type Boards = ReadonlyMap<string, Board>;

/** One deed of the artist's. */
interface Change {
  readonly ids?: readonly string[];
  /** How a portrait is to stand. */
  readonly portrait?: (now: Arranged, id: string) => Arranged;
  readonly boards?: (now: Boards) => Boards;
}

/** What was done to one thing, and what leads back from that. */
interface Noted {
  readonly done: Entry;
  readonly back: Deed;
}

const placesSchema = z.array(z.object({ id: z.string(), position: z.number() }));
const tagRowsSchema = z.array(z.object({ tag: z.string() }));

/**
 * What an artist does to portraits and boards. Each deed is one transaction for as many portraits as it is done
 * to, which also notes it in the journal; from there it can be taken back. Methods throw StudioError
 * `disk-full`, `library-read-only`, `library-busy` or `library-corrupt`, and nothing is then changed.
 */
export class Arranger {
  readonly #connection: Connection;
  readonly #journal: Journal;
  readonly #requireWritable: () => void;

  constructor(connection: Connection, journal: Journal, requireWritable: () => void) {
    this.#connection = connection;
    this.#journal = journal;
    this.#requireWritable = requireWritable;
  }

  /** Lets portraits stand otherwise; those that the library does not hold are passed over. */
  change(ids: readonly string[], portrait: (now: Arranged, id: string) => Arranged): Changed {
    return this.#do(() => ({ ids, portrait }));
  }

  /** Adds tags, spelled as the library spells them already. */
  tag(ids: readonly string[], tags: readonly string[]): Changed {
    return this.#do(() => {
      const added = this.#spelled(tags);
      return { ids, portrait: (now) => ({ ...now, tags: withTags(now.tags, added) }) };
    });
  }

  untag(ids: readonly string[], tags: readonly string[]): Changed {
    const keys = new Set(tags.map(tagKey));
    return this.change(ids, (now) => ({
      ...now,
      tags: now.tags.filter((tag) => !keys.has(tagKey(tag))),
    }));
  }

  /**
   * Gives a portrait what another library has of it and it lacks; all of that, where it has just come.
   *
   * @param theirs on boards of this library
   */
  complete(id: string, theirs: Arranged, isNew: boolean): Changed {
    return this.#do(() => {
      const tags = this.#spelled(theirs.tags);
      const portrait = (now: Arranged): Arranged => ({
        starred: now.starred || theirs.starred,
        trashedAt: isNew ? theirs.trashedAt : now.trashedAt,
        rating: now.rating || theirs.rating,
        label: now.label ?? theirs.label,
        note: now.note || theirs.note,
        tags: withTags(now.tags, tags),
        places: { ...theirs.places, ...now.places },
      });
      return { ids: [id], portrait };
    });
  }

  createBoard(
    { name, parent = null }: NewBoard,
    now = Date.now(),
  ): { board: Board; undo?: string } {
    const made = { id: randomUUID(), name, parent: null, position: 0, cover: null, createdAt: now };
    const { undo } = this.#do(() => ({
      boards: (boards) => onlyOneOfName(moved(withBoard(boards, made), made.id, parent), made.id),
    }));
    const board = readBoards(this.#connection).get(made.id) ?? made;
    return undo === undefined ? { board } : { board, undo };
  }

  renameBoard(id: string, name: string): Changed {
    return this.#do(() => ({
      boards: (boards) => onlyOneOfName(withBoard(boards, { ...found(boards, id), name }), id),
    }));
  }

  moveBoard({ id, cover, parent, before }: BoardMove): Changed {
    return this.#do(() => ({
      boards: (boards) => {
        const board = found(boards, id);
        const covered = cover === undefined ? boards : withBoard(boards, { ...board, cover });
        if (parent === undefined && before === undefined) return covered;
        if (parent === undefined || parent === board.parent) {
          return moved(covered, id, board.parent, before);
        }
        return onlyOneOfName(moved(covered, id, parent, before), id);
      },
    }));
  }

  /** Its portraits stay in the library, and the boards that belonged to it then belong to none. */
  removeBoard(id: string): Changed {
    return this.#do(() => ({
      ids: this.#placesOn(id).map((placed) => placed.id),
      portrait: (now) => placed(now, id, null),
      boards: (boards) => {
        found(boards, id);
        const others = [...boards.values()].filter((board) => board.id !== id);
        return new Map(
          others.map((board) => [
            board.id,
            board.parent === id ? { ...board, parent: null } : board,
          ]),
        );
      },
    }));
  }

  addToBoard(board: string, ids: readonly string[]): Changed {
    return this.#do(() => {
      this.#requireBoard(board);
      const there = this.#placesOn(board);
      const known = new Set(there.map(({ id }) => id));
      const positions = rearranged(
        there,
        [...new Set(ids)].filter((id) => !known.has(id)),
        null,
      );
      return {
        ids: [...positions.keys()],
        portrait: (now, id) => placed(now, board, positions.get(id) ?? null),
      };
    });
  }

  removeFromBoard(board: string, ids: readonly string[]): Changed {
    return this.#do(() => {
      this.#requireBoard(board);
      return { ids, portrait: (now) => placed(now, board, null) };
    });
  }

  /** Brings portraits of a board together; others are passed over. */
  arrangeBoard(board: string, ids: readonly string[], before: string | null): Changed {
    return this.#do(() => {
      this.#requireBoard(board);
      const there = this.#placesOn(board);
      const known = new Set(there.map(({ id }) => id));
      const positions = rearranged(
        there,
        [...new Set(ids)].filter((id) => known.has(id)),
        before,
      );
      return {
        ids: [...positions.keys()],
        portrait: (now, id) => placed(now, board, positions.get(id) ?? null),
      };
    });
  }

  /**
   * Takes a deed back. What has been changed again since stays as it is, and so do portraits that are gone.
   *
   * @throws StudioError `not-found` once the journal has been written anew
   */
  undo(token: string): Changed {
    return this.#do(() => {
      const deeds = this.#noted(token);
      const there = readBoards(this.#connection);
      const boards = boardsTakenBack(there, deeds);
      const gone = [...there.keys()].filter((id) => !boards.has(id));
      const ofPortraits = Map.groupBy(
        deeds.filter(({ done }) => isOfPortrait(done)),
        ({ done }) => done.id,
      );
      return {
        ids: [
          ...ofPortraits.keys(),
          ...gone.flatMap((board) => this.#placesOn(board).map(({ id }) => id)),
        ],
        portrait: (now, id) => {
          const then = takenBack(now, ofPortraits.get(id) ?? []);
          return { ...then, places: placesOn(boards, then.places) };
        },
        boards: () => boards,
      };
    });
  }

  /** @param plan asked inside the transaction, so that nothing changes between looking and doing */
  #do(plan: () => Change): Changed {
    this.#requireWritable();
    return this.#connection.write(() => {
      let changed = 0;
      const noted = doNoted(this.#connection, this.#journal, () => {
        const { ids = [], portrait = (now) => now, boards } = plan();
        const there = boards ? readBoards(this.#connection) : new Map<string, Board>();
        const wanted = boards ? boards(there) : there;
        const ofBoards = reversible(
          boardDeedsBetween(there, wanted),
          boardDeedsBetween(wanted, there),
        );
        // A board is there before what is laid on it, and goes after that was taken off.
        for (const deed of ofBoards) if (deed.kind === 'board') writeBoard(this.#connection, deed);
        const ofPortraits = [...new Set(ids)].map((id) => this.#alter(id, portrait));
        for (const deed of ofBoards) {
          if (deed.kind === 'remove-board') removeBoardRow(this.#connection, deed.id);
        }
        changed = ofPortraits.filter((deeds) => deeds.length > 0).length;
        return [...ofBoards, ...ofPortraits.flat()];
      });
      return { changed, ...undoOf(noted) };
    });
  }

  #alter(id: string, portrait: (now: Arranged, id: string) => Arranged): ReversibleDeed[] {
    const now = readArranged(this.#connection, id);
    if (!now) return [];
    const then = portrait(now, id);
    const deeds = deedsBetween(id, now, then);
    if (deeds.length === 0) return [];
    writeArranged(this.#connection, id, now, then);
    return reversible(deeds, deedsBetween(id, then, now));
  }

  /** What was done, with what leads back from it. */
  #noted(token: string): Noted[] {
    const [first = 0, last = 0] = token.split('-').map(Number);
    const entries = this.#journal.between(first, last);
    if (entries.length === 0 || entries.length !== last - first + 1) throw tooLate();
    return entries.map((done) => {
      const back = inverseOf(done);
      if (back === null) throw tooLate();
      return { done, back };
    });
  }

  /** Each tag once, and as it is spelled in the library if it is there. */
  #spelled(tags: readonly string[]): string[] {
    const rows = this.#connection.all('SELECT DISTINCT tag FROM generation_tags');
    const known = new Map(tagRowsSchema.parse(rows).map(({ tag }) => [tagKey(tag), tag]));
    const spelled = new Map(tags.map((tag) => [tagKey(tag), known.get(tagKey(tag)) ?? tag]));
    return [...spelled.values()];
  }

  /** What lies on a board, in its order. */
  #placesOn(board: string): Placed[] {
    const rows = this.#connection.all(
      `SELECT g.id, p.position FROM board_generations AS p JOIN generations AS g ON g.seq = p.generation
       WHERE p.board = ? ORDER BY p.position, g.id`,
      board,
    );
    return placesSchema.parse(rows);
  }

  #requireBoard(id: string): void {
    found(readBoards(this.#connection), id);
  }
}

function undoOf(noted: readonly Entry[]): { undo?: string } {
  const [first, last] = [noted.at(0), noted.at(-1)];
  return first && last ? { undo: `${first.n}-${last.n}` } : {};
}

function withTags(tags: readonly string[], added: readonly string[]): string[] {
  const there = new Set(tags.map(tagKey));
  return [...tags, ...added.filter((tag) => !there.has(tagKey(tag)))];
}

/** A portrait as it was before some deeds, as far as it is still as they left it. */
function takenBack(now: Arranged, deeds: readonly Noted[]): Arranged {
  return deeds.reduce((then, { done, back }) => {
    if (!isOfPortrait(done) || !isOfPortrait(back)) return then;
    return isDeepStrictEqual(arrangedAfter(now, done), now) ? arrangedAfter(then, back) : then;
  }, now);
}

/** The same of boards, each of which is one thing. */
function boardsTakenBack(now: Boards, deeds: readonly Noted[]): Boards {
  const then = new Map(now);
  for (const { done, back } of deeds) {
    if (isOfPortrait(done) || isOfPortrait(back)) continue;
    const became = done.kind === 'board' ? boardSchema.parse(done) : undefined;
    if (!isDeepStrictEqual(now.get(done.id), became)) continue;
    if (back.kind === 'board') then.set(done.id, boardSchema.parse(back));
    else then.delete(done.id);
  }
  return withoutLostParents(then);
}

/** What lay under a board that is gone lies under none: nothing would list it else. */
function withoutLostParents(boards: Boards): Boards {
  return new Map(
    [...boards].map(([id, board]) => {
      const isLost = board.parent !== null && !boards.has(board.parent);
      return [id, isLost ? { ...board, parent: null } : board];
    }),
  );
}

function placesOn(boards: Boards, places: Arranged['places']): Arranged['places'] {
  return Object.fromEntries(Object.entries(places).filter(([board]) => boards.has(board)));
}

/**
 * A board at another place: among those of `parent`, before one of them or as the last.
 *
 * @throws StudioError `not-found`, `invalid-argument` where boards would be nested twice
 */
function moved(
  boards: Boards,
  id: string,
  parent: string | null,
  before: string | null = null,
): Boards {
  requireParent(boards, id, parent);
  const siblings = [...boards.values()]
    .filter((board) => board.parent === parent && board.id !== id)
    .sort((a, b) => a.position - b.position);
  const positions = rearranged(siblings, [id], before);
  const all = [...boards.values()].map((board) => ({
    ...board,
    parent: board.id === id ? parent : board.parent,
    position: positions.get(board.id) ?? board.position,
  }));
  return new Map(all.map((board) => [board.id, board]));
}

function requireParent(boards: Boards, id: string, parent: string | null): void {
  if (parent === null) return;
  const hasOwn = [...boards.values()].some((board) => board.parent === id);
  if (found(boards, parent).parent === null && parent !== id && !hasOwn) return;
  throw new StudioError(
    'invalid-argument',
    'Boards are nested once: a board that belongs to another holds no further ones. Nothing was changed.',
  );
}

/**
 * Refuses a board that is called as another one beside it: a name would tell neither of them.
 *
 * @throws StudioError `invalid-argument`
 */
function onlyOneOfName(boards: Boards, id: string): Boards {
  const { name, parent } = found(boards, id);
  const isLike = (board: Board) => {
    return board.id !== id && board.parent === parent && tagKey(board.name) === tagKey(name);
  };
  if (![...boards.values()].some(isLike)) return boards;
  throw new StudioError(
    'invalid-argument',
    `There is a board "${name}" there already. Nothing was changed; choose another name, or another place.`,
  );
}

function withBoard(boards: Boards, board: Board): Boards {
  return new Map([...boards, [board.id, board]]);
}

function found(boards: Boards, id: string): Board {
  const board = boards.get(id);
  if (board) return board;
  throw new StudioError('not-found', `The library has no board ${id}. Nothing was changed.`, {
    details: { id },
  });
}

function tooLate(): StudioError {
  return new StudioError(
    'not-found',
    'This cannot be taken back: it was not done in this library, or too long ago. Nothing was changed.',
  );
}
