import { expect, it } from 'vitest';
import { ALL, isTrash } from './source.ts';

it.each([
  ['is:trashed', true],
  ['sailor IS:Trashed tag:sea', true],
  ['-is:trashed', false],
  ['is:starred', false],
  ['', false],
])('tells whether “%s” shows the trash', (query, expected) => {
  expect(isTrash({ ...ALL, query })).toBe(expected);
});
