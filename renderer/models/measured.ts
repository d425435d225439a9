import { type Remedies, remediesSchema } from '../../electron/contract/remedies.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import type { Fact } from '../ui/fact.ts';

/** The figures that a pack brings of itself, plainly. Tables within them are for documents. */
export function measuredFacts(measured: PackInfo['measured']): Fact[] {
  const names: Readonly<Record<string, string>> = strings.models.figures;
  return Object.entries(measured ?? {}).flatMap(([key, value]) => {
    if (typeof value !== 'number') return [];
    return [{ name: names[key] ?? asWords(key), value: figure(value) }];
  });
}

/** How the ways from words to pictures compare on it; null where it does not tell, or in no way that is known. */
export function remediesIn(measured: PackInfo['measured']): Remedies | null {
  return remediesSchema.safeParse(measured?.['remedies']).data ?? null;
}

const figure = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: 4 });

/** `likeHeldOut` as "like held out", with a capital. */
function asWords(key: string): string {
  const words = key.replaceAll(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
