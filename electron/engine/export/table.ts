import { writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { TableExport } from '../../contract/export-kinds.ts';
import type { Generation } from '../../contract/generation.ts';
import { toldServerSchema } from '../../contract/model-server.ts';
import { publish } from '../storage/publish.ts';
import { type ExportParts, forEachPortrait, type PortraitWork } from './portraits.ts';

/** What a table says of a portrait, apart from where it lies on this machine. */
type Row = Omit<Generation, 'boards' | 'server'> & {
  /** Names. */
  readonly boards: readonly string[];
  readonly server?: z.infer<typeof toldServerSchema>;
  /** Of the pack that drew it, as far as it is known here. */
  readonly license?: string;
};

/**
 * Writes what is known of portraits, a row or an object for each: CSV as RFC 4180 has it, in UTF-8 with a byte order
 * mark, or JSON. The file appears whole or not at all; a portrait that cannot be read is passed over and told.
 *
 * @param target path of the file, extension and all
 * @returns the file it became
 * @throws StudioError `cancelled`, `file-exists`, `disk-full`, `access-denied`, and where no portrait could be read,
 *   why
 */
export async function exportTable(
  ids: readonly string[],
  target: string,
  { format, ifExists }: Pick<TableExport, 'format' | 'ifExists'>,
  { reader, licenseOf }: ExportParts,
  work: PortraitWork = {},
): Promise<string> {
  return publish(target, ifExists, async (draft) => {
    const names = new Map(reader.boards().map(({ id, name }) => [id, name]));
    const rows: Row[] = [];
    await forEachPortrait(
      ids,
      work,
      async (id) => {
        const { boards, server, ...generation } = reader.get(id);
        const license = await licenseOf?.(generation.pack);
        const named = boards.flatMap((board) => names.get(board) ?? []);
        return {
          ...{ ...generation, boards: named },
          ...(server && { server: toldServerSchema.parse(server) }),
          ...(license !== undefined && { license }),
        };
      },
      (row) => void rows.push(row),
    );
    await writeFile(draft, WRITERS[format](rows));
  });
}

const WRITERS: Record<TableExport['format'], (rows: readonly Row[]) => string> = {
  csv: (rows) => {
    const lines = [Object.keys(COLUMNS), ...rows.map(cellsOf)];
    return `\ufeff${lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')}`;
  },
  json: (portraits) => {
    const heading = { format: 'clip-flow-studio/portraits', version: 1 };
    return `${JSON.stringify({ ...heading, portraits }, null, 2)}\n`;
  },
};

type Cell = string | number | null | undefined;

/** The columns of a CSV with what stands in them. */
const COLUMNS: Readonly<Record<string, (row: Row) => Cell>> = {
  id: ({ id }) => id,
  created: ({ createdAt }) => new Date(createdAt).toISOString(),
  prompt: ({ prompt }) => prompt,
  seed: ({ seed }) => seed,
  width: ({ width }) => width,
  height: ({ height }) => height,
  kind: ({ source }) => source.kind,
  parents: ({ parents }) => parents.join(' '),
  'CLIP score': ({ clipScore }) => clipScore,
  'log-likelihood': ({ logLikelihood }) => logLikelihood,
  starred: ({ starred }) => (starred ? 'yes' : 'no'),
  rating: ({ rating }) => rating,
  label: ({ label }) => label,
  tags: ({ tags }) => tags.join('; '),
  boards: ({ boards }) => boards.join('; '),
  note: ({ note }) => note,
  truncation: ({ settings }) => settings.truncation,
  temperature: ({ settings }) => settings.temperature,
  pack: ({ pack }) => pack.id,
  'pack version': ({ pack }) => pack.version,
  licence: ({ license }) => license,
};

function cellsOf(row: Row): string[] {
  return Object.values(COLUMNS).map((cell) => {
    const value = cell(row) ?? '';
    return typeof value === 'string' ? harmless(value) : String(value);
  });
}

/** Spreadsheets compute what begins like a formula, whoever wrote it. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
