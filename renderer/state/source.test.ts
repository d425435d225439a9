import { expect, it } from 'vitest';
import { ALL, isTrash, selectionOf } from './source.ts';

it.each([
  ['is:trashed', true],
  ['sailor IS:Trashed tag:sea', true],
  ['-is:trashed', false],
  ['is:starred', false],
  ['', false],
])('tells whether “%s” shows the trash', (query, expected) => {
  expect(isTrash({ ...ALL, query })).toBe(expected);
});

it.each([
  [
    { query: 'board:Client', sort: 'board', board: 'b' },
    { by: 'list', sort: 'board', board: 'b' },
  ],
  [{ query: 'tag:sea' }, { by: 'list', sort: 'date', query: 'tag:sea' }],
  [{ query: 'a smile' }, { by: 'words', words: 'a smile', limit: 7 }],
  [
    { query: 'a smile', sort: 'rating' },
    { by: 'list', query: 'a smile', sort: 'rating' },
  ],
  [{ like: { kind: 'portrait', id: 'p' } }, { by: 'portrait', id: 'p', limit: 7 }],
  [{ like: { kind: 'picture', reference: 'r' } }, { by: 'picture', reference: 'r', limit: 7 }],
] as const)('is exported as what it shows: %j', (source, selection) => {
  expect(selectionOf({ ...ALL, ...source }, 7)).toMatchObject(selection);
});
