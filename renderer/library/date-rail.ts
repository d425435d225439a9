/** What stands along the date rail: its years and months, each where its first portrait is. */
import type { Day } from '../state/day.ts';
import type { Span } from '../state/sparse-list.ts';

/** Between two words on the rail, and between a word and a dot, in px. */
const WORD = 20;
const DOT = 8;

/** The portraits of one month. */
export interface Month {
  year: number;
  /** From 0. */
  month: number;
  /** Index of its first portrait in the list. */
  start: number;
}

export interface Mark extends Month {
  /** Distance from the upper end, in px. */
  at: number;
  kind: 'year' | 'month' | 'dot';
}

export function monthsOf(days: readonly Day[]): Month[] {
  const months: Month[] = [];
  let start = 0;
  for (const { at, count } of days) {
    const [year, month] = [at.getFullYear(), at.getMonth()];
    const last = months.at(-1);
    if (last?.year !== year || last.month !== month) months.push({ year, month, start });
    start += count;
  }
  return months;
}

/** Months along a rail of some height, with words where there is room: years before months. */
export function marksOf(months: readonly Month[], total: number, height: number): Mark[] {
  if (total === 0) return [];
  const all = months.map((month, nth) => ({
    ...month,
    at: (month.start / total) * height,
    isFirst: month.year !== months[nth - 1]?.year,
  }));
  const years = spread(
    all.filter(({ isFirst }) => isFirst),
    [],
    WORD,
  );
  const others = all.filter((mark) => !years.includes(mark));
  const named = spread(others, years, WORD);
  const dots = spread(
    others.filter((mark) => !named.includes(mark)),
    [...years, ...named],
    DOT,
  );
  const kinds = { year: years, month: named, dot: dots };
  return Object.entries(kinds)
    .flatMap(([kind, marks]) =>
      marks.map(({ year, month, start, at }) => ({
        ...{ year, month, start, at },
        kind: kind as Mark['kind'],
      })),
    )
    .sort((a, b) => a.at - b.at);
}

/** Those that keep a distance from each other and from those that are there already. */
function spread<T extends { at: number }>(
  marks: readonly T[],
  there: readonly T[],
  by: number,
): T[] {
  const placed: T[] = [];
  for (const mark of marks) {
    const isNear = ({ at }: T) => Math.abs(at - mark.at) < by;
    const last = placed.at(-1);
    if (!(last && isNear(last)) && !there.some(isNear)) placed.push(mark);
  }
  return placed;
}

/** The day on which the portrait at an index was made. */
export function dayAt(days: readonly Day[], index: number): Day | undefined {
  let end = 0;
  return days.find(({ count }) => index < (end += count)) ?? days.at(-1);
}

/**
 * Where a key leads on the rail: to a neighbouring month or year, or an end; null for any other key.
 *
 * @param row the uppermost in view: a month that begins in it is the one that is looked at
 */
export function monthAfterKey(key: string, months: readonly Month[], row: Span): number | null {
  const nth = months.findLastIndex(({ start }) => start < row.end);
  const here = months[nth];
  if (!here) return null;
  switch (key) {
    case 'ArrowUp':
      return (here.start < row.start ? here : (months[nth - 1] ?? here)).start;
    case 'ArrowDown':
      return (months[nth + 1] ?? here).start;
    case 'PageUp':
      return (
        months.findLast(({ year, start }, at) => {
          const isFirst = months[at - 1]?.year !== year;
          return isFirst && start < row.start;
        }) ?? here
      ).start;
    case 'PageDown':
      return (months.find(({ year }, at) => at > nth && year !== here.year) ?? here).start;
    case 'Home':
      return 0;
    case 'End':
      return months.at(-1)?.start ?? 0;
    default:
      return null;
  }
}
