import path from 'node:path';
import { tagKey } from '../../../contract/arrange.ts';
import type { DrawOverrides } from '../../../contract/draw.ts';
import { StudioError } from '../../../contract/errors.ts';
import type { IfExists } from '../../../contract/export.ts';
import {
  type Axis,
  cellAt,
  type Grid,
  type GridSheet,
  placesOf,
  type SavedGrid,
  valuesOf,
} from '../../../contract/grid.ts';
import type { PackManifest } from '../../../contract/pack.ts';
import { expandPrompt } from '../../../contract/prompt-markup.ts';
import type { StudioService } from '../../../contract/service.ts';
import type { TypedAxis } from '../axis.ts';
import { requireWritable } from '../destination.ts';
import { tellMany } from '../many.ts';
import { print } from '../output.ts';
import { type GlobalOptions, type Session, withLibrary, withStudio } from '../session.ts';
import { unheardIn } from '../unheard.ts';

export interface GridOptions
  extends GlobalOptions, DrawOverrides, Pick<GridSheet, 'paper' | 'metadata'> {
  readonly rows?: TypedAxis | undefined;
  readonly columns?: TypedAxis | undefined;
  readonly of?: string | undefined;
  readonly open?: string | undefined;
  readonly out?: string | undefined;
  readonly plain?: true | undefined;
  readonly keep?: true | undefined;
  readonly save?: string | undefined;
  readonly title?: string | undefined;
  readonly landscape?: true | undefined;
  readonly ifExists: IfExists;
}

/** Draws a grid: on a sheet, as portraits of the library, or for later. */
export async function drawGrid(prompt: string | undefined, options: GridOptions): Promise<void> {
  const { out, keep, save, json } = options;
  if (out !== undefined) await requireWritable(path.dirname(path.resolve(out)));
  await withStudio(options, async (session) => {
    const grid = await gridOf(prompt, options, session);
    if (out !== undefined || keep) await tellMany(placesOf(grid).length, session, options);
    const file = out === undefined ? undefined : await writeSheet(grid, out, options, session);
    const ids = keep ? await keepAll(grid, session) : undefined;
    const saved = save === undefined ? undefined : await saveAs(save, grid, session.service);
    const cells = placesOf(grid).map((place, index) => {
      return { place, cell: cellAt(grid, place), ...(ids && { id: ids[index] }) };
    });
    const [rows, columns] = [valuesOf(grid.rows).length, valuesOf(grid.columns).length];
    const unheard = await unheardIn(promptsOf(grid), session, json);
    print(
      json,
      { rows, columns, grid, cells, ...(saved && { saved: saved.id }), file, ...unheard },
      [...(file === undefined ? [] : [file]), ...(ids ?? [])],
    );
  });
}

/** Lists the grids that the library keeps. */
export async function listGrids(options: GlobalOptions): Promise<void> {
  await withLibrary(options, async ({ service }) => {
    const grids = await service.grids({});
    print(
      options.json,
      { grids },
      grids.map(({ name, grid: { rows, columns } }) => {
        return `${name}  ${valuesOf(rows).length} × ${valuesOf(columns).length}`;
      }),
    );
  });
}

async function gridOf(
  prompt: string | undefined,
  options: GridOptions,
  { packs, onProgress, service }: Session,
): Promise<Grid> {
  if (options.open !== undefined) return (await found(options.open, service)).grid;
  const { of, seed, truncation, temperature, gap, noiseSeed, variety } = options;
  const { plain = false, without } = options;
  const { manifest } = (await packs.models(onProgress)).pack;
  return {
    cell: {
      ...(prompt !== undefined && { prompt }),
      ...(of !== undefined && { of }),
      ...(seed !== undefined && { seed }),
      edits: [],
      settings: {
        ...{ truncation, temperature, gap, noiseSeed, variety },
        ...{ without, markup: !plain },
      },
    },
    rows: axisOf(options.rows, manifest, plain),
    columns: axisOf(options.columns, manifest, plain),
  };
}

/** Words that say several things make as many rows or columns. */
function axisOf(typed: TypedAxis | undefined, manifest: PackManifest, plain: boolean): Axis | null {
  const axis = typed?.(manifest) ?? null;
  if (axis?.kind !== 'prompts' || plain) return axis;
  return { ...axis, prompts: axis.prompts.flatMap((prompt) => expandPrompt(prompt)) };
}

function promptsOf(grid: Grid): string[] {
  return [...new Set(placesOf(grid).flatMap((place) => cellAt(grid, place).prompt ?? []))];
}

async function writeSheet(
  grid: Grid,
  out: string,
  options: GridOptions,
  { service, signal, onProgress }: Session,
): Promise<string> {
  const { dir: folder, base: file, name, ext } = path.parse(path.resolve(out));
  const { paper, landscape = false, title = name, metadata, ifExists } = options;
  const format = ext.toLowerCase() === '.pdf' ? 'pdf' : 'png';
  const delivery = await service.exportGrid(
    {
      ...{ grid, name },
      as: { format, paper, landscape, title, metadata, ifExists },
      destination: { kind: 'folder', folder, file },
    },
    { signal, onEvent: onProgress },
  );
  return delivery.kind === 'files' ? (delivery.files[0] ?? '') : '';
}

async function keepAll(
  grid: Grid,
  { service, signal, onProgress }: Session,
): Promise<readonly string[]> {
  const { ids } = await service.keepCells(
    { grid, cells: placesOf(grid) },
    { signal, onEvent: (event) => event.kind !== 'portrait' && onProgress(event) },
  );
  return ids;
}

/** In place of the one of that name, if there is one. */
async function saveAs(name: string, grid: Grid, service: StudioService): Promise<SavedGrid> {
  const before = (await service.grids({})).find((one) => tagKey(one.name) === tagKey(name));
  return service.saveGrid({ ...(before && { id: before.id }), name, grid });
}

async function found(name: string, service: StudioService): Promise<SavedGrid> {
  const grids = await service.grids({});
  const grid = grids.find((one) => one.id === name || tagKey(one.name) === tagKey(name));
  if (grid) return grid;
  throw new StudioError(
    'not-found',
    `The library keeps no grid "${name}". "clip-flow grids" shows which there are.`,
  );
}
