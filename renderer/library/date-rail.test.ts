import { describe, expect, it } from 'vitest';
import { dayAt, marksOf, monthAfterKey, monthsOf } from './date-rail.ts';

const day = (text: string, count: number) => ({ at: new Date(`${text}T00:00`), count });
const days = [
  day('2026-02-03', 5),
  day('2026-02-01', 15),
  day('2026-01-31', 30),
  day('2025-12-24', 40),
  day('2025-11-01', 10),
  day('2023-06-01', 100),
];
const months = monthsOf(days);

describe('a date rail', () => {
  it('knows where each month begins in the list', () => {
    expect(months.map(({ year, month, start }) => [year, month, start])).toEqual([
      [2026, 1, 0],
      [2026, 0, 20],
      [2025, 11, 50],
      [2025, 10, 90],
      [2023, 5, 100],
    ]);
    expect(dayAt(days, 4)).toBe(days[0]);
    expect(dayAt(days, 5)).toBe(days[1]);
    expect(dayAt(days, 10_000)).toBe(days[5]);
  });

  it('has words in proportion to what was made, years before months, none over another', () => {
    expect(marksOf(months, 200, 400).map(({ kind, at }) => [kind, at])).toEqual([
      ['year', 0],
      ['month', 40],
      ['year', 100],
      ['month', 180],
      ['year', 200],
    ]);
    expect(marksOf(months, 200, 200).map(({ kind }) => kind)).toEqual([
      'year',
      'month',
      'year',
      'dot',
      'year',
    ]);
    expect(marksOf([], 0, 400)).toEqual([]);
  });

  it.each([
    ['ArrowDown', 0, 20],
    ['ArrowUp', 30, 20],
    ['ArrowUp', 20, 0],
    ['PageDown', 3, 50],
    ['PageUp', 120, 100],
    ['PageUp', 100, 50],
    ['Home', 77, 0],
    ['End', 3, 100],
    ['ArrowDown', 150, 100],
  ])('%s leads from %i to %i', (key, from, to) => {
    expect(monthAfterKey(key, months, { start: from, end: from + 1 })).toBe(to);
  });

  it('goes on from a month that begins within a row', () => {
    const row = { start: 18, end: 24 };
    expect(monthAfterKey('ArrowDown', months, row)).toBe(50);
    expect(monthAfterKey('ArrowUp', months, row)).toBe(0);
  });

  it('leaves other keys alone', () => {
    expect(monthAfterKey('x', months, { start: 0, end: 1 })).toBeNull();
    expect(monthAfterKey('End', [], { start: 0, end: 1 })).toBeNull();
  });
});
