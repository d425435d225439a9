import { expect, it } from 'vitest';
import { Endings, overallShare, type Work, worksOf } from './background.ts';

const idle = { run: null };

/** A window in which so much is under way. */
function windowWith(works: Record<string, unknown>): Parameters<typeof worksOf>[0] {
  const nothing = {
    create: { queue: { runs: [], current: null } },
    ...{ exports: idle, renders: idle, bringingIn: idle, upkeep: idle, atlas: idle },
    models: { imports: idle, hub: idle, bridges: idle },
  };
  return { ...nothing, ...works } as unknown as Parameters<typeof worksOf>[0];
}

it('counts what is drawn as one, with all that waits', () => {
  const run = { count: 4, done: 3 };
  const queue = { runs: [run, { count: 8, done: 0 }], current: run };
  expect(worksOf(windowWith({ create: { queue } }))).toEqual([{ kind: 'drawing', share: 0.25 }]);
  // A queue that stands still does nothing.
  expect(worksOf(windowWith({ create: { queue: { ...queue, current: null } } }))).toEqual([]);
});

it('is as far as all of it is together, and nowhere without any', () => {
  const works = worksOf(
    windowWith({
      exports: { run: { done: 1, total: 2 } },
      upkeep: { run: { done: 5, total: 0 } },
      bringingIn: { run: { share: 1 } },
    }),
  );
  expect(works.map(({ kind }) => kind)).toEqual(['export', 'bring-in', 'upkeep']);
  expect(overallShare(works)).toBe(0.5);
  expect(overallShare([])).toBeNull();
});

it('tells once of what took long, and not of what was over soon', () => {
  const endings = new Endings();
  const film: Work = { kind: 'film', share: 0 };
  const upkeep: Work = { kind: 'upkeep', share: 0 };
  expect(endings.take([film], 0)).toEqual([]);
  expect(endings.take([film, upkeep], 9_000)).toEqual([]);
  expect(endings.take([], 12_000)).toEqual(['film']);
  expect(endings.take([], 30_000)).toEqual([]);
  expect(endings.take([film], 40_000)).toEqual([]);
  expect(endings.take([], 41_000)).toEqual([]);
});
