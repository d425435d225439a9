import type { RgbPicture } from '../images/codec.ts';
import { toSquare } from '../images/resample.ts';

/** Side of a picture on a sheet, and the white between two, in pixels. */
const TILE = 128;
const GAP = 4;
const WHITE = 255;

/** Pictures in rows on one white sheet. Rows may have different lengths. */
export function contactSheet(rows: readonly (readonly RgbPicture[])[]): RgbPicture {
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const width = columns * (TILE + GAP) + GAP;
  const height = rows.length * (TILE + GAP) + GAP;
  const data = new Uint8Array(width * height * 3).fill(WHITE);
  for (const [r, row] of rows.entries()) {
    for (const [c, picture] of row.entries()) {
      const tile = toSquare(picture, { size: TILE, interpolation: 'bicubic', fit: 'crop' });
      const at = { x: GAP + c * (TILE + GAP), y: GAP + r * (TILE + GAP) };
      for (let y = 0; y < TILE; y++) {
        const line = tile.data.subarray(y * TILE * 3, (y + 1) * TILE * 3);
        data.set(line, ((at.y + y) * width + at.x) * 3);
      }
    }
  }
  return { width, height, data };
}

/** The picture as small as it stands on a sheet. */
export function asTile(picture: RgbPicture): RgbPicture {
  return toSquare(picture, { size: TILE, interpolation: 'bicubic', fit: 'crop' });
}
