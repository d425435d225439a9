import { describe, expect, it } from 'vitest';
import {
  cellPosition,
  indexAfterKey,
  indexAt,
  layoutGrid,
  mostLines,
  layoutRows,
  offsetToReveal,
  spanOf,
  spansIn,
  visibleLines,
  visibleSpan,
} from './grid.ts';

const options = { width: 1000, count: 5000, minCell: 160, gap: 12, caption: 40 };
const layout = layoutGrid(options);
/** Five to a row: 1 row, 3 rows, 1 row. */
const grouped = layoutGrid({ ...options, count: 20, groups: [2, 13, 5], heading: 44 });

describe('layoutGrid', () => {
  it('fills the row with as many cells as fit, none smaller than asked', () => {
    expect(layout.columns).toBe(5);
    expect(layout.cell).toBe(190);
    expect(layout.columns * layout.pitchX - 12).toBeLessThanOrEqual(1000);
  });

  it('has one column when even one does not fit, and no height when empty', () => {
    expect(layoutGrid({ ...options, width: 80 }).columns).toBe(1);
    expect(layoutGrid({ ...options, count: 0 }).height).toBe(0);
  });

  it('places the last cell inside its height', () => {
    const { y } = cellPosition(layout, 4999);
    expect(y + layout.cell + 40).toBe(layout.height);
  });

  it('begins a row with every group, below its heading', () => {
    expect(grouped.bands.map(({ start, line }) => [start, line])).toEqual([
      [0, 0],
      [2, 2],
      [15, 6],
    ]);
    expect(cellPosition(grouped, 2)).toEqual({ x: 0, y: grouped.pitchY + 2 * 44 });
    expect(grouped.lines).toBe(8);
  });

  it('stays as long as the list where groups were counted at another moment', () => {
    const longer = layoutGrid({ ...options, count: 30, groups: [2, 13, 5], heading: 44 });
    expect(longer.bands.map(({ count }) => count)).toEqual([2, 13, 15]);
    const shorter = layoutGrid({ ...options, count: 4, groups: [2, 13, 5], heading: 44 });
    expect(shorter.bands.map(({ count }) => count)).toEqual([2, 2]);
  });
});

describe('visibleLines', () => {
  it('draws a screenful and its overscan of 5,000, wherever it is scrolled', () => {
    for (const offset of [0, 12_345, layout.height]) {
      const { start, end } = spanOf(visibleLines(layout, offset, 700));
      expect(end - start).toBeLessThan(50);
    }
  });

  it('covers every pixel of the viewport', () => {
    const offset = 10_000;
    const lines = visibleLines(layout, offset, 700, 0);
    expect(lines[0]?.y).toBeLessThanOrEqual(offset);
    expect((lines.at(-1)?.y ?? 0) + layout.pitchY).toBeGreaterThanOrEqual(offset + 700);
  });

  it('never has more lines than it says', () => {
    for (const each of [layout, grouped]) {
      for (let offset = 0; offset < 3_000; offset += 7) {
        const lines = visibleLines(each, offset, 700);
        expect(lines.length).toBeLessThanOrEqual(mostLines(each, 700));
      }
    }
  });

  it('shows headings among the rows, in order and numbered', () => {
    const lines = visibleLines(grouped, 0, grouped.height, 0);
    expect(lines.map(({ line }) => line)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(lines.map((line) => (line.kind === 'row' ? line.end - line.start : 'h'))).toEqual([
      'h',
      2,
      'h',
      5,
      5,
      3,
      'h',
      5,
    ]);
  });

  it('is empty past the end and before anything is measured', () => {
    expect(visibleLines(layoutGrid({ ...options, count: 0 }), 0, 500)).toEqual([]);
    expect(visibleSpan(0, 500, 0, 10, 2)).toEqual({ start: 0, end: 0 });
    expect(visibleSpan(99_999, 500, 100, 10, 2)).toEqual({ start: 10, end: 10 });
  });
});

it('tells which portraits are at a height, and which a rectangle touches', () => {
  expect(indexAt(layout, 10 * layout.pitchY + 3)).toBe(50);
  expect(indexAt(grouped, 10)).toBe(0);
  expect(indexAt(grouped, 1e9)).toBe(15);
  const rectangle = { left: 200, right: 410, top: 100, bottom: layout.pitchY + 5 };
  expect(spansIn(layout, rectangle)).toEqual([
    { start: 1, end: 3 },
    { start: 6, end: 8 },
  ]);
  expect(spansIn(layout, { ...rectangle, left: 192, right: 200 })).toEqual([]);
  // The second row of two is not there.
  expect(spansIn(grouped, { left: 700, right: 800, top: 0, bottom: 100 })).toEqual([]);
});

describe('offsetToReveal', () => {
  it('moves no further than it must', () => {
    expect(offsetToReveal(200, 300, 100, 500)).toBe(100);
    expect(offsetToReveal(50, 150, 100, 500)).toBe(50);
    expect(offsetToReveal(700, 800, 100, 500)).toBe(300);
  });
});

describe('indexAfterKey', () => {
  const twelve = layoutGrid({ ...options, count: 12 });
  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowRight', 11, 11],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 2, 7],
    ['ArrowDown', 9, 11],
    ['ArrowDown', 10, 10],
    ['ArrowUp', 7, 2],
    ['ArrowUp', 3, 3],
    ['Home', 8, 0],
    ['End', 1, 11],
    ['PageDown', 1, 11],
    ['PageUp', 11, 1],
  ])('%s from %i leads to %i', (key, from, to) => {
    expect(indexAfterKey(key, from, twelve, 2)).toBe(to);
  });

  it.each([
    ['ArrowDown', 1, 3],
    ['ArrowUp', 5, 1],
    ['ArrowDown', 12, 15],
    ['PageDown', 0, 12],
    ['PageUp', 19, 6],
    ['ArrowRight', 14, 15],
  ])('%s from %i leads to %i past headings', (key, from, to) => {
    expect(indexAfterKey(key, from, grouped, 3)).toBe(to);
  });

  it('walks a strip by its pages', () => {
    const strip = layoutRows(30, 30, { cell: 80, gap: 10 });
    expect(indexAfterKey('PageDown', 3, strip, 12)).toBe(15);
    expect(indexAfterKey('PageDown', 20, strip, 12)).toBe(29);
    expect(indexAfterKey('ArrowDown', 3, strip, 12)).toBe(3);
  });

  it('leaves other keys and an empty grid alone', () => {
    expect(indexAfterKey('s', 3, twelve)).toBeNull();
    expect(indexAfterKey('Home', 0, layoutGrid({ ...options, count: 0 }))).toBeNull();
  });
});
