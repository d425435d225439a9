import type { GenerateEvent } from '../../contract/draw.ts';
import { StudioError } from '../../contract/errors.ts';
import {
  type Cell,
  cellAt,
  type CellEvent,
  type CellPlace,
  type DrawCellsRequest,
  type Grid,
  type KeepCellsRequest,
  placesOf,
  refusalOf,
  valuesOf,
} from '../../contract/grid.ts';
import type { StreamOptions } from '../../contract/method.ts';
import { trackProgress } from '../../contract/progress.ts';
import { DRAWN_AHEAD, drawByNoise } from '../draw/by-noise.ts';
import { type Drawing, QUALITY, toFrame } from '../draw/drawing.ts';
import type { Workspace } from '../draw/workspace.ts';
import { portraitsIn } from '../edit/edits.ts';
import type { SynthesisOptions } from '../generator/generator.ts';
import type { RgbPicture } from '../images/codec.ts';
import { resultAt } from '../inference/results.ts';
import { chunksOf, deferRejection, runPipeline } from '../jobs/pipeline.ts';
import type { LoadOptions } from '../models/models.ts';
import type { Tools } from '../plan/generation-plan.ts';
import { portraitsBetween } from '../plan/portraits.ts';
import { CellCodes } from './cell-codes.ts';
import { keepCells } from './keep-cells.ts';

/** Cells drawn together: side by side on a CPU, in one run on a GPU. */
const CHUNK = 4;

export interface GridsParts {
  readonly workspace: Workspace;
  readonly drawing: Drawing;
}

type PictureOptions = Omit<SynthesisOptions, 'noiseSeed' | 'onProgress'> &
  Pick<LoadOptions, 'onProgress'>;

/** Grids as they are looked at and kept. */
export class Grids {
  readonly #parts: GridsParts;
  /** What is remembered for a pack goes with its tools. */
  readonly #codes = new WeakMap<Tools, CellCodes>();

  constructor(parts: GridsParts) {
    this.#parts = parts;
  }

  /** Draws cells in the order asked for. What was told of before a cancel stays true. */
  async draw(
    { grid, cells, size }: DrawCellsRequest,
    { signal, onEvent }: StreamOptions<CellEvent> = {},
  ): Promise<Record<string, never>> {
    const progress = trackProgress('render', cells.length, onEvent);
    const options = { signal, quality: QUALITY[size], onProgress: onEvent };
    await this.pictures(grid, cells, options, async (picture, place) => {
      onEvent?.({ kind: 'cell', place, frame: toFrame(picture) });
      progress.advance();
    });
    progress.finish();
    return {};
  }

  /**
   * The pictures of cells. While some are drawn, what the next are drawn of is decoded.
   *
   * @param take gets them in the order asked for
   */
  async pictures(
    grid: Grid,
    places: readonly CellPlace[],
    { onProgress, ...options }: PictureOptions,
    take: (picture: RgbPicture, place: CellPlace) => Promise<void>,
  ): Promise<void> {
    requirePlaces(grid, places);
    const tools = await this.#parts.workspace.tools(
      { signal: options.signal, onProgress },
      portraitsOf(grid),
    );
    const codes = this.#codesOf(tools);
    function* decoding() {
      for (const chunk of chunksOf(places, CHUNK)) {
        const cells = chunk.map((place) => cellAt(grid, place));
        yield { chunk, latents: deferRejection(codes.latents(cells, options)) };
      }
    }
    await runPipeline(
      decoding(),
      {
        draw: async ({ chunk, latents }) => {
          const { generator } = tools.session.models;
          return { chunk, pictures: await drawByNoise(await latents, generator, options) };
        },
        finish: async ({ chunk, pictures }) => {
          for (const [i, place] of chunk.entries()) await take(resultAt(pictures, i), place);
        },
      },
      { signal: options.signal, ahead: DRAWN_AHEAD },
    );
  }

  /** Makes portraits of the library of cells, in one job, and ends with their ids in the order asked for. */
  async keep(
    { grid, cells: places }: KeepCellsRequest,
    options: StreamOptions<GenerateEvent> = {},
  ): Promise<{ ids: string[] }> {
    requirePlaces(grid, places);
    const cells = places.map((place) => cellAt(grid, place));
    return this.#parts.drawing.inSteps(
      {
        title: grid.cell.prompt ?? '',
        on: portraitsOf(grid),
        run: (tools, keep, call) =>
          keepCells(cells, tools, keep, call, (generation, index) =>
            options.onEvent?.({ kind: 'portrait', index, generation }),
          ),
      },
      options,
    );
  }

  #codesOf(tools: Tools): CellCodes {
    const codes = this.#codes.get(tools) ?? new CellCodes(tools);
    this.#codes.set(tools, codes);
    return codes;
  }
}

/** The portraits that cells take numbers of: the same in all of them. */
function portraitsOf(grid: Grid): string[] {
  const { of, between, edits } = cellAt(grid, [0, 0]);
  return [
    ...(of === undefined ? [] : [of]),
    ...(between ? portraitsBetween(between) : []),
    ...portraitsIn(edits),
  ];
}

/** Asked before anything is drawn. @throws StudioError `invalid-argument` */
function requirePlaces(grid: Grid, places: readonly CellPlace[]): void {
  const [rows, columns] = [valuesOf(grid.rows).length, valuesOf(grid.columns).length];
  const outside = places.find(([row, column]) => row >= rows || column >= columns);
  if (outside) {
    const [row, column] = outside;
    throw new StudioError(
      'invalid-argument',
      `The grid has ${rows} × ${columns} cells, and none in row ${row + 1} and column ${column + 1}. Nothing was drawn.`,
    );
  }
  requireDrawable(cellAt(grid, places[0] ?? resultAt(placesOf(grid), 0)));
}

function requireDrawable(cell: Cell): void {
  const refusal = refusalOf(cell);
  if (refusal === null) return;
  throw new StudioError(
    'invalid-argument',
    `Every cell of this grid ${refusal}. Nothing was drawn.`,
  );
}
