/** Portraits for tests of what the window knows of them; a later one has a higher number. */
import type { Generation } from '../../electron/contract/generation.ts';

export const idOf = (n: number) => `0199a5b2-7c00-7000-8000-${String(n).padStart(12, '0')}`;

export function portrait(n: number): Generation {
  return {
    ...{ id: idOf(n), prompt: 'a sailor', seed: n, width: 128, height: 128, createdAt: n },
    settings: { truncation: 1, temperature: 1, gap: 'none', count: 1 },
    pack: { id: 'tiny', version: '1.0.0' },
    ...{ device: 'cpu', timings: {}, clipScore: null, logLikelihood: null, parents: [] },
    ...{ source: { kind: 'prompt' }, starred: false, trashedAt: null },
  };
}
