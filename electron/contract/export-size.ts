/** How large an export will be, roughly: enough to tell a mail attachment from a hard disk. */
import type { ExportKind, ExportOptions, PortraitExport } from './export-kinds.ts';
import type { PictureExport } from './export.ts';
import type { PictureFormat } from './formats.ts';

/** Bytes a pixel at quality 90, of portraits that the default pack drew. */
const BYTES_A_PIXEL: Readonly<Record<PictureFormat, number>> = {
  ...{ png: 1.3, jpeg: 0.22, webp: 0.12, avif: 0.14 },
};
/** What a picture says of how it was made: two or three vectors as text. */
const RECIPE_BYTES = 12_000;
/** The page of a gallery with its letters. */
const PAGE_BYTES = 60_000;
/** The letters of a sheet. */
const FONT_BYTES = 30_000;
/** Of a traced portrait. */
const BYTES_A_COLOUR = 14_000;
const BYTES_A_ROW = { csv: 400, json: 1_600 };
/** Of one vector of 512 numbers. */
const VECTOR_BYTES = 2_048;

/** What is known of portraits before they are exported. */
export interface Exported {
  readonly portraits: number;
  /** Of each, in pixels, as it was drawn. */
  readonly width: number;
  readonly height: number;
}

/** In bytes. */
export function estimatedBytes(as: PortraitExport, exported: Exported): number {
  return estimateOf(as.kind, as, exported);
}

const ESTIMATES: {
  readonly [Kind in ExportKind]: (as: ExportOptions[Kind], exported: Exported) => number;
} = {
  pictures: (as, { portraits, ...drawn }) => portraits * pictureBytes(as, drawn),
  cutouts: ({ metadata }, { portraits, ...drawn }) =>
    portraits * pictureBytes({ format: 'png', metadata }, drawn),
  drawings: ({ colours }, { portraits }) => portraits * colours * BYTES_A_COLOUR,
  gallery: (as, { portraits, ...drawn }) =>
    PAGE_BYTES + portraits * pictureBytes({ ...as, format: 'png' }, drawn),
  sheet: ({ format }, { portraits, width, height }) =>
    FONT_BYTES + portraits * width * height * BYTES_A_PIXEL[format === 'pdf' ? 'jpeg' : 'png'],
  table: ({ format }, { portraits }) => portraits * BYTES_A_ROW[format],
  arrays: ({ arrays }, { portraits }) => portraits * arrays.length * VECTOR_BYTES,
};

function estimateOf<Kind extends ExportKind>(
  kind: Kind,
  as: ExportOptions[Kind],
  exported: Exported,
): number {
  return ESTIMATES[kind](as, exported);
}

function pictureBytes(
  { format, metadata, side, enlarge }: Omit<PictureExport, 'pattern' | 'quality' | 'ifExists'>,
  { width, height }: Omit<Exported, 'portraits'>,
): number {
  const scale = side === undefined ? (enlarge ?? 1) : side / Math.max(width, height);
  const pixels = width * height * scale ** 2;
  return pixels * BYTES_A_PIXEL[format] + (metadata ? RECIPE_BYTES : 0);
}
