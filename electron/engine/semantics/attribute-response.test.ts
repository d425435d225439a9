import { describe, expect, it } from 'vitest';
import type { AttributeGroup } from '../../contract/pack.ts';
import type { End } from './attribute-editor.ts';
import { LocalResponse } from './attribute-response.ts';

const hair: AttributeGroup = { kind: 'choice', range: [0, 2], goesWith: [] };
const beard: AttributeGroup = { kind: 'choice', range: [2, 4], goesWith: [] };
const colour: AttributeGroup = { kind: 'colour', range: [4, 5], goesWith: [] };
const groups = [hair, beard, colour];

/** Ten portraits that show the same. */
const all = (...shown: number[]) => Array.from({ length: 10 }, () => Float32Array.from(shown));

const plain = all(1, 0, 1, 0, 0);
const bearded = Float32Array.of(1, 0, 0, 1, 0);

const phrase = (low: readonly Float32Array[], high: readonly Float32Array[], styleShift = 0) =>
  new LocalResponse({
    ...{ groups, styleShift, cooccurrence: null, examples: { low, high } },
    shown: Float32Array.of(1, 0, 1, 0, 0),
  });
const about = (low: readonly Float32Array[], high: readonly Float32Array[], disentangle: number) =>
  phrase(low, high)
    .about('high', disentangle)
    .map(({ range }) => range);

const example = (of: LocalResponse, end: End, disentangle: number) =>
  of.bestExample(end, of.about(end, disentangle));

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

describe('what comes along by itself', () => {
  /** Of long hair and of short, of shaven faces and of bearded: hair follows beards, beards not hair. */
  const cooccurrence = Float32Array.from(
    [
      [1, 0, 1, 0, 0],
      [0, 1, 0.5, 0.5, 0],
      [0.7, 0.3, 1, 0, 0],
      [0, 1, 0, 1, 0],
      [0, 0, 0, 0, 0],
    ].flat(),
  );
  const ofAll = (
    high: readonly Float32Array[],
    { low = plain, disentangle = 0.8, end = 'high' as End } = {},
  ) =>
    new LocalResponse({
      ...{ groups, styleShift: 0, cooccurrence, examples: { low, high } },
      shown: Float32Array.of(1, 0, 1, 0, 0),
    })
      .about(end, disentangle)
      .map(({ range }) => range);

  it('is not said: who gets a beard keeps the hair', () => {
    const both = all(0, 1, 0, 1, 0);
    expect(about(plain, both, 0.8)).toEqual([hair.range, beard.range]);
    expect(ofAll(both)).toEqual([beard.range]);
    expect(ofAll(plain, { low: both, end: 'low' })).toEqual([beard.range]);
  });

  it('is said where it does not usually come along', () => {
    // Half of short hair has a beard by itself, and here none of it does.
    const halfBearded = [...all(1, 0, 1, 0, 0), ...all(1, 0, 0, 1, 0), ...all(1, 0, 0, 1, 0)];
    const shorn = all(0, 1, 1, 0, 0);
    expect(ofAll(shorn, { low: halfBearded, disentangle: 0.4 })).toEqual([hair.range, beard.range]);
    expect(ofAll(all(0, 1, 0, 1, 0.9))).toEqual([beard.range, colour.range]);
  });

  it('comes along with less disentanglement', () => {
    expect(ofAll(all(0, 1, 0, 1, 0), { disentangle: 0.2 })).toEqual([beard.range, hair.range]);
  });
});

describe('what contradicts a phrase', () => {
  const expression = (...fitting: string[]) => ({ expression: fitting });
  const mouth: AttributeGroup = {
    ...{ kind: 'choice', range: [0, 2] },
    goesWith: [expression('neutral'), expression('laughing')],
  };
  const brows: AttributeGroup = {
    ...{ kind: 'choice', range: [2, 5] },
    goesWith: [{}, expression('happy', 'laughing'), expression('angry')],
  };
  const hat: AttributeGroup = {
    ...{ kind: 'choice', range: [5, 7] },
    goesWith: [{}, { headwear: ['hat'] }],
  };
  const [plainBrows, happyBrows, angryBrows] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const;
  const laughter = (shown: readonly number[], high = all(0, 1, ...plainBrows, 1, 0)) =>
    new LocalResponse({
      groups: [mouth, brows, hat],
      shown: Float32Array.from(shown),
      examples: { low: all(1, 0, ...plainBrows, 1, 0), high },
      ...{ styleShift: 0, cooccurrence: null },
    });
  const taken = (phrase: LocalResponse) => phrase.about('high', 0.8).map(({ range }) => range);

  it('goes along: laughter takes angry eyebrows away', () => {
    expect(taken(laughter([1, 0, ...angryBrows, 1, 0]))).toEqual([mouth.range, brows.range]);
  });

  it('is nothing that goes with it, says nothing or speaks of something else', () => {
    expect(taken(laughter([1, 0, ...happyBrows, 1, 0]))).toEqual([mouth.range]);
    expect(taken(laughter([1, 0, ...plainBrows, 1, 0]))).toEqual([mouth.range]);
    expect(taken(laughter([1, 0, ...plainBrows, 0, 1]))).toEqual([mouth.range]);
  });

  it('is not in the example that is taken', () => {
    // More of them are angry than not, as where eyebrows of other styles stand for nothing.
    const examples = [
      ...all(0, 1, ...angryBrows, 1, 0),
      ...all(0, 1, ...plainBrows, 1, 0).slice(2),
    ];
    const phrase = laughter([1, 0, ...angryBrows, 1, 0], examples);
    expect(example(phrase, 'high', 0.8)).toBe(10);
  });
});

describe('the best example of a phrase', () => {
  it('shows it most', () => {
    const said = [Float32Array.of(1, 0, 0.3, 0.7, 0), bearded, bearded];
    expect(example(phrase(plain, said), 'high', 0.5)).toBe(1);
  });

  it('of the low end is what goes furthest the other way', () => {
    const unsaid = [bearded, Float32Array.of(1, 0, 0.6, 0.4, 0), Float32Array.of(1, 0, 1, 0, 0)];
    expect(example(phrase(unsaid, all(...bearded)), 'low', 0.5)).toBe(2);
  });

  it('is no more than the colour that is meant', () => {
    const blue = (much: number) => Float32Array.of(1, 0, 1, 0, much);
    const said = [blue(0.2), blue(0.6), blue(1)];
    // The mean is 0.6: the second is as blue as the phrase, the third no better.
    expect(example(phrase(plain, said), 'high', 0.5)).toBe(1);
  });
});
