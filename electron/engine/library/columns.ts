import { z } from 'zod';
import { type Generation, generationSchema } from '../../contract/generation.ts';
import type { LibraryFilter } from '../../contract/library.ts';
import { drawnByServerSchema } from '../../contract/model-server.ts';
import type { SqlValue } from './connection.ts';
import { firstIdAt } from './ids.ts';
import { jsonSchema } from './json-column.ts';

/**
 * What the row of a portrait holds. Parents, tags and boards stand in tables of their own, and when it was made
 * stands in its id.
 */
export type StoredGeneration = Omit<
  Generation,
  'createdAt' | 'parents' | 'tags' | 'boards' | 'server'
> & { readonly server: Generation['server'] };

type SqlType = 'INTEGER' | 'REAL' | 'TEXT';

interface Column<T> {
  readonly name: string;
  readonly type: SqlType;
  readonly write: (value: T) => SqlValue;
}

type Row = Readonly<Record<string, unknown>>;

/** One thing that a row holds, in one column or several. */
interface Field<T> {
  readonly columns: readonly Column<T>[];
  /** What stands in them, for `schema` to read. */
  readonly take: (row: Row) => unknown;
  readonly schema: z.ZodType<T>;
}

type Fields = { readonly [Name in keyof StoredGeneration]: Field<StoredGeneration[Name]> };

const { shape } = generationSchema;

/**
 * Everything that `generations` holds of a portrait. A new field of `generationSchema` is an entry here and a
 * migration that adds its column: rows, pictures, insertion and the news follow. One that the artist changes
 * belongs to `standingSchema` and has its deed in `journal.ts`.
 */
export const FIELDS: Fields = {
  id: one('id', 'TEXT', shape.id),
  prompt: one('prompt', 'TEXT', shape.prompt),
  seed: one('seed', 'INTEGER', shape.seed),
  settings: json('settings', shape.settings),
  pack: texts({ id: 'pack_id', version: 'pack_version' }, shape.pack),
  spaces: texts(
    { embedding: 'embedding_space', latent: 'latent_space', flow: 'flow_space' },
    shape.spaces,
  ),
  device: one('device', 'TEXT', shape.device),
  server: jsonOrNone('server', drawnByServerSchema),
  timings: json('timings', shape.timings),
  clipScore: one('clip_score', 'REAL', shape.clipScore),
  logLikelihood: one('log_likelihood', 'REAL', shape.logLikelihood),
  width: one('width', 'INTEGER', shape.width),
  height: one('height', 'INTEGER', shape.height),
  source: json('source', shape.source),
  starred: flag('starred'),
  trashedAt: one('trashed_at', 'INTEGER', shape.trashedAt),
  rating: one('rating', 'INTEGER', shape.rating),
  label: one('color', 'TEXT', shape.label),
  note: one('note', 'TEXT', shape.note),
};

/** A condition of `generations AS g` with its values. */
export type Conditional = readonly [sql: string, ...values: SqlValue[]];

/** One, or false where it does not narrow. */
export type Condition = Conditional | false;

type Narrowing = Required<Omit<LibraryFilter, 'query'>>;
type Filters = {
  readonly [Name in keyof Narrowing]: (value: Narrowing[Name] | undefined) => Condition;
};

/** How portraits can be narrowed. Spelled as the partial indexes spell it, by which SQLite knows that they apply. */
const FILTERS: Filters = {
  trashed: (trashed) => [trashed ? 'g.trashed_at IS NOT NULL' : 'g.trashed_at IS NULL'],
  starred: (starred) => starred === true && ['g.starred = 1'],
  pack: given(({ id, version }) => ['g.pack_id = ? AND g.pack_version = ?', id, version]),
  from: given((time) => ['g.id >= ?', firstIdAt(time)]),
  until: given((time) => ['g.id < ?', firstIdAt(time)]),
  rating: given((rating) => ['g.rating >= ?', rating]),
  label: given((label) => ['g.color = ?', label]),
  tag: given((tag) => ['g.seq IN (SELECT generation FROM generation_tags WHERE tag = ?)', tag]),
  board: given((board) => [
    'g.seq IN (SELECT generation FROM board_generations WHERE board = ?)',
    board,
  ]),
  noted: (noted) => noted === true && ["g.note <> ''"],
  // The first condition is what the index knows.
  prompt: given((prompt) => ['g.prompt = ? COLLATE NOCASE AND g.prompt = ?', prompt, prompt]),
};

export function conditionsOf(filter: Partial<Narrowing>): Condition[] {
  const conditionOf = <Name extends keyof Narrowing>(name: Name) => FILTERS[name](filter[name]);
  return namesOf(FILTERS).map((name) => conditionOf(name));
}

/** Columns of some fields, or of all of them, with what a portrait has in each. */
export function columnsOf<Name extends keyof StoredGeneration>(
  fields: readonly Name[],
): Column<Pick<StoredGeneration, Name>>[] {
  const columnsOfOne = <One extends Name>(field: One) =>
    FIELDS[field].columns.map(({ name, type, write }) => ({
      ...{ name, type },
      write: (portrait: Pick<StoredGeneration, One>) => write(portrait[field]),
    }));
  return fields.flatMap((field) => columnsOfOne(field));
}

export const STORED = namesOf(FIELDS);

/** What an artist changes of a row. */
export const STANDING = ['starred', 'trashedAt', 'rating', 'label', 'note'] as const;

/** Reads some fields of a row, or all of them. */
export function rowSchema<Name extends keyof StoredGeneration>(fields: readonly Name[]) {
  const readers = fields.map((name) => [name, FIELDS[name]] as const);
  const schemas = Object.fromEntries(readers.map(([name, { schema }]) => [name, schema]));
  const takeAll = (row: unknown) => {
    const taken: Record<string, unknown> = {};
    if (isRow(row)) for (const [name, { take }] of readers) taken[name] = take(row);
    return taken;
  };
  // A schema for each field, by its name, which TypeScript forgets on the way.
  type Schemas = { readonly [One in Name]: z.ZodType<StoredGeneration[One]> };
  return z.preprocess(takeAll, z.object(schemas as Schemas));
}

function isRow(row: unknown): row is Row {
  return typeof row === 'object' && row !== null;
}

/** A column whose values SQLite keeps as they are. */
function one<T extends SqlValue>(name: string, type: SqlType, schema: z.ZodType<T>): Field<T> {
  return {
    columns: [{ name, type, write: (value) => value }],
    take: (row) => row[name],
    schema,
  };
}

function flag(name: string): Field<boolean> {
  return {
    columns: [{ name, type: 'INTEGER', write: Number }],
    take: (row) => row[name],
    schema: z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1),
  };
}

function json<T>(name: string, schema: z.ZodType<T>): Field<T> {
  return {
    columns: [{ name, type: 'TEXT', write: (value) => JSON.stringify(value) }],
    take: (row) => row[name],
    schema: jsonSchema(schema),
  };
}

/** The same for what may be left out, which NULL stands for. */
function jsonOrNone<T>(name: string, schema: z.ZodType<T>): Field<T | undefined> {
  return {
    columns: [
      {
        ...{ name, type: 'TEXT' as const },
        write: (value) => (value === undefined ? null : JSON.stringify(value)),
      },
    ],
    take: (row) => row[name] ?? undefined,
    schema: jsonSchema(schema).optional(),
  };
}

/** Several texts, each in a column of its own. */
function texts<T extends Record<string, string>>(
  columns: Readonly<Record<keyof T & string, string>>,
  schema: z.ZodType<T>,
): Field<T> {
  const parts = Object.entries<string>(columns);
  return {
    columns: parts.map(([part, name]) => ({
      ...{ name, type: 'TEXT' as const },
      write: (value) => value[part] ?? null,
    })),
    take: (row) => Object.fromEntries(parts.map(([part, name]) => [part, row[name]])),
    schema,
  };
}

function given<T>(condition: (value: T) => Condition): (value: T | undefined) => Condition {
  return (value) => value !== undefined && condition(value);
}

function namesOf<T extends object>(map: T): (keyof T)[] {
  return Object.keys(map) as (keyof T)[];
}
