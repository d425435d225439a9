import './test-window.ts';
import { expect, it } from 'vitest';
import type { Generation } from '../../electron/contract/generation.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import { EaselLook } from './easel-look.svelte.ts';
import type { Edits } from './edits.svelte.ts';
import type { Easel } from './easel.svelte.ts';
import type { Library } from './library.svelte.ts';

/** A look at a portrait with parents, of which the library knows the first. */
function lookAt(parents: readonly number[], edited = false): EaselLook {
  const current: Generation = { ...stubPortrait(5), parents: parents.map(portraitId) };
  const known = [stubPortrait(1)];
  return new EaselLook(
    { current } as Easel,
    { of: current.id, isEdited: edited } as Edits,
    { portrait: (id) => known.find((one) => one.id === id) } as Library,
  );
}

it('sees a portrait before its edits, and else the one it was made from', () => {
  expect(lookAt([1], true).before).toBe(portraitId(5));
  expect(lookAt([1]).before).toBe(portraitId(1));
});

it('sees nothing before where there was nothing, or more than one, or it is gone', () => {
  for (const parents of [[], [1, 2], [3]]) {
    const look = lookAt(parents);
    look.hold();
    expect([look.before, look.isBefore]).toEqual([null, false]);
  }
});

it('sees it as long as it is held', () => {
  const look = lookAt([1]);
  expect(look.isBefore).toBe(false);
  look.hold();
  expect(look.isBefore).toBe(true);
  look.letGo();
  expect(look.isBefore).toBe(false);
});
