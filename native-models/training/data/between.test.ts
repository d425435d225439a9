import { expect, it } from 'vitest';
import { portraitBetween } from './between.ts';
import { seededRandom } from './random.ts';
import { samplePortrait } from './sample.ts';
import type { Portrait } from './sample.ts';

const portraits = Array.from({ length: 2_000 }, (_, seed) => samplePortrait(seededRandom(seed)));
const pairs = portraits.slice(1).map((b, at) => [portraits[at] ?? b, b] as const);

/** At which hundredth of the way `changed` first holds; it must hold from there on. */
function moment(a: Portrait, b: Portrait, changed: (shown: Portrait) => boolean): number {
  const way = Array.from({ length: 101 }, (_, step) => changed(portraitBetween(a, b, step / 100)));
  const first = way.indexOf(true);
  expect(way.slice(first)).not.toContain(false);
  return first / 100;
}

/** The moments at which options give way, of those in which two portraits of one style differ. */
const momentsOf = (a: Portrait, b: Portrait): number[] =>
  Object.entries(b.options)
    .filter(([group, option]) => a.options[group] !== option)
    .map(([group, option]) => moment(a, b, ({ options }) => options[group] === option));

const shareAtTheMiddle = (moments: readonly number[]): number =>
  moments.filter((t) => Math.abs(t - 0.5) < 0.05).length / moments.length;

it('lets each option give way at a moment of its own, few of them half-way', () => {
  const sameStyle = pairs.filter(([a, b]) => a.style === b.style);
  const ways = sameStyle.map(([a, b]) => momentsOf(a, b));
  const moments = ways.flat();
  expect(Math.min(...moments)).toBeGreaterThanOrEqual(0.2);
  expect(Math.max(...moments)).toBeLessThanOrEqual(0.81);
  expect(shareAtTheMiddle(moments)).toBeLessThan(0.35);
  const spread = ways
    .filter(({ length }) => length >= 5)
    .map((way) => Math.max(...way) - Math.min(...way))
    .sort((one, other) => one - other);
  expect(spread.length).toBeGreaterThan(100);
  expect(spread[Math.floor(spread.length / 20)]).toBeGreaterThan(0.1);
});

it('lets no style give way to another just half-way', () => {
  const otherStyle = pairs.filter(([a, b]) => a.style !== b.style);
  const moments = otherStyle.map(([a, b]) => moment(a, b, ({ style }) => style === b.style));
  expect(moments.filter((t) => Math.abs(t - 0.5) < 0.03)).toEqual([]);
});

it('goes back the way it came', () => {
  for (const [a, b] of pairs.slice(0, 200)) {
    expect(portraitBetween(a, b, 0.3)).toMatchObject({
      style: portraitBetween(b, a, 0.7).style,
      options: portraitBetween(b, a, 0.7).options,
    });
  }
});
