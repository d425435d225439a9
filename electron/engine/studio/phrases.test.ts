import { describe, expect, it } from 'vitest';
import type { AttributeGroup } from '../../contract/pack.ts';
import { Phrase } from './phrases.ts';

const hair: AttributeGroup = { kind: 'choice', range: [0, 2] };
const beard: AttributeGroup = { kind: 'choice', range: [2, 4] };
const colour: AttributeGroup = { kind: 'colour', range: [4, 5] };
const groups = [hair, beard, colour];

/** Ten portraits that show the same. */
const all = (...shown: number[]) => Array.from({ length: 10 }, () => Float32Array.from(shown));

const plain = all(1, 0, 1, 0, 0);
const bearded = Float32Array.of(1, 0, 0, 1, 0);

const phrase = (low: readonly Float32Array[], high: readonly Float32Array[], styleShift = 0) =>
  new Phrase(groups, { low, high }, styleShift);
const about = (low: readonly Float32Array[], high: readonly Float32Array[], disentangle: number) =>
  phrase(low, high)
    .about(disentangle)
    .map(({ range }) => range);

describe('what a phrase is about', () => {
  it('is what it shifts most, and with less disentanglement what it shifts as well', () => {
    const said = all(1, 0, 0, 1, 0.3);
    expect(about(plain, said, 0.5)).toEqual([beard.range]);
    expect(about(plain, said, 0.2)).toEqual([beard.range, colour.range]);
  });

  it('is the style where that shifts nearly as much as anything', () => {
    expect(phrase(plain, all(1, 0, 0.4, 0.6, 0), 0.6).isOfStyle).toBe(true);
    expect(phrase(plain, all(1, 0, 0, 1, 0), 0.6).isOfStyle).toBe(false);
    // Where nothing else moves, a little of the style is still chance.
    expect(phrase(plain, plain, 0.1).isOfStyle).toBe(false);
  });

  it('leaves out what is chance, unless there is nothing else', () => {
    const said = all(0.9, 0.1, 1, 0, 0.05);
    expect(about(plain, said, 0)).toEqual([hair.range]);
  });
});

describe('the best example of a phrase', () => {
  it('shows it most', () => {
    const said = [Float32Array.of(1, 0, 0.3, 0.7, 0), bearded, bearded];
    expect(phrase(plain, said).bestExample('high', 0.5)).toBe(1);
  });

  it('of the low end is what goes furthest the other way', () => {
    const unsaid = [bearded, Float32Array.of(1, 0, 0.6, 0.4, 0), Float32Array.of(1, 0, 1, 0, 0)];
    expect(phrase(unsaid, all(...bearded)).bestExample('low', 0.5)).toBe(2);
  });

  it('is no more than the colour that is meant', () => {
    const blue = (much: number) => Float32Array.of(1, 0, 1, 0, much);
    const said = [blue(0.2), blue(0.6), blue(1)];
    // The mean is 0.6: the second is as blue as the phrase, the third no better.
    expect(phrase(plain, said).bestExample('high', 0.5)).toBe(1);
  });
});
