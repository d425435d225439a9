import { expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { labelsOf, samplePortrait, styleOf, counterfactualOf } from './sample.ts';
import type { Portrait } from './sample.ts';

it('gives a counterfactual another mouth, other eyebrows or another beard, whichever there is', () => {
  const portrait = samplePortrait(seededRandom(1));
  const met = new Map<string, Set<number>>();
  for (let seed = 0; seed < 1_000; seed += 1) {
    const other = counterfactualOf(portrait, seededRandom(seed));
    const changed = Object.keys(portrait.options).filter(
      (group) => other.options[group] !== portrait.options[group],
    );
    expect(changed).toHaveLength(1);
    expect({ ...other, options: portrait.options }).toEqual(portrait);
    const [group = ''] = changed;
    met.set(group, (met.get(group) ?? new Set()).add(other.options[group] ?? -1));
  }
  const { groups } = styleOf(portrait);
  const small = Object.keys(groups).filter((group) =>
    ['mouth', 'eyebrows', 'facialHair', 'beard'].includes(group),
  );
  expect(new Set(met.keys())).toEqual(new Set(small));
  for (const [group, found] of met) {
    const options = groups[group]?.map((_, index) => index) ?? [];
    expect(new Set([...found, portrait.options[group]])).toEqual(new Set(options));
  }
});

it('has the labels of what is drawn where one option covers another: a beard with a mouth of its own', () => {
  const { groups } = styleOf({ style: 'personas' });
  const index = (group: string, id: string | null): number =>
    groups[group]?.findIndex((option) => option.id === id) ?? -1;
  const shaven: Portrait = {
    ...samplePortrait(seededRandom(1)),
    style: 'personas',
    options: {
      ...Object.fromEntries(Object.keys(groups).map((group) => [group, 0])),
      mouth: index('mouth', 'frown'),
      facialHair: index('facialHair', null),
    },
  };
  const bearded = {
    ...shaven,
    options: { ...shaven.options, facialHair: index('facialHair', 'beardMustache') },
  };
  expect(labelsOf(shaven)).toMatchObject({ expression: 'sad' });
  expect(labelsOf(bearded)).toMatchObject({ expression: 'laughing', beard: 'beard' });
});
