/** Grids: portraits in rows and columns, each of a recipe in which the axes vary one thing. */
import { z } from 'zod';
import { tagSchema } from './arrange.ts';
import { destinationSchema } from './delivery.ts';
import {
  betweenSchema,
  DEFAULT_STRENGTH,
  drawOverridesSchema,
  frameSchema,
  frameSizeSchema,
  type GenerateRequest,
  type KeepRequest,
  type Origin,
  positionSchema,
} from './draw.ts';
import { directionRefSchema, type Edit, editsSchema, MAX_AMOUNT } from './edit.ts';
import { EXPORT_KINDS } from './export-kinds.ts';
import { type Anchor, generationIdSchema } from './generation.ts';
import { layerRangeSchema } from './layers.ts';
import { list } from './list.ts';
import { progressEventSchema } from './progress.ts';
import {
  MAX_PROMPT_LENGTH,
  seedSchema,
  temperatureSchema,
  truncationSchema,
  varietySchema,
} from './settings.ts';

/** Most values of an axis, and most cells of a grid. */
export const MAX_AXIS = 100;
export const MAX_CELLS = 2_500;

/** Seeds are whole numbers below. */
const SEEDS = 2 ** 32;

const strengthSchema = z.number().min(0).max(1);
const endsSchema = betweenSchema.pick({ from: true, to: true, path: true });

/** What one portrait of a grid is drawn of: words, a portrait, or a way between two; and what is done to that. */
export const cellSchema = z.object({
  prompt: z.string().max(MAX_PROMPT_LENGTH).optional(),
  /** With a prompt the same person in these words; with a seed or a strength, a variation. */
  of: generationIdSchema.optional(),
  between: endsSchema.optional(),
  /** On that way. */
  position: positionSchema.optional(),
  /** By default 0, so that a cell is the same every time. Of a way, that of the ends which are drawn for it. */
  seed: seedSchema.optional(),
  strength: strengthSchema.optional(),
  edits: editsSchema,
  settings: drawOverridesSchema.omit({ seed: true }),
});
export type Cell = z.infer<typeof cellSchema>;

const stepsSchema = z.int().min(1).max(MAX_AXIS);

/** Evenly from one number to another. */
function range<const Kind extends string, Shape extends z.ZodRawShape>(
  kind: Kind,
  limits: z.ZodNumber,
  shape: Shape,
) {
  return z.object({
    kind: z.literal(kind),
    ...shape,
    from: limits,
    to: limits,
    steps: stepsSchema,
  });
}

/** One seed after the other. */
function seeds<const Kind extends string>(kind: Kind) {
  return z.object({ kind: z.literal(kind), first: seedSchema, steps: stepsSchema });
}

/** Every kind of axis with what is chosen of it. What it does stands in {@link AXES}, which the compiler asks for. */
const AXIS_SCHEMAS = {
  prompts: z.object({
    kind: z.literal('prompts'),
    prompts: list(z.string().min(1).max(MAX_PROMPT_LENGTH), { min: 1, max: MAX_AXIS }),
  }),
  seeds: seeds('seeds'),
  slide: range('slide', z.number().min(-MAX_AMOUNT).max(MAX_AMOUNT), {
    direction: directionRefSchema,
    layers: layerRangeSchema,
  }),
  path: range('path', positionSchema, { between: endsSchema }),
  strength: range('strength', strengthSchema, {}),
  truncation: range('truncation', truncationSchema, {}),
  temperature: range('temperature', temperatureSchema, {}),
  variety: range('variety', varietySchema, {}),
  noise: seeds('noise'),
} as const satisfies { readonly [Kind in string]: z.ZodType<{ kind: Kind }> };

export type AxisKind = keyof typeof AXIS_SCHEMAS;
type AxisOf<Kind extends AxisKind> = z.infer<(typeof AXIS_SCHEMAS)[Kind]>;
export type Axis = AxisOf<AxisKind>;
export type AxisValue = string | number;

type AxisSchema = (typeof AXIS_SCHEMAS)[AxisKind];
export const axisSchema = z.discriminatedUnion(
  'kind',
  Object.values(AXIS_SCHEMAS) as [AxisSchema, ...AxisSchema[]],
);

interface AxisWork<One> {
  values(axis: One): readonly AxisValue[];
  /** A cell with the value of that index. */
  put(cell: Cell, index: number, axis: One): Cell;
  /** The axis by so many steps further; as it is where nothing is there. */
  moved(axis: One, by: number): One;
  /** What of a cell it decides, which no other axis of the grid may. */
  part(axis: One): string;
}

type Range = { readonly from: number; readonly to: number; readonly steps: number };
type Seeds = { readonly first: number; readonly steps: number };

/** More digits would tell nothing that is seen, and 0.1 + 0.2 would have seventeen. */
const DIGITS = 1e4;

function rounded(value: number): number {
  return Math.round(value * DIGITS) / DIGITS;
}

function rangeValues({ from, to, steps }: Range): number[] {
  return Array.from({ length: steps }, (_, i) =>
    rounded(steps === 1 ? from : from + ((to - from) * i) / (steps - 1)),
  );
}

/** What one step of a range is where it has but one value. */
const LONE_STEP = 0.1;

/** Moved as a whole, as far as its limits allow. */
function rangeMoved<One extends Range>(axis: One, by: number, [low, high]: readonly number[]): One {
  const { from, to, steps } = axis;
  const step = steps === 1 ? LONE_STEP : (to - from) / (steps - 1);
  const [least, most] = [Math.min(from, to), Math.max(from, to)];
  const shift = Math.min((high ?? most) - most, Math.max((low ?? least) - least, by * step));
  return { ...axis, from: rounded(from + shift), to: rounded(to + shift) };
}

function seedsMoved<One extends Seeds>(axis: One, by: number): One {
  return { ...axis, first: (((axis.first + Math.round(by)) % SEEDS) + SEEDS) % SEEDS };
}

function seedValues({ first, steps }: Seeds): number[] {
  return Array.from({ length: steps }, (_, i) => (first + i) % SEEDS);
}

/** Of one number of a cell. */
function rangeAxis<One extends Range>(
  limits: readonly [number, number],
  put: (cell: Cell, value: number, axis: One) => Cell,
  part: (axis: One) => string,
): AxisWork<One> {
  return {
    values: rangeValues,
    put: (cell, index, axis) => put(cell, rangeValues(axis)[index] ?? axis.from, axis),
    moved: (axis, by) => rangeMoved(axis, by, limits),
    part,
  };
}

function seedsAxis<One extends Seeds>(
  put: (cell: Cell, seed: number) => Cell,
  name: string,
): AxisWork<One> {
  return {
    values: seedValues,
    put: (cell, index, { first }) => put(cell, (first + index) % SEEDS),
    moved: seedsMoved,
    part: () => name,
  };
}

/** Of a setting of the draw. */
function settingAxis<One extends Range>(
  name: 'truncation' | 'temperature' | 'variety',
  limits: readonly [number, number],
): AxisWork<One> {
  return rangeAxis(
    limits,
    (cell, value) => ({ ...cell, settings: { ...cell.settings, [name]: value } }),
    () => name,
  );
}

const AXES: { readonly [Kind in AxisKind]: AxisWork<AxisOf<Kind>> } = {
  prompts: {
    values: ({ prompts }) => prompts,
    put: (cell, index, { prompts }) => ({ ...cell, prompt: prompts[index] ?? '' }),
    moved: (axis) => axis,
    part: () => 'prompt',
  },
  seeds: seedsAxis((cell, seed) => ({ ...cell, seed }), 'seed'),
  slide: rangeAxis(
    [-MAX_AMOUNT, MAX_AMOUNT],
    (cell, amount, { direction, layers }) => ({
      ...cell,
      edits: withEdit(cell.edits, { kind: 'slide', direction, amount, layers }),
    }),
    ({ direction, layers }) => sliderOf({ direction, layers }),
  ),
  path: rangeAxis(
    [0, 1],
    (cell, position, { between }) => ({ ...cell, between, position }),
    () => 'position',
  ),
  strength: rangeAxis(
    [0, 1],
    (cell, strength) => ({ ...cell, strength }),
    () => 'strength',
  ),
  truncation: settingAxis('truncation', [0, 2]),
  temperature: settingAxis('temperature', [0, 2]),
  variety: settingAxis('variety', [0, 1]),
  noise: seedsAxis(
    (cell, noiseSeed) => ({ ...cell, settings: { ...cell.settings, noiseSeed } }),
    'noise',
  ),
};

type Slider = Pick<Extract<Edit, { kind: 'slide' }>, 'direction' | 'layers'>;

/** What tells one slider from another. */
function sliderOf({ direction, layers }: Slider): string {
  return JSON.stringify([direction, layers]);
}

/** Edits with a slider moved there, in its place if it is one of them. */
function withEdit(edits: readonly Edit[], moved: Extract<Edit, { kind: 'slide' }>): Edit[] {
  const isSame = (edit: Edit) => edit.kind === 'slide' && sliderOf(edit) === sliderOf(moved);
  return edits.some(isSame)
    ? edits.map((edit) => (isSame(edit) ? moved : edit))
    : [...edits, moved];
}

function workOf<Kind extends AxisKind>({ kind }: { readonly kind: Kind }): AxisWork<AxisOf<Kind>> {
  return AXES[kind];
}

/** What stands along an axis; one thing without a name where there is none. */
export function valuesOf(axis: Axis | null): readonly AxisValue[] {
  return axis ? workOf(axis).values(axis as never) : [''];
}

/** A value as it is read: with its sign, of a slider, and in per cent of the way, on one. */
export function labelOf({ kind }: Axis, value: AxisValue): string {
  if (typeof value === 'string') return value;
  if (kind === 'path') return `${Math.round(value * 100)} %`;
  return kind === 'slide' && value > 0 ? `+${value}` : String(value).replace('-', '−');
}

/** An axis with its values moved by so many steps: seeds by whole ones, ranges as far as they may; words stay. */
export function movedAxis(axis: Axis, by: number): Axis {
  return workOf(axis).moved(axis as never, by);
}

export const gridSchema = z
  .object({
    /** What all cells have in common. */
    cell: cellSchema,
    /** What is another thing in each row, and in each column; null for one of them. */
    rows: axisSchema.nullable(),
    columns: axisSchema.nullable(),
  })
  .refine(({ rows, columns }) => valuesOf(rows).length * valuesOf(columns).length <= MAX_CELLS, {
    message: `must have no more than ${MAX_CELLS.toLocaleString('en')} cells`,
  })
  .refine(({ rows, columns }) => !rows || !columns || partOf(rows) !== partOf(columns), {
    message: 'must vary one thing in its rows and another in its columns',
  });
export type Grid = z.infer<typeof gridSchema>;

function partOf(axis: Axis): string {
  return workOf(axis).part(axis as never);
}

/** Row and column of a cell, from 0. */
export const placeSchema = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);
export type CellPlace = z.infer<typeof placeSchema>;

/** What stands at a place. */
export function cellAt({ cell, rows, columns }: Grid, [row, column]: CellPlace): Cell {
  const put = (before: Cell, axis: Axis | null, index: number) =>
    axis ? workOf(axis).put(before, index, axis as never) : before;
  return put(put(cell, rows, row), columns, column);
}

/** All places, row by row. */
export function placesOf({ rows, columns }: Pick<Grid, 'rows' | 'columns'>): CellPlace[] {
  const across = valuesOf(columns);
  return valuesOf(rows).flatMap((_, row) => across.map((_, column): CellPlace => [row, column]));
}

/** A cell before anything is done to it: a portrait that is there, or the request that draws it. */
export type CellStart =
  | { readonly kind: 'portrait'; readonly id: string }
  | { readonly kind: 'generate'; readonly request: GenerateRequest }
  | { readonly kind: 'keep'; readonly request: KeepRequest };

/** @returns why nothing can be drawn of a cell, as the end of a sentence that begins with it; null where it can */
export function refusalOf({ prompt, of, between, seed, strength }: Cell): string | null {
  if (between) {
    if (of === undefined && prompt === undefined) return null;
    return 'is on a way between two portraits, which has no words and no portrait of its own';
  }
  if (of === undefined) {
    if (strength !== undefined) return 'has a strength, which only variations of a portrait have';
    return prompt?.trim() ? null : 'has nothing to begin with: words, a portrait, or a way';
  }
  const isVaried = seed !== undefined || strength !== undefined;
  return isVaried && prompt !== undefined
    ? 'gives a portrait other words and another seed, of which only one can be'
    : null;
}

/** What is done to its start: sliders that stand at 0 do nothing, and leave it the portrait that it is. */
export function editsOf({ edits }: Cell): Edit[] {
  return edits.filter((edit) => edit.kind !== 'slide' || edit.amount !== 0);
}

/** What a cell that can be drawn starts as. */
export function startOf(cell: Cell): CellStart {
  const { prompt = '', of, between, position = 0, seed, settings } = cell;
  if (between) {
    const [from, to] = [anchorOf(between.from, seed), anchorOf(between.to, seed)];
    return { kind: 'keep', request: { ...between, from, to, position, settings } };
  }
  const generating = (origin: Origin): CellStart => ({
    kind: 'generate',
    request: { origin, count: 1, settings: { ...settings, seed: seed ?? 0 } },
  });
  if (of === undefined) return generating({ kind: 'prompt', prompt });
  if (cell.prompt !== undefined) return generating({ kind: 'reword', of, prompt });
  const strength = cell.strength ?? (seed === undefined ? 0 : DEFAULT_STRENGTH);
  // How words are read changes nothing where there are none.
  const { markup: _, without: __, ...sampling } = settings;
  const isItself = strength === 0 && Object.values(sampling).every((value) => value === undefined);
  return isItself ? { kind: 'portrait', id: of } : generating({ kind: 'variation', of, strength });
}

function anchorOf(anchor: Anchor, seed: number | undefined): Anchor {
  return anchor.kind === 'portrait' || seed === undefined ? anchor : { ...anchor, seed };
}

const someCells = list(placeSchema, { min: 1, max: MAX_CELLS });

export const drawCellsRequestSchema = z.object({
  grid: gridSchema,
  /** In the order in which they are drawn. */
  cells: someCells,
  size: frameSizeSchema,
});
export type DrawCellsRequest = z.infer<typeof drawCellsRequestSchema>;

export const cellEventSchema = z.discriminatedUnion('kind', [
  ...progressEventSchema.options,
  z.object({ kind: z.literal('cell'), place: placeSchema, frame: frameSchema }),
]);
export type CellEvent = z.infer<typeof cellEventSchema>;

export const keepCellsRequestSchema = z.object({ grid: gridSchema, cells: someCells });
export type KeepCellsRequest = z.infer<typeof keepCellsRequestSchema>;

/** How a grid is put on paper: as a contact sheet, but for what the grid decides. */
export const gridSheetSchema = EXPORT_KINDS.sheet.omit({
  kind: true,
  columns: true,
  captions: true,
});
export type GridSheet = z.infer<typeof gridSheetSchema>;

export const exportGridRequestSchema = z.object({
  grid: gridSchema,
  as: gridSheetSchema,
  /** Of the file, without extension. */
  name: z.string().min(1).max(200),
  destination: destinationSchema,
});
export type ExportGridRequest = z.infer<typeof exportGridRequestSchema>;

/** A grid that the library keeps. */
export const savedGridSchema = z.object({
  id: z.uuid(),
  name: tagSchema,
  /** Milliseconds since 1970. */
  savedAt: z.int().nonnegative(),
  grid: gridSchema,
});
export type SavedGrid = z.infer<typeof savedGridSchema>;

/** Under a new id, or in place of the one that has this one. */
export const saveGridSchema = savedGridSchema
  .omit({ savedAt: true })
  .extend({ id: z.uuid().optional() });
export type SaveGrid = z.infer<typeof saveGridSchema>;
