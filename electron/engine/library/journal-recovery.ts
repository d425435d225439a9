import { z } from 'zod';
import { type Standing, UNTOUCHED } from '../../contract/generation.ts';
import { columnsOf, rowSchema, STANDING } from './columns.ts';
import type { Connection } from './connection.ts';
import {
  type Deed,
  deedsBetween,
  isDeed,
  type Entry,
  type Journal,
  type JournalContent,
  standingsAfter,
} from './journal.ts';

/** Lines that a portrait needs at the most: one for each thing that can be done to it. */
const DEEDS_EACH = Object.keys(UNTOUCHED).length;

/** Lines beyond what is needed that are not worth writing the journal anew for. */
const SLACK = 1_000;

/** One that is gone, or is none, stands for the beginning: all of the journal is then done to the rows once more. */
const markSchema = z.object({ applied: z.int().nonnegative() }).catch({ applied: 0 });
const touchedSchema = z.array(z.looseObject({ id: z.string() }));
const standingSchema = rowSchema(STANDING);
const COLUMNS = columnsOf(STANDING);

/**
 * Notes in the journal what is being done to the rows. Belongs at the end of the transaction that does
 * it: what the journal then says too much, after a crash, is taken back or caught up with by {@link recoverJournal}.
 */
export function appendDeeds(
  deeds: readonly Deed[],
  connection: Connection,
  journal: Journal,
): void {
  if (deeds.length === 0) return;
  const entries = numbered(deeds, appliedIn(connection));
  journal.append(entries);
  setApplied(connection, entries);
}

/**
 * Makes rows and journal say the same. What the journal has that the database never took in (a database
 * made again from the pictures, an older copy of it, a commit that a power cut took back) is done to the
 * rows; in all else the rows are right, and the journal is given what it lacks: everything, in a library
 * from before there was one. A journal that has grown long is written anew.
 *
 * @param mayWrite false where nothing of the library can be written but this connection's database
 */
export function recoverJournal(connection: Connection, journal: Journal, mayWrite: boolean): void {
  if (!journal.hasDraft && !isUnsettled(connection, journal.read())) return;
  connection.write(() => {
    // Read again, since only inside the transaction nobody else appends.
    const content = journal.read();
    const applied = appliedIn(connection);
    catchUp(connection, content.entries, applied);
    if (!mayWrite) return;
    journal.removeDraft();
    const missing = missingDeeds(connection, content.entries);
    const entries = numbered(missing, Math.max(applied, content.entries.at(-1)?.n ?? 0));
    if (isLong(content)) journal.replace(shortened(content, entries));
    else journal.append(entries);
    setApplied(connection, [...content.entries.slice(-1), ...entries]);
  });
}

/** Does to the row of a portrait that has just come back what was done to it before. In a transaction. */
export function applyStanding(connection: Connection, id: string, standing: Standing): void {
  connection.run(
    `UPDATE generations SET ${COLUMNS.map(({ name }) => `${name} = ?`).join(', ')} WHERE id = ?`,
    ...COLUMNS.map(({ write }) => write(standing)),
    id,
  );
}

function isUnsettled(connection: Connection, content: JournalContent): boolean {
  const applied = appliedIn(connection);
  const isAhead = content.entries.some(({ n }) => n > applied);
  return isAhead || isLong(content) || missingDeeds(connection, content.entries).length > 0;
}

function catchUp(connection: Connection, entries: readonly Entry[], applied: number): void {
  const fresh = new Set(entries.filter(({ n }) => n > applied).map(({ id }) => id));
  if (fresh.size === 0) return;
  const standings = standingsAfter(entries);
  for (const id of fresh) applyStanding(connection, id, standings.get(id) ?? UNTOUCHED);
}

/** What leads from what the journal says to how the rows stand. */
function missingDeeds(connection: Connection, entries: readonly Entry[]): Deed[] {
  const told = standingsAfter(entries);
  const touched = touchedRows(connection);
  const calmed = [...told.keys()].filter((id) => !touched.has(id) && hasRow(connection, id));
  return [
    ...[...touched].flatMap(([id, now]) => deedsBetween(id, told.get(id) ?? UNTOUCHED, now)),
    ...calmed.flatMap((id) => deedsBetween(id, told.get(id) ?? UNTOUCHED, UNTOUCHED)),
  ].filter(isDeed);
}

function touchedRows(connection: Connection): Map<string, Standing> {
  const rows = connection.all(
    `SELECT id, ${COLUMNS.map(({ name }) => name).join(', ')} FROM generations
     WHERE ${COLUMNS.map(({ name }) => `${name} IS NOT ?`).join(' OR ')}`,
    ...COLUMNS.map(({ write }) => write(UNTOUCHED)),
  );
  return new Map(
    // What stands in a damaged row may be no standing.
    touchedSchema
      .parse(rows)
      .map((row) => [row.id, standingSchema.safeParse(row).data ?? UNTOUCHED]),
  );
}

function hasRow(connection: Connection, id: string): boolean {
  return connection.get('SELECT 1 FROM generations WHERE id = ?', id) !== undefined;
}

function isLong({ entries }: JournalContent): boolean {
  return entries.length > DEEDS_EACH * standingsAfter(entries).size + SLACK;
}

/** The fewest entries that say the same. */
function shortened(
  { entries, unknown }: JournalContent,
  further: readonly Entry[],
): JournalContent {
  const all = [...entries, ...further];
  const deeds = [...standingsAfter(all)].flatMap(([id, now]) => deedsBetween(id, UNTOUCHED, now));
  const last = all.at(-1)?.n ?? 0;
  // All by the last number: none of them is new to this database, and all are to a new one.
  return { unknown, entries: deeds.map((deed) => ({ ...deed, n: last })) };
}

function numbered(deeds: readonly Deed[], after: number): Entry[] {
  // Somebody's number may be the last there is. Those that share it count in the order they stand.
  return deeds.map((deed, index) => ({
    ...deed,
    n: Math.min(after + index + 1, Number.MAX_SAFE_INTEGER),
  }));
}

function appliedIn(connection: Connection): number {
  return markSchema.parse(connection.get('SELECT applied FROM journal_mark')).applied;
}

function setApplied(connection: Connection, entries: readonly Entry[]): void {
  const last = entries.at(-1);
  if (last) connection.run('INSERT OR REPLACE INTO journal_mark VALUES (1, ?)', last.n);
}
