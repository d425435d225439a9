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

/** A deed with its number: they ascend, and the database remembers up to which it has taken them in. */
const entrySchema = z.intersection(z.object({ n: z.int().positive() }), deedSchema);
export type Entry = z.infer<typeof entrySchema>;

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
