/** Where everything stands on a contact sheet, in points (1/72 inch) from the top left. Nothing is drawn here. */
import { count } from '../../contract/count.ts';
import type { SheetExport } from '../../contract/export-kinds.ts';
import { PAPERS } from '../../contract/paper.ts';

/** A portrait that is to be laid out. */
export interface SheetItem {
  /** As it was drawn, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Empty for none. */
  readonly words: string;
}

export interface SheetText {
  readonly text: string;
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly size: number;
  readonly ink: 'strong' | 'quiet';
}

export interface SheetPicture {
  /** Of the item. */
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SheetPage {
  readonly width: number;
  readonly height: number;
  readonly texts: readonly SheetText[];
  readonly pictures: readonly SheetPicture[];
}

/** What measures words. */
export interface Measure {
  width(text: string, size: number): number;
  lines(text: string, size: number, width: number, most: number): string[];
}

export type SheetForm = Pick<
  SheetExport,
  'paper' | 'landscape' | 'columns' | 'title' | 'captions'
> & { readonly licenses: readonly string[] };

/** Of the shorter side of the paper. */
const MARGIN = 0.06;
const GAP = 12;
const TITLE_SIZE = 22;
export const SMALL = 8;
const CAPTION_LINES = 2;
export const LINE_HEIGHT = 1.35;
const NUMBER_GAP = 6;

/** The part of a page that portraits stand in, and how wide one may be. */
export interface SheetGrid {
  readonly page: { readonly width: number; readonly height: number };
  readonly margin: number;
  readonly cell: { readonly width: number; readonly height: number };
}

/** A sheet of paper, and how far from its sides nothing stands. */
export function sheetPage({
  paper,
  landscape,
}: Pick<SheetForm, 'paper' | 'landscape'>): Omit<SheetGrid, 'cell'> {
  const [narrow, long] = PAPERS[paper].size;
  const page = landscape ? { width: long, height: narrow } : { width: narrow, height: long };
  return { page, margin: Math.round(narrow * MARGIN) };
}

export function sheetGrid({
  paper,
  landscape,
  columns,
  captions,
}: Pick<SheetForm, 'paper' | 'landscape' | 'columns' | 'captions'>): SheetGrid {
  const { page, margin } = sheetPage({ paper, landscape });
  const width = (page.width - 2 * margin - GAP * (columns - 1)) / columns;
  // Also a tall portrait has room on the first page, below the title.
  const height = page.height - 2 * margin - footHeight - headHeight - captionHeight(captions);
  return { page, margin, cell: { width, height } };
}

export const footHeight = SMALL * 3;
export const headHeight = TITLE_SIZE * 2.4;

/** A portrait as large as a cell allows, in points. */
export function fitIn(
  { width, height }: Pick<SheetItem, 'width' | 'height'>,
  { cell }: SheetGrid,
): { width: number; height: number } {
  const scale = Math.min(cell.width / width, cell.height / height);
  return { width: width * scale, height: height * scale };
}

export function layOutSheet(
  items: readonly SheetItem[],
  form: SheetForm,
  measure: Measure,
): SheetPage[] {
  const grid = sheetGrid(form);
  const rows = rowsOf(items, form, grid);
  const pages = paged(rows, form, grid);
  return pages.map((placed, number) => {
    const texts = [
      ...(number === 0 ? head(count(items.length, 'portrait'), form, grid, measure) : []),
      ...placed.flatMap(({ row, y }) => captionsOf(row, y, items, form, grid, measure)),
      ...foot(number, pages.length, form, grid, measure),
    ];
    const pictures = placed.flatMap(({ row, y }) =>
      row.pictures.map((picture) => ({ ...picture, y: y + row.height - picture.height })),
    );
    return { ...grid.page, texts, pictures };
  });
}

interface Row {
  readonly height: number;
  readonly pictures: readonly Omit<SheetPicture, 'y'>[];
}

function rowsOf(items: readonly SheetItem[], { columns }: SheetForm, grid: SheetGrid): Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < items.length; from += columns) {
    const pictures = items.slice(from, from + columns).map((item, column) => {
      const size = fitIn(item, grid);
      const x = grid.margin + column * (grid.cell.width + GAP);
      return { index: from + column, x: x + (grid.cell.width - size.width) / 2, ...size };
    });
    rows.push({ pictures, height: Math.max(...pictures.map(({ height }) => height)) });
  }
  return rows;
}

function paged(
  rows: readonly Row[],
  { title, captions }: SheetForm,
  { page, margin }: SheetGrid,
): { row: Row; y: number }[][] {
  const pages: { row: Row; y: number }[][] = [[]];
  const end = page.height - margin - footHeight;
  let y = margin + (title === '' ? 0 : headHeight);
  for (const row of rows) {
    const height = row.height + captionHeight(captions);
    if (y + height > end + 0.01 && pages.at(-1)?.length !== 0) {
      pages.push([]);
      y = margin;
    }
    pages.at(-1)?.push({ row, y });
    y += height + GAP;
  }
  return pages;
}

function captionHeight(captions: boolean): number {
  return SMALL * LINE_HEIGHT * (captions ? CAPTION_LINES : 1) + SMALL / 2;
}

/** The number of a portrait, by which a client can speak of it, and its words. */
function captionsOf(
  row: Row,
  y: number,
  items: readonly SheetItem[],
  { captions, columns }: SheetForm,
  { margin, cell }: SheetGrid,
  measure: Measure,
): SheetText[] {
  const baseline = y + row.height + SMALL * 1.6;
  return row.pictures.flatMap(({ index }) => {
    const number = String(index + 1);
    const x = margin + (index % columns) * (cell.width + GAP);
    const indent = measure.width(number, SMALL) + NUMBER_GAP;
    const words = captions ? (items[index]?.words ?? '') : '';
    const lines = measure.lines(words, SMALL, cell.width - indent, CAPTION_LINES);
    return [
      { text: number, x, y: baseline, size: SMALL, ink: 'quiet' as const },
      ...lines.map((text, line) => ({
        ...{ text, x: x + indent, y: baseline + line * SMALL * LINE_HEIGHT, size: SMALL },
        ink: 'strong' as const,
      })),
    ];
  });
}

/** @param amount what is on the sheet, in words */
export function head(
  amount: string,
  { title }: Pick<SheetForm, 'title'>,
  { page, margin }: Omit<SheetGrid, 'cell'>,
  measure: Measure,
): SheetText[] {
  if (title === '') return [];
  const amountWidth = measure.width(amount, SMALL);
  const room = page.width - 2 * margin - amountWidth - GAP;
  const y = margin + TITLE_SIZE;
  const [text = ''] = measure.lines(title, TITLE_SIZE, room, 1);
  return [
    { text, x: margin, y, size: TITLE_SIZE, ink: 'strong' },
    { text: amount, x: page.width - margin - amountWidth, y, size: SMALL, ink: 'quiet' },
  ];
}

/** @param number of the page, from 0 */
export function foot(
  number: number,
  pages: number,
  { licenses }: Pick<SheetForm, 'licenses'>,
  { page, margin }: Omit<SheetGrid, 'cell'>,
  measure: Measure,
): SheetText[] {
  const y = page.height - margin;
  const place = `${number + 1} / ${pages}`;
  const placeWidth = measure.width(place, SMALL);
  const room = page.width - 2 * margin - placeWidth - GAP;
  const terms = licenses.length > 0 ? `Licence of the pictures: ${licenses.join('; ')}` : '';
  const lines = measure.lines(terms, SMALL, room, 1);
  return [
    ...lines.map((text) => ({ text, x: margin, y, size: SMALL, ink: 'quiet' as const })),
    { text: place, x: page.width - margin - placeWidth, y, size: SMALL, ink: 'quiet' },
  ];
}
