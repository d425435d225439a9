import { describe, expect, it } from 'vitest';
import { cellKey, standsBefore } from './cells.ts';
import { ClusterWords } from './cluster-words.ts';
import { isInside } from './inside.ts';

describe('cells', () => {
  it('hold four of the next level each', () => {
    const quarters = [
      [0.01, 0.01],
      [0.24, 0.01],
      [0.01, 0.24],
      [0.24, 0.24],
    ] as const;
    expect(new Set(quarters.map(([x, y]) => cellKey(x, y, 2))).size).toBe(1);
    expect(new Set(quarters.map(([x, y]) => cellKey(x, y, 3))).size).toBe(4);
  });

  it('are stood for by the same portrait in whatever order they are met', () => {
    const seqs = Array.from({ length: 50 }, (_, n) => n + 1);
    const best = (all: readonly number[]) => all.reduce((a, b) => (standsBefore(b, a) ? b : a));
    expect(best(seqs.toReversed())).toBe(best(seqs));
    // Not simply the oldest, which would leave the newest unseen.
    expect([1, 50]).not.toContain(best(seqs));
  });
});

describe('words on clusters', () => {
  const words = new ClusterWords();
  for (let n = 0; n < 10; n += 1) {
    words.add({ x: 0.1, y: 0.1 + n / 1e3, words: 'a portrait of a sailor, old' });
    words.add({
      x: 0.9,
      y: 0.9,
      words: n < 5 ? 'a portrait of a chef' : 'a portrait of a chef at sea',
    });
  }

  it('are those that stand there more than elsewhere', () => {
    const all = words.between({ x: 0, y: 0 }, { x: 1, y: 1 }, 1);
    expect(all.map(({ words: told }) => told)).toEqual([
      ['old', 'sailor'],
      ['chef', 'sea'],
    ]);
    expect(all.map(({ count }) => count)).toEqual([10, 10]);
    expect(all[0]?.y).toBeCloseTo(0.1045, 4);
  });

  it('set a cluster apart: none that stands on most of them, and none that only joins others', () => {
    const many = new ClusterWords();
    for (const [n, what] of ['hat', 'scarf', 'beard', 'veil'].entries()) {
      const common = n < 3 ? 'woman' : 'man';
      for (let i = 0; i < 8; i += 1) {
        const words = `a ${common} with a ${what} and her ${i < 6 ? 'garden' : 'house'}, not without them`;
        many.add({ x: (n % 2) * 0.8 + 0.1, y: n < 2 ? 0.1 : 0.9, words });
      }
    }
    const told = many.between({ x: 0, y: 0 }, { x: 1, y: 1 }, 1).map(({ words: each }) => each);
    expect(told).toEqual(expect.arrayContaining([['hat'], ['scarf'], ['beard'], ['man', 'veil']]));
  });

  it('are told of what is looked at', () => {
    const told = words.between({ x: 0.6, y: 0.6 }, { x: 1, y: 1 }, 12);
    expect(told.map(({ words: each }) => each)).toEqual([['chef', 'sea']]);
  });
});

it('is inside of a line where it crosses it once on the way out', () => {
  const line = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0.5, y: 0.2 },
    { x: 0, y: 1 },
  ];
  expect(isInside(line, 0.1, 0.5)).toBe(true);
  expect(isInside(line, 0.9, 0.5)).toBe(true);
  expect(isInside(line, 0.5, 0.5)).toBe(false);
  expect(isInside(line, 0.5, 0.1)).toBe(true);
  expect(isInside(line, 1.5, 0.5)).toBe(false);
});
