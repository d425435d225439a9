import { expect, it } from 'vitest';
import type { Edit } from '../../electron/contract/edit.ts';
import { keyOf, ownIn, slidesOf } from './sliders.ts';

const slide = (id: string, amount = 1): Edit => ({
  ...{ kind: 'slide', direction: { kind: 'named', id }, amount, layers: [0, 11] },
});
const mix: Edit = { kind: 'mix', with: '0191d5e0-0000-7000-8000-000000000000', layers: [6, 11] };

it('knows sliders whose directions have not been looked for', () => {
  const keys = [10, 2].map((index) => keyOf({ kind: 'principal', index }));
  expect(ownIn(['named/smile', ...keys, 'text//principal/3'])).toEqual([2, 10]);
});

it('sees sliders only in what nothing but different sliders made', () => {
  const edits = [slide('smile'), slide('age', -2)];
  expect(slidesOf({ kind: 'edit', edits })).toEqual(edits);
  expect(slidesOf({ kind: 'edit', edits: [...edits, slide('smile')] })).toBeNull();
  expect(slidesOf({ kind: 'edit', edits: [...edits, mix] })).toBeNull();
  expect(slidesOf({ kind: 'edit', edits: [] })).toBeNull();
  expect(slidesOf({ kind: 'prompt' })).toBeNull();
});
