import { expect, it } from 'vitest';
import { strings } from './strings.ts';

/** The field's terms: they may stand in a tooltip, beside plain words. */
const TERMS = /[ψτ]|\bPCA\b|log p\(|\bcosine\b|\blikelihood\b|CLIP’s eyes|\bnats\b|principal/i;
/** What only those read who train models. */
const FOR_MAKERS = ['bridges', 'models', 'measured'];

/** Every string there is, with the path to it; of functions what they are made of. */
function sayings(of: unknown, path: readonly string[] = []): { path: string; said: string }[] {
  if (typeof of === 'string') return [{ path: path.join('.'), said: of }];
  if (typeof of === 'function') {
    const quoted = /`[^`]*`|'[^']*'|"[^"]*"/g;
    const said = (of.toString().match(quoted) ?? []).join(' ');
    return [{ path: path.join('.'), said }];
  }
  return Object.entries(of ?? {}).flatMap(([name, inner]) => sayings(inner, [...path, name]));
}

it('says nothing in terms of the field but in tooltips', () => {
  const told = sayings(strings).filter(
    ({ path }) => !/tip/i.test(path) && !FOR_MAKERS.some((part) => path.startsWith(part)),
  );
  expect(told.length).toBeGreaterThan(500);
  expect(told.filter(({ said }) => TERMS.test(said))).toEqual([]);
});
