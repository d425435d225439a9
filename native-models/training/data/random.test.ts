import { expect, it } from 'vitest';
import { seededRandom } from './random.ts';

const numbers = (count: number, seed: number, place: number): number[] => {
  const random = seededRandom(seed, place);
  return Array.from({ length: count }, () => random.next());
};

it('gives no two places of any data sets the same numbers, not even shifted', () => {
  const met = new Set<number>();
  const [sets, places, count] = [3, 500, 20];
  for (let seed = 1; seed <= sets; seed += 1) {
    for (let place = 0; place < places; place += 1) {
      const drawn = numbers(count, seed, place);
      // Two in a row, so that nothing is met again by chance.
      drawn.slice(1).forEach((number, at) => met.add(number + 2 ** 20 * (drawn[at] ?? 0)));
    }
  }
  expect(met.size).toBe(sets * places * (count - 1));
});

it('is uniform, and has nothing to do with its neighbours', () => {
  const [count, places] = [200, 500];
  const drawn = Array.from({ length: places }, (_, place) => numbers(count, 1, place));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean(drawn.flat())).toBeCloseTo(0.5, 2);
  const together = drawn
    .slice(1)
    .flatMap((row, at) => row.map((number, n) => (number - 0.5) * ((drawn[at]?.[n] ?? 0) - 0.5)));
  expect(Math.abs(mean(together)) * 12).toBeLessThan(0.015);
});
