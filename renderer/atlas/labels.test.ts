import { describe, expect, it } from 'vitest';
import type { AtlasPoint } from '../../electron/contract/atlas.ts';
import { PORTRAIT } from './camera.ts';
import { type Label, placeLabels, placeOffer } from './labels.ts';

const label = (x: number, y: number): Label => ({ at: { x, y }, width: 120 });

/** Portraits side by side, `gap` pixels apart. */
const rows = (columns: number, lines: number, gap: number): AtlasPoint[] =>
  Array.from({ length: columns * lines }, (_, i) => ({
    x: (i % columns) * (PORTRAIT + gap),
    y: Math.floor(i / columns) * (PORTRAIT + gap),
  }));

/** Pixels of portraits, or of words, that a label at a place stands over. */
const covers = (at: AtlasPoint, other: AtlasPoint, width: number, height: number): boolean =>
  Math.abs(at.x - other.x) < (width + 120) / 2 && Math.abs(at.y - other.y) < (height + 20) / 2;

it('words stand on their cluster where there is room', () => {
  expect(placeLabels([label(500, 500)], rows(3, 3, 0))).toEqual([{ x: 500, y: 500 }]);
});

it('words stand beside portraits, not over them', () => {
  const portraits = rows(3, 3, 0);
  const [at = { x: 0, y: 0 }] = placeLabels([label(PORTRAIT, PORTRAIT)], portraits);
  expect(portraits.some((face) => covers(at, face, PORTRAIT, PORTRAIT))).toBe(false);
});

it('words do not stand over one another', () => {
  const places = placeLabels([label(0, 0), label(10, 4), label(-10, -4)], rows(1, 1, 0));
  for (const [i, at] of places.entries()) {
    for (const other of places.slice(i + 1)) expect(covers(at, other, 120, 20)).toBe(false);
  }
});

it('words keep their place on a map that moves', () => {
  const [portraits, labels] = [rows(9, 5, 8), [label(100, 90), label(400, 210)]];
  const moved = ({ x, y }: AtlasPoint) => ({ x: x + 130, y: y - 70 });
  const before = placeLabels(labels, portraits);
  const after = placeLabels(
    labels.map(({ at, width }) => ({ at: moved(at), width })),
    portraits.map(moved),
  );
  expect(after).toEqual(before.map(moved));
});

describe('what is offered at a mark', () => {
  const map = { width: 600, height: 400 };
  const offer = { width: 180, height: 32 };

  it('stands below it, in the middle', () => {
    expect(placeOffer({ x: 300, y: 200 }, offer, map)).toEqual({ x: 210, y: 216 });
  });

  it.each([0, 1, 80, 300, 520, 599, 600])('is whole at %i px from the left', (x) => {
    for (const y of [0, 60, 200, 351, 352, 353, 399, 400]) {
      const at = placeOffer({ x, y }, offer, map);
      expect(at.x).toBeGreaterThanOrEqual(0);
      expect(at.x + offer.width).toBeLessThanOrEqual(map.width);
      expect(at.y).toBeGreaterThanOrEqual(0);
      expect(at.y + offer.height).toBeLessThanOrEqual(map.height);
      // Not over the mark.
      expect(at.y > y || at.y + offer.height < y).toBe(true);
    }
  });
});
