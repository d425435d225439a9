import { expect, it } from 'vitest';
import { strings } from '../strings.ts';
import { measuredFacts, remediesIn } from './measured.ts';

it('tells figures in words, and leaves tables to documents', () => {
  const measured = {
    pairs: 20_000,
    inversionError: 0,
    someNewFigure: 0.912345,
    roundTrip: 0.000002,
    table: { a: 1 },
  };
  expect(measuredFacts(measured)).toEqual([
    { name: 'Pictures learnt from', value: '20,000' },
    { name: 'Error of inversion', value: '0' },
    { name: 'Some new figure', value: '0.9123' },
    { name: strings.models.figures.roundTrip, value: '0.000002' },
  ]);
  expect(measuredFacts(undefined)).toEqual([]);
});

it('finds the table of remedies where a pack has one', () => {
  const scores = [{ gap: 'none', heeded: null, siblingsLikeness: 0.4, coverage: 0.5 }] as const;
  const remedies = { judge: null, prompts: 8, siblings: 4, scores: [...scores] };
  expect(remediesIn({ remedies })).toEqual(remedies);
  expect(remediesIn({ remedies: { ...remedies, prompts: 'many' } })).toBeNull();
  expect(remediesIn(undefined)).toBeNull();
});
