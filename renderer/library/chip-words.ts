import type { FilterTerm } from '../../electron/contract/query.ts';
import { strings } from '../strings.ts';

/** Shorter, it is the beginning of one. */
const ID_LENGTH = 36;
const SIGNS = { ':': '', '<': '< ', '>': '> ', '<=': '≤ ', '>=': '≥ ' } as const;
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

/** A filter in words, as its chip says it. */
export function chipWords(term: FilterTerm): string {
  const { name, negated } = term;
  const label = strings.search.chipNames[name];
  const words = label === '' ? valueWords(term) : `${label}: ${valueWords(term)}`;
  return negated ? strings.search.not(words) : words;
}

function valueWords({ name, comparison, value }: FilterTerm): string {
  const { search, arrange } = strings;
  const known = value.toLowerCase();
  if (name === 'is') return known === 'starred' ? search.starred : search.trashed;
  if (name === 'label') return (arrange.labels as Record<string, string>)[known] ?? value;
  if (name === 'family') return value.length < ID_LENGTH ? `${value}…` : `…${value.slice(-6)}`;
  const isWholeDay = /^\d{4}-\d\d-\d\d$/.test(value);
  if (isWholeDay && (name === 'day' || name === 'before' || name === 'after')) {
    return day.format(new Date(`${value}T00:00:00Z`));
  }
  return SIGNS[comparison] + value;
}
