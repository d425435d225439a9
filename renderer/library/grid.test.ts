import { describe, expect, it } from 'vitest';
import {
  cellPosition,
  indexAfterKey,
  layoutGrid,
  offsetToReveal,
  visibleCells,
  visibleSpan,
} from './grid.ts';

const layout = layoutGrid({ width: 1000, count: 5000, minCell: 160, gap: 12, caption: 40 });

describe('layoutGrid', () => {
  it('fills the row with as many cells as fit, none smaller than asked', () => {
    expect(layout.columns).toBe(5);
    expect(layout.cell).toBe(190);
    expect(layout.columns * layout.pitchX - 12).toBeLessThanOrEqual(1000);
  });

  it('has one column when even one does not fit, and no height when empty', () => {
    expect(layoutGrid({ width: 80, count: 3, minCell: 160, gap: 12, caption: 0 }).columns).toBe(1);
    expect(layoutGrid({ width: 800, count: 0, minCell: 160, gap: 12, caption: 0 }).height).toBe(0);
  });

  it('places the last cell inside its height', () => {
    const { y } = cellPosition(layout, 4999);
    expect(y + layout.cell + 40).toBe(layout.height);
  });
});

describe('visibleCells', () => {
  it('draws a screenful and its overscan of 5,000, wherever it is scrolled', () => {
    for (const offset of [0, 12_345, layout.height]) {
      const { start, end } = visibleCells(layout, 5000, offset, 700);
      expect(end - start).toBeLessThan(50);
    }
  });

  it('covers every pixel of the viewport', () => {
    const offset = 10_000;
    const { start, end } = visibleCells(layout, 5000, offset, 700, 0);
    expect(cellPosition(layout, start).y).toBeLessThanOrEqual(offset);
    expect(cellPosition(layout, end - 1).y + layout.pitchY).toBeGreaterThanOrEqual(offset + 700);
  });

  it('is empty past the end and before anything is measured', () => {
    expect(visibleSpan(0, 500, 0, 10, 2)).toEqual({ start: 0, end: 0 });
    expect(visibleSpan(99_999, 500, 100, 10, 2)).toEqual({ start: 10, end: 10 });
  });
});

describe('offsetToReveal', () => {
  it('moves no further than it must', () => {
    expect(offsetToReveal(200, 300, 100, 500)).toBe(100);
    expect(offsetToReveal(50, 150, 100, 500)).toBe(50);
    expect(offsetToReveal(700, 800, 100, 500)).toBe(300);
  });
});

describe('indexAfterKey', () => {
  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 2, 7],
    ['ArrowDown', 9, 9],
    ['ArrowUp', 7, 2],
    ['ArrowUp', 3, 3],
    ['Home', 8, 0],
    ['End', 1, 11],
    ['PageDown', 1, 11],
    ['PageUp', 11, 1],
  ])('%s from %i leads to %i', (key, from, to) => {
    expect(indexAfterKey(key, from, 12, 5, 2)).toBe(to);
  });

  it('leaves other keys and an empty grid alone', () => {
    expect(indexAfterKey('s', 3, 12, 5)).toBeNull();
    expect(indexAfterKey('Home', 0, 0, 5)).toBeNull();
  });
});
