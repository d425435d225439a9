import { expect, it } from 'vitest';
import { affinities } from './sessions.ts';

it.each([
  ['two cores', 2, { platform: 'linux', cores: 2, usable: 2 }, '2'],
  ['four cores', 4, { platform: 'linux', cores: 4, usable: 4 }, '2;3;4'],
  ['one thread', 1, { platform: 'linux', cores: 2, usable: 2 }, undefined],
  ['a part of the cores', 2, { platform: 'linux', cores: 4, usable: 4 }, undefined],
  ['a share of a machine', 2, { platform: 'linux', cores: 4, usable: 2 }, undefined],
  ['many cores', 16, { platform: 'linux', cores: 16, usable: 16 }, undefined],
  ['another system', 2, { platform: 'darwin', cores: 2, usable: 2 }, undefined],
])('helper threads on %s', (_, threads, machine, expected) => {
  expect(affinities(threads, machine)).toBe(expected);
});
