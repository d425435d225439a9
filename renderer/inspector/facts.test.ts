import { expect, it } from 'vitest';
import { stubPortrait } from '../../test/contract/stub-studio.ts';
import { strings } from '../strings.ts';
import { factsOf } from './facts.ts';

it('a portrait says first which of its words were not heard, where there are any', () => {
  const portrait = stubPortrait(1);
  const names = (shown: typeof portrait) => factsOf(shown).map(({ name }) => name);
  expect(names(portrait)).not.toContain(strings.inspector.unheard);
  const settings = { ...portrait.settings, unheard: ['日本', '🎩'] };
  const [first] = factsOf({ ...portrait, settings });
  expect(first).toMatchObject({ name: strings.inspector.unheard, value: '日本, 🎩' });
});

it('names no more words than are read', () => {
  const many = Array.from({ length: 40 }, (_, i) => `w${i}`);
  expect(strings.create.unheard(many)).toContain('“w11” and 28 more');
  expect(strings.create.unheard(['one'])).toContain('Not heard: “one”. ');
});
