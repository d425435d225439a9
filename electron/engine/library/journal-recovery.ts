import { z } from 'zod';
import {
  type Arranged,
  readAllArranged,
  readArranged,
  readBoards,
  removeBoardRow,
  UNARRANGED,
  writeArranged,
  writeBoard,
} from './arranged.ts';
import type { Connection } from './connection.ts';
import {
  type Arrangement,
  arrangementAfter,
  boardDeedsBetween,
  type Deed,
  deedsBetween,
  isDeed,
  isOfPortrait,
  type Entry,
  type Journal,
  type JournalContent,
  type ReversibleDeed,
} from './journal.ts';
import { hasRow } from './records.ts';

/**
 * Lines beyond twice what is needed that are not worth writing the journal anew for. While they stand there,
 * what they say can be taken back.
 */
const SLACK = 10_000;

/** One that is gone, or is none, stands for the beginning: all of the journal is then done to the rows once more. */
const markSchema = z.object({ applied: z.int().nonnegative() }).catch({ applied: 0 });

/**
 * Does something to the rows and notes it in the journal. Belongs at the end of a transaction: what the journal
 * then says too much, after a crash, is taken back or caught up with by {@link recoverJournal}.
 *
 * @param change does it, and says what it did
 * @returns the deeds as they were noted
 */
export function doNoted(
  connection: Connection,
  journal: Journal,
  change: () => readonly ReversibleDeed[],
): readonly Entry[] {
  const { state, spare } = proofIn(connection);
  const wasProven = state !== null && state === journal.state();
  const entries = numbered(change(), appliedIn(connection));
  journal.append(entries);
  setApplied(connection, entries);
  // What was not known to say the same before does not by what has come.
  if (wasProven) noteProof(connection, journal, spare - entries.length);
  return entries;
}

/**
 * Makes rows and journal say the same. What the journal has that the database never took in (a database
 * made again from the pictures, an older copy of it, a commit that a power cut took back) is done to the
 * rows, but for purging; in all else the rows are right, and the journal is given what it lacks: everything, in a library
 * from before there was one. A journal that has grown long is written anew.
 *
 * @param mayWrite false where nothing of the library can be written but this connection's database
 */
export function recoverJournal(connection: Connection, journal: Journal, mayWrite: boolean): void {
  if (!journal.hasDraft && isProven(connection, journal)) return;
  if (!journal.hasDraft && isSettled(connection, journal, mayWrite)) return;
  connection.write(() => {
    // Read again, since only inside the transaction nobody else appends.
    const content = journal.read();
    const applied = appliedIn(connection);
    catchUp(connection, content.entries, applied);
    if (!mayWrite) return;
    journal.removeDraft();
    const told = arrangementAfter(content.entries);
    const missing = missingDeeds(connection, told);
    const further = numbered(missing, Math.max(applied, content.entries.at(-1)?.n ?? 0));
    const isTooLong = isLong(content, told);
    const longer = { ...content, entries: [...content.entries, ...further] };
    const kept = isTooLong ? shortened(longer) : longer;
    if (isTooLong) journal.replace(kept);
    else journal.append(further);
    setApplied(connection, kept.entries);
    noteProof(connection, journal, spareOf(kept, arrangementAfter(kept.entries)));
  });
}

/** Whether rows and journal said the same when this was last looked at, and the journal is still that one. */
function isProven(connection: Connection, journal: Journal): boolean {
  const { state, spare } = proofIn(connection);
  return spare >= 0 && state === journal.state();
}

/** Reads and compares all of it, and notes if there is nothing to do. */
function isSettled(connection: Connection, journal: Journal, mayWrite: boolean): boolean {
  const state = journal.state();
  const content = journal.read();
  if (isUnsettled(connection, content)) return false;
  if (!mayWrite) return true;
  const spare = spareOf(content, arrangementAfter(content.entries));
  connection.write(() => {
    // Somebody may have appended meanwhile.
    if (journal.state() === state) noteProof(connection, journal, spare);
  });
  return true;
}

function isUnsettled(connection: Connection, content: JournalContent): boolean {
  const applied = appliedIn(connection);
  const isAhead = content.entries.some(({ n }) => n > applied);
  const told = arrangementAfter(content.entries);
  return isAhead || isLong(content, told) || missingDeeds(connection, told).length > 0;
}

function catchUp(connection: Connection, entries: readonly Entry[], applied: number): void {
  const fresh = entries.filter(({ n }) => n > applied);
  if (fresh.length === 0) return;
  const { portraits, boards } = arrangementAfter(entries);
  const told = fresh.filter((entry) => !isOfPortrait(entry)).map(({ id }) => id);
  for (const id of new Set(told)) {
    const board = boards.get(id);
    if (board) writeBoard(connection, board);
    else removeBoardRow(connection, id);
  }
  const last = new Map(fresh.filter(isOfPortrait).map((entry) => [entry.id, entry]));
  for (const [id, { kind }] of last) {
    // A row that is there was not purged after all: a crash came before, or it was undone. It stands as it did.
    if (kind === 'purge') continue;
    const before = readArranged(connection, id);
    if (before) writeArranged(connection, id, before, portraits.get(id) ?? UNARRANGED);
  }
}

/** What leads from what the journal says to how the rows stand. */
function missingDeeds(connection: Connection, told: Arrangement): Deed[] {
  const there = readAllArranged(connection);
  const calmed = [...told.portraits.keys()].filter((id) => {
    return !there.has(id) && hasRow(connection, id);
  });
  const saidOf = (id: string): Arranged => told.portraits.get(id) ?? UNARRANGED;
  return [
    ...boardDeedsBetween(told.boards, readBoards(connection)),
    ...[...there].flatMap(([id, now]) => deedsBetween(id, saidOf(id), now)),
    ...calmed.flatMap((id) => deedsBetween(id, saidOf(id), UNARRANGED)),
  ].filter(isDeed);
}

function isLong(content: JournalContent, told: Arrangement): boolean {
  return spareOf(content, told) < 0;
}

/** How many lines can be added before the journal is worth writing anew. */
function spareOf({ entries }: JournalContent, told: Arrangement): number {
  return 2 * fewestDeeds(told).length + SLACK - entries.length;
}

/** The fewest deeds that say the same. */
function fewestDeeds({ portraits, boards }: Arrangement): Deed[] {
  return [
    ...boardDeedsBetween(new Map(), boards),
    ...[...portraits].flatMap(([id, now]) => deedsBetween(id, UNARRANGED, now)),
  ];
}

function shortened({ entries, unknown }: JournalContent): JournalContent {
  // All by one number, that no deed has had: none of them can be taken back.
  const n = numberAfter(entries.at(-1)?.n ?? 0);
  const deeds = fewestDeeds(arrangementAfter(entries));
  return { unknown, entries: deeds.map((deed) => ({ ...deed, n })) };
}

function numbered(deeds: readonly ReversibleDeed[], after: number): Entry[] {
  return deeds.map((deed, index) => ({ ...deed, n: numberAfter(after + index) }));
}

/** Somebody's number may be the last there is. Those that share it count in the order they stand. */
function numberAfter(n: number): number {
  return Math.min(n + 1, Number.MAX_SAFE_INTEGER);
}

function appliedIn(connection: Connection): number {
  return markSchema.parse(connection.get('SELECT applied FROM journal_mark')).applied;
}

function setApplied(connection: Connection, entries: readonly Entry[]): void {
  const last = entries.at(-1);
  if (last) connection.run('INSERT OR REPLACE INTO journal_mark VALUES (1, ?)', last.n);
}

const proofSchema = z
  .object({ state: z.string().nullable(), spare: z.number() })
  .catch({ state: null, spare: 0 });

function proofIn(connection: Connection): z.infer<typeof proofSchema> {
  return proofSchema.parse(connection.get('SELECT state, spare FROM journal_proof'));
}

/**
 * Notes that rows and journal say the same. Belongs inside a transaction.
 *
 * @param spare how many lines can still be added before it has to be looked at as a whole
 */
function noteProof(connection: Connection, journal: Journal, spare: number): void {
  connection.run('INSERT OR REPLACE INTO journal_proof VALUES (1, ?, ?)', journal.state(), spare);
}

/** Has rows and journal compared as a whole at the next {@link recoverJournal}. */
export function forgetProof(connection: Connection): void {
  connection.run('DELETE FROM journal_proof');
}
