import { expect, it } from 'vitest';
import { about, msPerPortrait } from './duration.ts';

it('a run is as fast as its slowest stage, in the median of portraits that were drawn', () => {
  const drawn = [40, 60, 2_000].map((synthesis) => ({ timings: { flow: 5, synthesis } }));
  expect(msPerPortrait(drawn)).toBe(60);
  expect(msPerPortrait([{ timings: {} }, { timings: { synthesis: 10, description: 30 } }])).toBe(
    30,
  );
  expect(msPerPortrait([])).toBeNull();
  expect(msPerPortrait([{ timings: {} }])).toBeNull();
});

it.each([
  [0, 'about 1 s'],
  [80_000, 'about 80 s'],
  [95_000, 'about 2 min'],
  [7_200_000, 'about 2 h'],
])('%i ms are %s', (ms, said) => {
  expect(about(ms)).toBe(said);
});
