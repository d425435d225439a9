/**
 * A picture in tiles of one size. Each brings a margin that lies in its neighbours, which the network sees and which is
 * thrown away, so that tiles meet without a seam; beyond the edges the picture is mirrored.
 */
import type { PictureSize, RgbPicture } from '../images/codec.ts';

/** Most pixels of a tile that are only seen, at each of its sides. */
const MARGIN = 16;
/** The largest part of a small tile that a margin takes. */
const SHARE = 8;

/** What of a picture comes from one tile, in pixels. */
export interface TileArea extends PictureSize {
  readonly left: number;
  readonly top: number;
}

function marginOf(side: number): number {
  return Math.min(MARGIN, Math.floor(side / SHARE));
}

/** The areas that cover a picture, row by row. */
export function tileAreas(picture: PictureSize, tile: PictureSize): TileArea[] {
  const columns = stretches(picture.width, tile.width);
  return stretches(picture.height, tile.height).flatMap(([top, height]) =>
    columns.map(([left, width]) => ({ left, top, width, height })),
  );
}

function stretches(length: number, tile: number): [start: number, length: number][] {
  const step = tile - 2 * marginOf(tile);
  return Array.from({ length: Math.ceil(length / step) }, (_, n) => [
    n * step,
    Math.min(step, length - n * step),
  ]);
}

/** The tile of an area, with its margin. */
export function cutTile(picture: RgbPicture, area: TileArea, tile: PictureSize): RgbPicture {
  const data = new Uint8Array(tile.width * tile.height * 3);
  const left = area.left - marginOf(tile.width);
  const top = area.top - marginOf(tile.height);
  const columns = Array.from({ length: tile.width }, (_, x) => mirrored(left + x, picture.width));
  let to = 0;
  for (let y = 0; y < tile.height; y += 1) {
    const row = mirrored(top + y, picture.height) * picture.width;
    for (const column of columns) {
      const from = (row + column) * 3;
      data.set(picture.data.subarray(from, from + 3), to);
      to += 3;
    }
  }
  return { width: tile.width, height: tile.height, data };
}

/** A place beyond an edge in the mirror that stands on the outermost pixel, and in that of the other edge. */
function mirrored(at: number, length: number): number {
  const period = Math.max(1, 2 * (length - 1));
  const place = ((at % period) + period) % period;
  return place < length ? place : period - place;
}

/** Puts an area into the larger picture that it belongs to, from its enlarged tile, without the margin. */
export function pasteTile(
  enlarged: RgbPicture,
  larger: RgbPicture,
  { left, top, width, height }: TileArea,
  tile: PictureSize,
): void {
  const factor = larger.width / tile.width;
  const [marginX, marginY] = [marginOf(tile.width) * factor, marginOf(tile.height) * factor];
  for (let y = 0; y < height * factor; y += 1) {
    const from = ((marginY + y) * larger.width + marginX) * 3;
    const row = larger.data.subarray(from, from + width * factor * 3);
    enlarged.data.set(row, ((top * factor + y) * enlarged.width + left * factor) * 3);
  }
}
