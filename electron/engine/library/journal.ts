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
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { generationIdSchema, type Standing, UNTOUCHED } from '../../contract/generation.ts';
import { syncDescriptor } from '../storage/durable.ts';

/** What an artist did to a portrait. What comes later (tags, notes) is another kind beside these. */
const deedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('star'), id: generationIdSchema, starred: z.boolean() }),
  /** When it was put into the trash; null once it was taken out again. */
  z.object({
    kind: z.literal('trash'),
    id: generationIdSchema,
    trashedAt: z.int().nonnegative().nullable(),
  }),
  /** Removed for good: nothing said of it before counts any more. */
  z.object({ kind: z.literal('purge'), id: generationIdSchema }),
]);
export type Deed = z.infer<typeof deedSchema>;

/** Of half a million portraits, each starred and trashed; what is longer was not written by a studio. */
const MAX_BYTES = 100_000_000;

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
      `${this.#file} is not the file in which the studio notes stars and the trash. It was left as it ` +
        'is; move it away, and the studio makes it again from the library.',
    );
  }
}

/** How portraits stand after all that was done, those that stand as they came left out. */
export function standingsAfter(entries: readonly Entry[]): Map<string, Standing> {
  const standings = new Map<string, Standing>();
  for (const entry of entries) {
    const before = standings.get(entry.id) ?? UNTOUCHED;
    const after = standingAfter(before, entry);
    if (isSame(after, UNTOUCHED)) standings.delete(entry.id);
    else standings.set(entry.id, after);
  }
  return standings;
}

function standingAfter(before: Standing, deed: Deed): Standing {
  switch (deed.kind) {
    case 'star':
      return { ...before, starred: deed.starred };
    case 'trash':
      return { ...before, trashedAt: deed.trashedAt };
    case 'purge':
      return UNTOUCHED;
  }
}

/** The deed that each part of a standing is changed by. */
const DEEDS: { readonly [Part in keyof Standing]: (id: string, value: Standing[Part]) => Deed } = {
  starred: (id, starred) => ({ kind: 'star', id, starred }),
  trashedAt: (id, trashedAt) => ({ kind: 'trash', id, trashedAt }),
};
const PARTS = Object.keys(DEEDS) as (keyof Standing)[];

/** What leads from one standing to another. */
export function deedsBetween(id: string, before: Standing, after: Standing): Deed[] {
  const deedFor = <Part extends keyof Standing>(part: Part) => DEEDS[part](id, after[part]);
  return PARTS.filter((part) => before[part] !== after[part]).map((part) => deedFor(part));
}

/** Whether the journal can hold it: what stands in a damaged row may be no such thing. */
export function isDeed(deed: Deed): boolean {
  return deedSchema.safeParse(deed).success;
}

function isSame(a: Standing, b: Standing): boolean {
  return PARTS.every((part) => a[part] === b[part]);
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
