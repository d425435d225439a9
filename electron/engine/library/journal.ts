import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Board, boardIdSchema, boardSchema } from '../../contract/arrange.ts';
import { StudioError } from '../../contract/errors.ts';
import { generationIdSchema, standingSchema } from '../../contract/generation.ts';
import { syncDescriptor } from '../storage/durable.ts';
import { type Arranged, placed, UNARRANGED } from './arranged.ts';

const { shape } = standingSchema;

/** What an artist did to a portrait or a board. Each says how something is from then on, and not what was added. */
const deedSchema = z.discriminatedUnion('kind', [
  deed('star', { starred: shape.starred }),
  /** When it was put into the trash; null once it was taken out again. */
  deed('trash', { trashedAt: shape.trashedAt }),
  deed('rate', { rating: shape.rating }),
  deed('label', { label: shape.label }),
  deed('note', { note: shape.note }),
  /** All that it bears. */
  deed('tags', { tags: shape.tags }),
  /** Where it lies on a board; null where it was taken off. */
  deed('place', { board: boardIdSchema, position: z.number().nullable() }),
  /** Removed for good: nothing said of it before counts any more. */
  deed('purge', {}),
  boardSchema.extend({ kind: z.literal('board') }),
  z.object({ kind: z.literal('remove-board'), id: boardIdSchema }),
]);
export type Deed = z.infer<typeof deedSchema>;

function deed<const Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, what: Shape) {
  return z.object({ kind: z.literal(kind), id: generationIdSchema, ...what });
}

/** Of a million portraits, each with four things done to it; what is longer was not written by a studio. */
const MAX_BYTES = 400_000_000;

/** How much of its end a journal is known by. */
const END_BYTES = 4_096;

/** A deed with its number: they ascend, and the database remembers up to which it has taken them in. */
const entrySchema = z.intersection(
  z.object({
    n: z.int().positive(),
    /** What of the deed was otherwise before; left out where it cannot be taken back. */
    was: z.record(z.string(), z.unknown()).optional(),
  }),
  deedSchema,
);
export type Entry = z.infer<typeof entrySchema>;

/** A deed that can be taken back, before it has its number. */
export type ReversibleDeed = Deed & Pick<Entry, 'was'>;

/** The journal as it was read. */
export interface JournalContent {
  readonly entries: readonly Entry[];
  /** Lines of a kind that this build does not know, kept as they are. */
  readonly unknown: readonly string[];
}

/**
 * `journal.jsonl` beside the pictures: what the artist did to portraits, one JSON object a line, so that
 * a database that was lost and is made again from the pictures has it back. Only ever appended to, but for
 * {@link replace}, which shortens it. Everything is synchronous: it happens inside the transaction that
 * does the same to the rows, and so never in two processes at once.
 */
export class Journal {
  readonly #file: string;
  readonly #draft: string;

  constructor(file: string) {
    this.#file = file;
    this.#draft = `${file}.draft`;
  }

  /** Whether a crash has left half a journal behind, or somebody is just writing one. */
  get hasDraft(): boolean {
    return existsSync(this.#draft);
  }

  removeDraft(): void {
    rmSync(this.#draft, { force: true });
  }

  /**
   * What tells this journal from a longer or another one: its length and a hash of its end.
   *
   * @throws StudioError `library-corrupt` for what is no file, or too long a one
   */
  state(): string {
    if (!this.#isThere()) return '';
    const file = openSync(this.#file, 'r');
    try {
      const { size } = fstatSync(file);
      const end = Buffer.alloc(Math.min(size, END_BYTES));
      const read = readSync(file, end, 0, end.length, size - end.length);
      return `${size} ${createHash('sha256').update(end.subarray(0, read)).digest('hex')}`;
    } finally {
      closeSync(file);
    }
  }

  /**
   * Lines that are cut off, as a crash may leave the last one, are passed over.
   *
   * @throws StudioError `library-corrupt` for what is no file, or too long a one
   */
  read(): JournalContent {
    const text = this.#isThere() ? readFileSync(this.#file, 'utf8') : '';
    const entries: Entry[] = [];
    const unknown: string[] = [];
    for (const [line] of text.matchAll(/[^\n]+/g)) {
      const json = parseLine(line);
      if (json === undefined) continue;
      const parsed = entrySchema.safeParse(json);
      if (parsed.success) entries.push(parsed.data);
      else unknown.push(line);
    }
    return { entries, unknown };
  }

  /**
   * Those with numbers from `first` to `last`, without reading the others: they ascend.
   *
   * @throws StudioError `library-corrupt` for what is no file, or too long a one
   */
  between(first: number, last: number): Entry[] {
    if (!this.#isThere()) return [];
    const file = openSync(this.#file, 'r');
    try {
      const found: Entry[] = [];
      for (const line of linesFrom(file, this.#before(first, file))) {
        const { data } = entrySchema.safeParse(parseLine(line));
        if (data !== undefined && data.n > last) break;
        if (data !== undefined && data.n >= first) found.push(data);
      }
      return found;
    } finally {
      closeSync(file);
    }
  }

  /** A place in the file before which no line has the number `n` or a higher one; found by halving. */
  #before(n: number, file: number): number {
    let [low, high] = [0, fstatSync(file).size];
    while (high - low > CHUNK_BYTES) {
      const middle = Math.floor((low + high) / 2);
      const number = numberAfter(file, middle);
      if (number === null || number >= n) high = middle;
      else low = middle;
    }
    return low;
  }

  /**
   * Returns when the entries are on the disk.
   *
   * @throws StudioError `library-corrupt` for what is no file
   */
  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const isNew = !this.#isThere();
    withFile(this.#file, 'a+', (file) => {
      writeAll(file, (endsInLine(file) ? '' : '\n') + linesOf(entries));
    });
    if (isNew) syncFolderOf(this.#file);
  }

  /** Writes the journal anew, shorter. It is the old one or the new one, whenever a crash comes. */
  replace({ entries, unknown }: JournalContent): void {
    this.removeDraft();
    withFile(this.#draft, 'wx', (file) => {
      writeAll(file, unknown.map((line) => `${line}\n`).join('') + linesOf(entries));
    });
    renameSync(this.#draft, this.#file);
    syncFolderOf(this.#file);
  }

  /** A pipe of that name would be waited at for ever, and a link may lead anywhere. */
  #isThere(): boolean {
    const found = lstatSync(this.#file, { throwIfNoEntry: false });
    if (found === undefined) return false;
    if (found.isFile() && found.size <= MAX_BYTES) return true;
    throw new StudioError(
      'library-corrupt',
      `${this.#file} is not the file in which the studio notes how portraits are arranged. It was left as it ` +
        'is; move it away, and the studio makes it again from the library.',
    );
  }
}

/** How a library is arranged: the portraits that do not stand as they came, and the boards. */
export interface Arrangement {
  readonly portraits: Map<string, Arranged>;
  readonly boards: Map<string, Board>;
}

/** How a library is arranged after all that was done. */
export function arrangementAfter(entries: readonly Entry[]): Arrangement {
  const [portraits, boards] = [new Map<string, Arranged>(), new Map<string, Board>()];
  for (const entry of entries) {
    if (entry.kind === 'board') boards.set(entry.id, boardSchema.parse(entry));
    else if (entry.kind === 'remove-board') boards.delete(entry.id);
    else portraits.set(entry.id, arrangedAfter(portraits.get(entry.id) ?? UNARRANGED, entry));
  }
  for (const [id, arranged] of portraits) {
    if (isDeepStrictEqual(arranged, UNARRANGED)) portraits.delete(id);
  }
  return { portraits, boards };
}

type PortraitDeed = Exclude<Deed, { kind: 'board' | 'remove-board' }>;

export function isOfPortrait(deed: Deed): deed is PortraitDeed {
  return deed.kind !== 'board' && deed.kind !== 'remove-board';
}

/** How a portrait stands after a deed. */
export function arrangedAfter(before: Arranged, deed: PortraitDeed): Arranged {
  switch (deed.kind) {
    case 'star':
      return { ...before, starred: deed.starred };
    case 'trash':
      return { ...before, trashedAt: deed.trashedAt };
    case 'rate':
      return { ...before, rating: deed.rating };
    case 'label':
      return { ...before, label: deed.label };
    case 'note':
      return { ...before, note: deed.note };
    case 'tags':
      return { ...before, tags: deed.tags };
    case 'place':
      return placed(before, deed.board, deed.position);
    case 'purge':
      return UNARRANGED;
  }
}

type Part = Exclude<keyof Arranged, 'places'>;

/** The deed that each part of a standing is changed by; places, of which there are several, have one each. */
const DEEDS: { readonly [Name in Part]: (id: string, value: Arranged[Name]) => Deed } = {
  starred: (id, starred) => ({ kind: 'star', id, starred }),
  trashedAt: (id, trashedAt) => ({ kind: 'trash', id, trashedAt }),
  rating: (id, rating) => ({ kind: 'rate', id, rating }),
  label: (id, label) => ({ kind: 'label', id, label }),
  note: (id, note) => ({ kind: 'note', id, note }),
  tags: (id, tags) => ({ kind: 'tags', id, tags }),
};
const PARTS = Object.keys(DEEDS) as Part[];

/** What leads from one standing to another. */
export function deedsBetween(id: string, before: Arranged, after: Arranged): Deed[] {
  const deedFor = <Name extends Part>(part: Name) => DEEDS[part](id, after[part]);
  const changed = PARTS.filter((part) => !isDeepStrictEqual(before[part], after[part]));
  const boards = new Set([...Object.keys(before.places), ...Object.keys(after.places)]);
  const moved = [...boards].filter((board) => before.places[board] !== after.places[board]);
  return [
    ...changed.map((part) => deedFor(part)),
    ...moved.map((board): Deed => {
      return { kind: 'place', id, board, position: after.places[board] ?? null };
    }),
  ];
}

/** What leads from some boards to others. */
export function boardDeedsBetween(
  before: ReadonlyMap<string, Board>,
  after: ReadonlyMap<string, Board>,
): Deed[] {
  const removed = [...before.keys()].filter((id) => !after.has(id));
  const written = [...after.values()].filter((board) => {
    return !isDeepStrictEqual(before.get(board.id), board);
  });
  return [
    ...written.map((board): Deed => ({ kind: 'board', ...board })),
    ...removed.map((id): Deed => ({ kind: 'remove-board', id })),
  ];
}

/** Whether the journal can hold it: what stands in a damaged row may be no such thing. */
export function isDeed(deed: Deed): boolean {
  return deedSchema.safeParse(deed).success;
}

/** What a deed is about: a part of a portrait, its place on a board, or a board. */
function subjectOf(deed: Deed): string {
  if (!isOfPortrait(deed)) return deed.id;
  return deed.kind === 'place' ? `place on ${deed.board}` : deed.kind;
}

/** Deeds that know how it was before, by those that lead back. */
export function reversible(deeds: readonly Deed[], back: readonly Deed[]): ReversibleDeed[] {
  const inverses = new Map(back.map((deed) => [subjectOf(deed), deed]));
  return deeds.map((deed) => {
    const inverse = Object.entries(inverses.get(subjectOf(deed)) ?? {});
    const said: Readonly<Record<string, unknown>> = deed;
    const was = inverse.filter(([name, value]) => !isDeepStrictEqual(said[name], value));
    return { ...deed, was: Object.fromEntries(was) };
  });
}

/** The deed that leads back from one; null where it cannot be taken back. */
export function inverseOf({ n: _, was, ...deed }: Entry): Deed | null {
  return was === undefined ? null : (deedSchema.safeParse({ ...deed, ...was }).data ?? null);
}

/** How much of the file is read at once where only some of it is wanted. */
const CHUNK_BYTES = 65_536;

const numberedSchema = z.object({ n: z.number() });

/** The number of the first line that begins after a place and has one. */
function numberAfter(file: number, place: number): number | null {
  for (const line of linesFrom(file, place)) {
    const { data } = numberedSchema.safeParse(parseLine(line));
    if (data) return data.n;
  }
  return null;
}

/** The whole lines that begin at a place of a file or after it. */
function* linesFrom(file: number, place: number): Generator<string> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  // What ends before the place is no line of it.
  let isWithin = place > 0;
  let rest = Buffer.alloc(0);
  for (let at = Math.max(0, place - 1); ;) {
    const read = readSync(file, chunk, 0, chunk.length, at);
    if (read === 0) return;
    at += read;
    rest = Buffer.concat([rest, chunk.subarray(0, read)]);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      if (!isWithin) yield line.toString();
      isWithin = false;
    }
  }
}

/** Undefined for a line that is no JSON object. */
function parseLine(line: string): object | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

function linesOf(entries: readonly Entry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function withFile(file: string, flags: string, use: (file: number) => void): void {
  const descriptor = openSync(file, flags, 0o600);
  try {
    use(descriptor);
    syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Some file systems offer no such call, and then there is nothing more to be done. */
function syncFolderOf(file: string): void {
  try {
    const folder = openSync(path.dirname(file), 'r');
    try {
      syncDescriptor(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The names come to the disk when the system sees fit.
  }
}

/** False after a line that a crash cut off: what comes next must not be lost with it. */
function endsInLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last.toString() === '\n';
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    written += writeSync(file, bytes, written);
  }
}
