import { describe, expect, it } from 'vitest';
import type { AttributeGroup } from '../../contract/pack.ts';
import { aboutWhat, shiftsBetween } from './phrases.ts';

const style: AttributeGroup = { kind: 'style', range: [0, 2] };
const hair: AttributeGroup = { kind: 'choice', range: [2, 4] };
const beard: AttributeGroup = { kind: 'choice', range: [4, 6] };
const colour: AttributeGroup = { kind: 'colour', range: [6, 7] };
const groups = [style, hair, beard, colour];

/** Ten portraits that show the same. */
const all = (...shown: number[]) => Array.from({ length: 10 }, () => Float32Array.from(shown));

const about = (
  unsaid: readonly Float32Array[],
  said: readonly Float32Array[],
  disentangle: number,
) => aboutWhat(shiftsBetween(groups, unsaid, said), disentangle);

const plain = all(0.5, 0.5, 1, 0, 1, 0, 0);

describe('what a phrase is about', () => {
  it('is what it shifts most, and with less disentanglement what it shifts as well', () => {
    const said = all(0.5, 0.5, 1, 0, 0, 1, 0.3);
    expect(about(plain, said, 0.5)).toEqual([beard.range]);
    expect(about(plain, said, 0.2)).toEqual([beard.range, colour.range]);
  });

  it('is everything where it shifts the style above all', () => {
    const said = all(1, 0, 1, 0, 0.6, 0.4, 0);
    expect(about(plain, said, 1)).toEqual(groups.map(({ range }) => range));
  });

  it('leaves out what is chance, unless there is nothing else', () => {
    const said = all(0.5, 0.5, 0.9, 0.1, 1, 0, 0.05);
    expect(about(plain, said, 0)).toEqual([hair.range]);
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
