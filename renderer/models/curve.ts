/** The geometry of a curve of losses. */
import type { CurvePoint } from '../../electron/contract/bridge.ts';

export interface Point {
  readonly step: number;
  readonly value: number;
}

/** Ranges of both axes. */
export interface Extent {
  readonly steps: readonly [number, number];
  readonly values: readonly [number, number];
}

/** Of the first steps, which fall from a height that would flatten all that follows. */
const SETTLING = 0.05;
const FEW_POINTS = 40;

export const losses = (curve: readonly CurvePoint[]): Point[] =>
  curve.map(({ step, loss }) => ({ step, value: loss }));

/** What was measured of pairs held out. */
export const heldOut = (curve: readonly CurvePoint[]): Point[] =>
  curve.flatMap(({ step, heldOut: value }) => (value === undefined ? [] : [{ step, value }]));

/** No more than `count` points, each the mean of its neighbours. */
export function thin(points: readonly Point[], count: number): readonly Point[] {
  if (points.length <= count) return points;
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * points.length) / count);
    const part = points.slice(from, Math.floor(((i + 1) * points.length) / count));
    const value = part.reduce((sum, point) => sum + point.value, 0) / part.length;
    return { step: part.at(-1)?.step ?? 0, value };
  });
}

/** Ranges that hold both curves, with some air above and below. */
export function extentOf(trained: readonly Point[], unseen: readonly Point[]): Extent {
  const settled =
    trained.length > FEW_POINTS ? trained.slice(Math.ceil(trained.length * SETTLING)) : trained;
  const values = [...settled, ...unseen].map(({ value }) => value).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = Math.max((high - low) * 0.08, 1e-3);
  const last = Math.max(1, trained.at(-1)?.step ?? 1, unseen.at(-1)?.step ?? 1);
  return { steps: [0, last], values: values.length > 0 ? [low - air, high + air] : [0, 1] };
}

/** About `count` round numbers within a range, no closer to one another than `finest`. */
export function ticks([from, to]: readonly [number, number], count: number, finest = 0): number[] {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
  const step = Math.max(round, finest);
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** Positions on a plane of the given size, whose y grows downward. */
export function scalesOf({ steps, values }: Extent, width: number, height: number) {
  const part = (value: number, [from, to]: readonly [number, number]) =>
    Math.min(1, Math.max(0, (value - from) / (to - from)));
  return {
    x: (step: number) => part(step, steps) * width,
    y: (value: number) => (1 - part(value, values)) * height,
  };
}
