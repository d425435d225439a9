import type { AtlasPoint } from '../../electron/contract/atlas.ts';
import type { Size } from '../ui/zoom.ts';

/** How the atlas is looked at: which of its points lies in the middle, and how many pixels it is wide. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  /** Pixels to the side of the whole atlas. */
  readonly scale: number;
}

/** Pixels that a portrait takes. */
export const PORTRAIT = 72;
/** The atlas is never smaller than this, nor portraits farther apart than at the finest level. */
const SMALLEST = 160;
const LARGEST = PORTRAIT * 2 ** 14;
/** Cells are as wide as this part of a portrait at the least, so that portraits overlap a little at the most. */
const CELL = 0.8;

/** All of the atlas, as large as there is room for. */
export function fit({ width, height }: Size): Camera {
  return { x: 0.5, y: 0.5, scale: Math.max(SMALLEST, Math.min(width, height) - PORTRAIT) };
}

/** Where a point of the atlas stands on the screen. */
export function toScreen(camera: Camera, { width, height }: Size, point: AtlasPoint): AtlasPoint {
  return {
    x: width / 2 + (point.x - camera.x) * camera.scale,
    y: height / 2 + (point.y - camera.y) * camera.scale,
  };
}

/** Which point of the atlas is seen there. */
export function toAtlas(camera: Camera, { width, height }: Size, at: AtlasPoint): AtlasPoint {
  return {
    x: camera.x + (at.x - width / 2) / camera.scale,
    y: camera.y + (at.y - height / 2) / camera.scale,
  };
}

/** By pixels. */
export function pan(camera: Camera, dx: number, dy: number): Camera {
  return within({ ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale });
}

/** The point that is seen at `at` stays there. */
export function zoom(camera: Camera, size: Size, factor: number, at: AtlasPoint): Camera {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, camera.scale * factor));
  const point = toAtlas(camera, size, at);
  return within({
    x: point.x - (at.x - size.width / 2) / scale,
    y: point.y - (at.y - size.height / 2) / scale,
    scale,
  });
}

/** The level whose cells are about as wide as a portrait. */
export function levelOf({ scale }: Camera): number {
  return Math.max(0, Math.floor(Math.log2(scale / (PORTRAIT * CELL))));
}

/** Two corners with what is seen between them, and as much around it as one can move before more is read. */
export function seen(camera: Camera, size: Size): { from: AtlasPoint; to: AtlasPoint } {
  const around = PORTRAIT * 2;
  return {
    from: toAtlas(camera, size, { x: -around, y: -around }),
    to: toAtlas(camera, size, { x: size.width + around, y: size.height + around }),
  };
}

/** The middle of the screen stays on the atlas. */
function within(camera: Camera): Camera {
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return { ...camera, x: clamp(camera.x), y: clamp(camera.y) };
}
