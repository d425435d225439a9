import { expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { samplePortrait, styleOf, twinOf } from './sample.ts';

it('gives a twin another option in one group, and any option of its group', () => {
  const portrait = samplePortrait(seededRandom(1));
  const met = new Map<string, Set<number>>();
  for (let seed = 0; seed < 3_000; seed += 1) {
    const twin = twinOf(portrait, seededRandom(seed));
    const changed = Object.keys(portrait.options).filter(
      (group) => twin.options[group] !== portrait.options[group],
    );
    expect(changed).toHaveLength(1);
    expect({ ...twin, options: portrait.options }).toEqual(portrait);
    const [group = ''] = changed;
    met.set(group, (met.get(group) ?? new Set()).add(twin.options[group] ?? -1));
  }
  for (const [group, options] of Object.entries(styleOf(portrait).groups)) {
    const others = options.map((_, index) => index).filter((i) => i !== portrait.options[group]);
    expect([...(met.get(group) ?? [])].toSorted((a, b) => a - b)).toEqual(others);
  }
});
