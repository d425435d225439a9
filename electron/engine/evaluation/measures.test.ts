import { expect, test } from 'vitest';
import { clipScore, coverage, rPrecision, siblingsLikeness } from './measures.ts';

const [X, Y, Z] = [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0), Float32Array.of(0, 0, 1)];
const between = Float32Array.of(0.8, 0.6, 0);

test('portraits nearest to their own text are found, others are not', () => {
  const groups = [
    { text: X, pictures: [X, between] },
    { text: Y, pictures: [between, Z] },
  ];
  expect(clipScore(groups)).toBeCloseTo((1 + 0.8 + 0.6 + 0) / 4);
  // The second text's first portrait is nearer to the first text; its second to none.
  expect(rPrecision(groups)).toBe(0.5);
  expect(siblingsLikeness(groups)).toBeCloseTo((0.8 + 0) / 2);
});

test('a portrait that lies as near to another text is not found', () => {
  expect(
    rPrecision([
      { text: X, pictures: [X] },
      { text: X, pictures: [X] },
    ]),
  ).toBe(0);
});

test('of single portraits no likeness is told', () => {
  expect(siblingsLikeness([{ text: X, pictures: [X] }])).toBeNull();
});

test('pictures are covered that something drawn lies as near to as their neighbours do', () => {
  const [nearX, nearZ] = [Float32Array.of(0.96, 0.28, 0), Float32Array.of(0, 0.28, 0.96)];
  expect(coverage([X, nearX, Z, nearZ], [X], 1)).toBe(0.5);
  expect(coverage([X, nearX, Z, nearZ], [X], 3)).toBe(1);
  expect(coverage([X, nearX, Z, nearZ], [], 3)).toBe(0);
});
