import path from 'node:path';
import { type Grid, type GridSheet, placesOf } from '../../contract/grid.ts';
import { trackProgress } from '../../contract/progress.ts';
import type { Grids } from '../grid/grids.ts';
import type { ImageCodec } from '../images/codec.ts';
import { axesInWords, labelsOf } from './grid-words.ts';
import { cellSize, layOutGrid } from './grid-layout.ts';
import type { WorkOptions } from './portraits.ts';
import { writeSheet, writeShown } from './sheet.ts';

export interface GridSheetParts {
  readonly grids: Pick<Grids, 'pictures'>;
  readonly codec: ImageCodec;
  /** What the pack that draws calls one of its directions. */
  readonly titleOf: (id: string) => string;
  /** Its licence, as far as it is known. */
  readonly license: () => string | undefined;
}

/**
 * Draws all cells of a grid and writes them in rows and columns on paper, with what each row and column is: one PDF, or
 * a PNG for each page, which appear together. Nothing of it is kept in the library.
 *
 * @param target path of the PDF or PNG, extension and all
 * @returns the files it became
 * @throws StudioError as drawing and `exportSheet` do
 */
export async function exportGridSheet(
  grid: Grid,
  target: string,
  sheet: GridSheet,
  { grids, codec, titleOf, license }: GridSheetParts,
  { signal, onProgress }: WorkOptions = {},
): Promise<string[]> {
  const words = {
    ...{ rows: labelsOf(grid.rows), columns: labelsOf(grid.columns) },
    ...{ paper: sheet.paper, landscape: sheet.landscape, title: sheet.title },
  };
  return writeSheet(target, sheet, codec, { signal }, async (folder, typeface) => {
    const places = placesOf(grid);
    const files: string[] = [];
    let aspect = 1;
    const progress = trackProgress('export', places.length, onProgress);
    await grids.pictures(grid, places, { signal }, async (picture) => {
      aspect = picture.width / picture.height;
      const shown = cellSize({ ...words, aspect });
      const to = path.join(folder, `${files.length}`);
      files.push(await writeShown(picture, shown, to, { format: sheet.format, codec }));
      progress.advance();
    });
    progress.finish();
    // Known once the pack has drawn.
    const used = sheet.metadata ? license() : undefined;
    const licenses = used === undefined ? [] : [used];
    const axes = axesInWords(grid, titleOf);
    return { pages: layOutGrid({ ...words, axes, licenses, aspect }, typeface), files, licenses };
  });
}
