import type { AtlasPoint } from '../../electron/contract/atlas.ts';
import type { Size } from '../ui/zoom.ts';
import { PORTRAIT } from './camera.ts';

/** Words of a cluster on the screen, in pixels. */
export interface Label {
  /** Where the cluster has its middle. */
  readonly at: AtlasPoint;
  readonly width: number;
}

/** Pixels that a label is high, with air around it. */
const HEIGHT = 30;
/** Labels stand this far from the middle of their cluster at the most, and are tried in such steps. */
const REACH = { x: 2 * PORTRAIT, y: 2.5 * PORTRAIT };
const STEP = { x: PORTRAIT / 3, y: 12 };
/** Pixels of a portrait that a label rather covers than stands one pixel further away. */
const WORTH = 12;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Where labels stand: near the middle of their cluster, over as little of the portraits as can be, and not over one
 * another. Moving the map moves them with it.
 *
 * @param portraits the middles of the portraits, in pixels
 * @returns the middle of each label
 */
export function placeLabels(
  labels: readonly Label[],
  portraits: readonly AtlasPoint[],
): AtlasPoint[] {
  const pictures = portraits.map((at) => around(at, PORTRAIT, PORTRAIT));
  const taken: Box[] = [];
  return labels.map((label) => {
    const { at, width } = label;
    const reach = around(at, width + 2 * REACH.x, HEIGHT + 2 * REACH.y);
    const near = pictures.filter((picture) => overlap(picture, reach) > 0);
    let best = { at, cost: Infinity };
    for (const offset of OFFSETS) {
      if (WORTH * offset.way >= best.cost) break;
      const place = { x: at.x + offset.x, y: at.y + offset.y };
      const box = around(place, width, HEIGHT);
      const covered = sum(near.map((picture) => overlap(picture, box)));
      const words = sum(taken.map((other) => overlap(other, box)));
      // Nothing can be read where two stand over each other.
      const cost = covered + PORTRAIT * words + WORTH * offset.way;
      if (cost < best.cost) best = { at: place, cost };
    }
    taken.push(around(best.at, width, HEIGHT));
    return best.at;
  });
}

/** Pixels between a mark and what is offered at it, and around that. */
const APART = 16;

/**
 * Where what is offered at a mark stands: below it and whole on the map, above it where there is no room below.
 *
 * @param offer its size in pixels
 * @param map of that size
 * @returns its upper left corner
 */
export function placeOffer(mark: AtlasPoint, offer: Size, map: Size): AtlasPoint {
  const x = Math.min(mark.x - offer.width / 2, map.width - offer.width - APART);
  const isBelow = mark.y + 2 * APART + offer.height <= map.height;
  return { x: Math.max(APART, x), y: mark.y + (isBelow ? APART : -APART - offer.height) };
}

/** From the middle outwards. */
const OFFSETS = steps(REACH.y, STEP.y)
  .flatMap((y) => steps(REACH.x, STEP.x).map((x) => ({ x, y, way: Math.hypot(x, y) })))
  .toSorted((a, b) => a.way - b.way);

function steps(reach: number, step: number): number[] {
  const count = Math.floor(reach / step);
  return Array.from({ length: 2 * count + 1 }, (_, i) => (i - count) * step);
}

function around({ x, y }: AtlasPoint, width: number, height: number): Box {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

/** The pixels that two boxes share. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
