import { expect, it } from 'vitest';
import { locksOf } from './lock.ts';

it('locks mean layers, and directions where the pack has them', () => {
  const directions = ['smile', 'hair-length', 'hair-lightness', 'hairiness'].map((id) => ({ id }));
  expect(locksOf({ layers: 10, directions, holds: [] })).toEqual({
    structure: { kind: 'layers', layers: [0, 4] },
    colours: { kind: 'layers', layers: [5, 9] },
    hair: { kind: 'directions', ids: ['hair-length', 'hair-lightness'] },
    background: null,
  });
});

it('a pack that knows how to hold something is asked to, whatever its directions', () => {
  const directions = [{ id: 'hair-length' }];
  expect(locksOf({ layers: 10, directions, holds: ['hair'] })).toMatchObject({
    hair: { kind: 'shown', what: 'hair' },
    background: null,
  });
});
