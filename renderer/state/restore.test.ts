import { describe, expect, it } from 'vitest';
import { type Generation, UNTOUCHED } from '../../electron/contract/generation.ts';
import type { Lock } from '../../electron/contract/lock.ts';
import { unknownSpaces } from '../../electron/contract/spaces.ts';
import { differences, recipeOf, type Recipe } from './restore.ts';

const now: Recipe = {
  without: '',
  prompt: 'a sailor',
  base: null,
  seed: 7,
  truncation: 1,
  temperature: 0.8,
  gap: 'shift',
  variety: 0.5,
  noiseSeed: null,
  strength: 0.4,
  bestOf: 1,
  locks: ['colours'],
};

const COLOURS: Lock = { kind: 'layers', layers: [5, 9] };
const namesOf = (locks: readonly Lock[]): string[] => (locks.includes(COLOURS) ? ['colours'] : []);

const portrait: Generation = {
  id: '0199a5b2-7c00-7000-8000-000000000001',
  prompt: 'a sailor',
  seed: 42,
  settings: { truncation: 0.7, temperature: 0.8, gap: 'shift', count: 4 },
  pack: { id: 'tiny-pack', version: '1.0.0' },
  spaces: unknownSpaces({ id: 'tiny-pack', version: '1.0.0' }),
  device: 'cpu',
  timings: {},
  clipScore: 0.3,
  logLikelihood: null,
  parents: [],
  source: { kind: 'prompt' },
  createdAt: 0,
  width: 16,
  height: 16,
  ...UNTOUCHED,
};

describe('restoring the settings of a portrait', () => {
  it('lists only the fields that would change', () => {
    expect(differences(now, recipeOf(portrait, now, namesOf))).toEqual([
      { field: 'seed', from: 7, to: 42 },
      { field: 'truncation', from: 1, to: 0.7 },
    ]);
  });

  it('changes nothing the second time', () => {
    const recipe = recipeOf(portrait, now, namesOf);
    expect(differences(recipe, recipeOf(portrait, recipe, namesOf))).toEqual([]);
  });

  it('brings back the parent and the distance of a variation', () => {
    const parent = '0199a5b2-7c00-7000-8000-000000000000';
    const child: Generation = {
      ...portrait,
      parents: [parent],
      source: { kind: 'variation', strength: 0.9 },
    };
    const recipe = recipeOf(child, now, namesOf);
    expect(recipe.base).toEqual({ kind: 'variation', of: parent });
    expect(recipe.strength).toBe(0.9);
    expect(recipe.locks).toEqual([]);
    const locked = { ...child, source: { ...child.source, locks: [COLOURS] } } as Generation;
    expect(recipeOf(locked, now, namesOf).locks).toEqual(['colours']);
  });

  it('brings back variety and noise where they were used', () => {
    const settings = {
      ...portrait.settings,
      gap: 'neighbours',
      variety: 0.9,
      noiseSeed: 3,
    } as const;
    const noisy = recipeOf({ ...portrait, settings }, now, namesOf);
    expect(noisy).toMatchObject({ variety: 0.9, noiseSeed: 3 });
    expect(recipeOf(portrait, noisy, namesOf)).toMatchObject({ variety: 0.9, noiseSeed: null });
  });

  it('keeps the present seed for a portrait that was not drawn at random', () => {
    expect(recipeOf({ ...portrait, seed: null }, now, namesOf).seed).toBe(7);
  });
});
