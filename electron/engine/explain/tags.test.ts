import { describe, expect, it } from 'vitest';
import { calibrate, nearest, rankAmong } from './tags.ts';

const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

describe('nearest', () => {
  const names = ['always near', 'telling', 'opposite'];
  const embeddings = [at(0), at(80), at(260)];
  const phrases = calibrate(names, embeddings, [at(-20), at(-10), at(0), at(10), at(20)]);

  it('puts what tells a picture from others before what lies near all of them', () => {
    const tags = nearest(at(20), phrases, 3);
    expect(tags.map(({ phrase }) => phrase)).toEqual(['telling', 'always near', 'opposite']);
    expect(tags[0]!.similarity).toBeLessThan(tags[1]!.similarity);
    expect(nearest(at(20), phrases, 1)).toEqual(tags.slice(0, 1));
  });

  it('says nothing by phrases that no sample varies along', () => {
    const [one] = nearest(at(20), calibrate(['flat'], [at(0)], [at(5), at(5)]), 1);
    expect(one!.standing).toBe(0);
  });
});

it('rankAmong counts those below, and half of those that are equal', () => {
  expect(rankAmong(2, [1, 2, 3, 4])).toBe(0.375);
  expect(rankAmong(9, [1, 2])).toBe(1);
  expect(rankAmong(0, [1, 2])).toBe(0);
  expect(rankAmong(5, [5, 5])).toBe(0.5);
});
