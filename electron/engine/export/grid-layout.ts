/** Where the cells of a grid and the words beside them stand on paper, in points from the top left. */
import { MAX_COLUMNS } from '../../contract/export-kinds.ts';
import type { GridSheet } from '../../contract/grid.ts';
import { chunksOf } from '../jobs/pipeline.ts';
import {
  foot,
  footHeight,
  head,
  headHeight,
  LINE_HEIGHT,
  type Measure,
  type SheetPage,
  sheetPage,
  type SheetPicture,
  type SheetText,
  SMALL,
} from './sheet-layout.ts';

export interface GridForm extends Pick<GridSheet, 'paper' | 'landscape' | 'title'> {
  /** Words for each row and each column; of an axis that is not there, none. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** What both axes vary. */
  readonly axes: string;
  readonly licenses: readonly string[];
  /** Width divided by height of all pictures. */
  readonly aspect: number;
}

const GAP = 6;
const ROW_LABEL_WIDTH = 88;
const ROW_LABEL_LINES = 5;
const COLUMN_LABEL_LINES = 3;
const lineHeight = SMALL * LINE_HEIGHT;

/** How the cells of a page stand, and which of them are on which page. */
interface Division {
  readonly cell: { readonly width: number; readonly height: number };
  /** Where the cells begin. */
  readonly left: number;
  readonly top: number;
  /** Indices of the rows of a page, and of the columns. */
  readonly rowsAtOnce: readonly (readonly number[])[];
  readonly columnsAtOnce: readonly (readonly number[])[];
}

/** The size of a picture, in points. */
export function cellSize(form: Omit<GridForm, 'licenses' | 'axes'>): {
  width: number;
  height: number;
} {
  return divide(form).cell;
}

/** Rows and columns that do not fit go on further pages, each with the words of its own; the first is row by row. */
export function layOutGrid(form: GridForm, measure: Measure): SheetPage[] {
  const division = divide(form);
  const { page, margin } = sheetPage(form);
  const parts = division.rowsAtOnce.flatMap((rows) =>
    division.columnsAtOnce.map((columns) => ({ rows, columns })),
  );
  return parts.map(({ rows, columns }, number) => ({
    ...page,
    texts: [
      ...(number === 0 ? titleOf(form, measure) : []),
      ...columns.flatMap((column, place) => columnLabel(form, division, column, place, measure)),
      ...rows.flatMap((row, place) => rowLabel(form, division, row, place, measure)),
      ...foot(number, parts.length, form, { page, margin }, measure),
    ],
    pictures: rows.flatMap((row, down) =>
      columns.map((column, across): SheetPicture => {
        const { x, y } = placeOf(division, down, across);
        return { index: row * Math.max(1, form.columns.length) + column, x, y, ...division.cell };
      }),
    ),
  }));
}

function divide({ rows, columns, aspect, ...form }: Omit<GridForm, 'licenses' | 'axes'>): Division {
  const { page, margin } = sheetPage(form);
  const left = margin + (rows.length > 0 ? ROW_LABEL_WIDTH : 0);
  // Also on pages without a title, so that rows are alike on all.
  const labels = columns.length > 0 ? COLUMN_LABEL_LINES * lineHeight : 0;
  const top = margin + (form.title === '' ? lineHeight * 2 : headHeight) + labels;
  const [width, height] = [page.width - margin - left, page.height - margin - footHeight - top];
  const columnsAtOnce = evenly(Math.max(1, columns.length), MAX_COLUMNS);
  const most = Math.max(...columnsAtOnce.map((some) => some.length));
  const wide = Math.min((width - GAP * (most - 1)) / most, height * aspect);
  const cell = { width: wide, height: wide / aspect };
  const down = Math.max(1, Math.floor((height + GAP + 0.01) / (cell.height + GAP)));
  return { cell, left, top, columnsAtOnce, rowsAtOnce: evenly(Math.max(1, rows.length), down) };
}

/** Indices up to a count, in as few parts as there can be of no more than `most`, and those of nearly one length. */
function evenly(count: number, most: number): number[][] {
  const length = Math.ceil(count / Math.ceil(count / most));
  return [...chunksOf([...Array(count).keys()], length)].map((part) => [...part]);
}

function placeOf({ cell, left, top }: Division, down: number, across: number) {
  return { x: left + across * (cell.width + GAP), y: top + down * (cell.height + GAP) };
}

function titleOf(form: GridForm, measure: Measure): SheetText[] {
  const { page, margin } = sheetPage(form);
  const [rows, columns] = [Math.max(1, form.rows.length), Math.max(1, form.columns.length)];
  const room = page.width - 2 * margin;
  const [axes = ''] = measure.lines(form.axes, SMALL, room, 1);
  const y = margin + (form.title === '' ? SMALL : headHeight - lineHeight * 1.2);
  return [
    ...head(`${rows} × ${columns}`, form, { page, margin }, measure),
    { text: axes, x: margin, y, size: SMALL, ink: 'quiet' },
  ];
}

/** Above the first row, on its bottom. */
function columnLabel(
  { columns }: GridForm,
  division: Division,
  column: number,
  place: number,
  measure: Measure,
): SheetText[] {
  const { x } = placeOf(division, 0, place);
  const { width } = division.cell;
  const lines = measure.lines(columns[column] ?? '', SMALL, width, COLUMN_LABEL_LINES);
  const bottom = division.top - SMALL * 0.6;
  return lines.map((text, line) => ({
    ...{ text, x, y: bottom - (lines.length - 1 - line) * lineHeight, size: SMALL },
    ink: 'strong',
  }));
}

/** Left of its row, at the middle of it. */
function rowLabel(
  { rows, ...form }: GridForm,
  division: Division,
  row: number,
  place: number,
  measure: Measure,
): SheetText[] {
  const { margin } = sheetPage(form);
  const { y } = placeOf(division, place, 0);
  const fitting = Math.max(1, Math.floor(division.cell.height / lineHeight));
  const room = ROW_LABEL_WIDTH - GAP;
  const most = Math.min(ROW_LABEL_LINES, fitting);
  const lines = measure.lines(rows[row] ?? '', SMALL, room, most);
  const first = y + division.cell.height / 2 - ((lines.length - 1) / 2) * lineHeight + SMALL * 0.35;
  return lines.map((text, line) => ({
    ...{ text, x: margin, y: first + line * lineHeight, size: SMALL },
    ink: 'strong',
  }));
}
