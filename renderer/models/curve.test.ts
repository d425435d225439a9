import { describe, expect, it } from 'vitest';
import { extentOf, heldOut, losses, scalesOf, thin, ticks } from './curve.ts';

const falling = Array.from({ length: 200 }, (_, i) => ({
  step: i + 1,
  value: i === 0 ? 99 : 1 / (i + 1),
}));

describe('a curve of losses', () => {
  it('tells what was learnt from apart from what was held out', () => {
    const curve = [
      { step: 1, loss: 2 },
      { step: 2, loss: 1, heldOut: 1.5 },
    ];
    expect(losses(curve)).toEqual([
      { step: 1, value: 2 },
      { step: 2, value: 1 },
    ]);
    expect(heldOut(curve)).toEqual([{ step: 2, value: 1.5 }]);
  });

  it('is thinned by means, and ends where it ends', () => {
    const four = [1, 2, 3, 4].map((step) => ({ step, value: step }));
    expect(thin(four, 2)).toEqual([
      { step: 2, value: 1.5 },
      { step: 4, value: 3.5 },
    ]);
    expect(thin(four, 4)).toBe(four);
    expect(thin(falling, 60)).toHaveLength(60);
  });

  it('is not flattened by the height it falls from', () => {
    const { steps, values } = extentOf(falling, []);
    expect(steps).toEqual([0, 200]);
    expect(values[1]).toBeLessThan(1);
    expect(extentOf(falling, [{ step: 10, value: 3 }]).values[1]).toBeGreaterThan(3);
  });

  it('has axes also before there is anything to show', () => {
    expect(extentOf([], [])).toEqual({ steps: [0, 1], values: [0, 1] });
  });

  it('puts what lies beyond its axes on their ends', () => {
    const { x, y } = scalesOf({ steps: [0, 10], values: [0, 1] }, 100, 50);
    expect([x(5), y(0), y(1), y(7)]).toEqual([50, 50, 0, 0]);
  });
});

it('ticks of steps are whole, also of few', () => {
  expect(ticks([0, 1], 6, 1)).toEqual([0, 1]);
  expect(ticks([0, 3], 6, 1)).toEqual([0, 1, 2, 3]);
  expect(ticks([0, 60], 6, 1)).toEqual([0, 10, 20, 30, 40, 50, 60]);
});

it.each([
  [[0, 1000], 4, [0, 500, 1000]],
  [[-0.13, 0.31], 3, [0, 0.2]],
  [[1.2, 1.9], 4, [1.2, 1.4, 1.6, 1.8]],
] as const)('ticks of %j are round', (range, count, expected) => {
  expect(ticks(range, count)).toEqual(expected);
});
