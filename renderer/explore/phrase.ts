import type { Phrase } from '../state/edits.svelte.ts';

const ARROW = /→|-+>|=+>/;

/** "red hair" or "sad → laughing" as a slider; null while there is nothing to lead to. */
export function parsePhrase(text: string): Phrase | null {
  const parts = text.split(ARROW).map((part) => part.trim());
  const [first = '', second] = parts;
  if (parts.length > 2 || (second ?? first) === '') return null;
  if (second === undefined) return { kind: 'text', to: first, disentangle: 0 };
  return { kind: 'text', to: second, ...(first !== '' && { from: first }), disentangle: 0 };
}
