import { DEFAULT_DISENTANGLE } from '../../electron/contract/edit.ts';
import type { Phrase } from '../state/slider-set.svelte.ts';

const ARROW = /→|-+>|=+>/;

/** "red hair" or "sad → laughing" as a slider; null while there is nothing to lead to. */
export function parsePhrase(text: string): Phrase | null {
  const parts = text.split(ARROW).map((part) => part.trim());
  const [first = '', second] = parts;
  if (parts.length > 2 || (second ?? first) === '') return null;
  const phrase = { kind: 'text' as const, disentangle: DEFAULT_DISENTANGLE };
  if (second === undefined) return { ...phrase, to: first };
  return { ...phrase, to: second, ...(first !== '' && { from: first }) };
}
