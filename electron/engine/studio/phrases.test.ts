import { describe, expect, it } from 'vitest';
import type { AttributeGroup } from '../../contract/pack.ts';
import { Phrase } from './phrases.ts';

const style: AttributeGroup = { kind: 'style', range: [0, 2] };
const hair: AttributeGroup = { kind: 'choice', range: [2, 4] };
const beard: AttributeGroup = { kind: 'choice', range: [4, 6] };
const colour: AttributeGroup = { kind: 'colour', range: [6, 7] };
const groups = [style, hair, beard, colour];

/** Ten portraits that show the same. */
const all = (...shown: number[]) => Array.from({ length: 10 }, () => Float32Array.from(shown));

const plain = all(1, 0, 1, 0, 1, 0, 0);
const [portrait] = plain as [Float32Array];

const phrase = (low: readonly Float32Array[], high: readonly Float32Array[]) =>
  new Phrase(groups, { low, high });
const about = (
  low: readonly Float32Array[],
  high: readonly Float32Array[],
  disentangle: number,
  at = portrait,
) =>
  phrase(low, high)
    .about(at, disentangle)
    .map(({ range }) => range);

describe('what a phrase is about', () => {
  it('is what it shifts most, and with less disentanglement what it shifts as well', () => {
    const said = all(1, 0, 1, 0, 0, 1, 0.3);
    expect(about(plain, said, 0.5)).toEqual([beard.range]);
    expect(about(plain, said, 0.2)).toEqual([beard.range, colour.range]);
  });

  it('is everything where it shifts the style above all', () => {
    const said = all(0, 1, 1, 0, 0.6, 0.4, 0);
    expect(phrase(plain, said).isOfStyle).toBe(true);
    expect(about(plain, said, 1)).toEqual(groups.map(({ range }) => range));
  });

  it('leaves out what is chance, unless there is nothing else', () => {
    const said = all(1, 0, 0.9, 0.1, 1, 0, 0.05);
    expect(about(plain, said, 0)).toEqual([hair.range]);
  });

  it('is only what the portrait has: the largest shift of another style does not count', () => {
    const said = all(1, 0, 0.6, 0.4, 0, 1, 0);
    const beardless = portrait.with(4, 0);
    expect(about(plain, said, 0.5)).toEqual([beard.range]);
    expect(about(plain, said, 0.5, beardless)).toEqual([hair.range]);
  });

  it('counts a choice among the portraits that have it, and believes few of them less', () => {
    // Only half of the portraits have a beard to choose, in both: its share moves all the same.
    const half = (...beards: number[]) => [
      ...all(0.5, 0.5, 1, 0, ...beards, 0),
      ...all(0.5, 0.5, 1, 0, 0, 0, 0),
    ];
    expect(about(half(1, 0), half(0, 1), 1)).toEqual([beard.range]);
    const seldom = (beardless: number) => [
      Float32Array.of(0.5, 0.5, 1, 0, beardless, 1 - beardless, 0),
      ...all(0.5, 0.5, 1, 0, 0, 0, 0),
    ];
    // One portrait in eleven is too few to outweigh a colour that all share.
    const coloured = seldom(0).map((shown) => shown.with(6, 0.5));
    expect(about(seldom(1), coloured, 1)).toEqual([colour.range]);
  });
});

describe('the best example of a phrase', () => {
  const bearded = portrait.with(4, 0).with(5, 1);
  const ofOtherStyle = bearded.with(0, 0).with(1, 1);

  it('shows it most, in the style of the portrait', () => {
    const said = [ofOtherStyle, portrait, portrait.with(4, 0.3).with(5, 0.7), bearded, bearded];
    expect(phrase(plain, said).bestExample(portrait, 'high', 0.5)).toBe(3);
  });

  it('of the low end is what goes furthest the other way', () => {
    const unsaid = [bearded, portrait.with(4, 0.6).with(5, 0.4), portrait];
    expect(phrase(unsaid, all(...bearded)).bestExample(bearded, 'low', 0.5)).toBe(2);
  });

  it('is no more than the colour that is meant', () => {
    const blue = (much: number) => portrait.with(6, much);
    const said = [blue(0.2), blue(0.6), blue(1)];
    // The mean is 0.6: the second is as blue as the phrase, the third no better.
    expect(phrase(plain, said).bestExample(portrait, 'high', 0.5)).toBe(1);
  });

  it('is not there where nothing of the portrait’s style was drawn, or the phrase means a style', () => {
    expect(phrase(plain, all(...ofOtherStyle)).bestExample(portrait, 'high', 0.5)).toBeUndefined();
    const mixed = phrase([...plain, ofOtherStyle], [...all(...ofOtherStyle), portrait]);
    expect(mixed.bestExample(portrait, 'high', 0.5)).toBeUndefined();
  });
});
