import { type Generation, UNTOUCHED } from '../../electron/contract/generation.ts';
import { unknownSpaces } from '../../electron/contract/spaces.ts';
import type { StudioService } from '../../electron/contract/service.ts';

/** A studio of which only the given methods are there; calling another one fails the test. */
export function stubStudio(methods: Partial<StudioService>): StudioService {
  return methods as StudioService;
}

export const portraitId = (n: number) =>
  `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** A portrait of the library that no pack has drawn. */
export function stubPortrait(n: number): Generation {
  return {
    id: portraitId(n),
    createdAt: 1_700_000_000_000 + n,
    prompt: 'a stub 🎨 with emoji',
    seed: n,
    settings: { count: 1, truncation: 1, temperature: 0.8, gap: 'shift' },
    pack: { id: 'stub', version: '1.0.0' },
    spaces: unknownSpaces({ id: 'stub', version: '1.0.0' }),
    device: 'cpu',
    timings: { render: 12.5 },
    clipScore: 0.25,
    logLikelihood: -123.5,
    width: 128,
    height: 128,
    parents: [],
    source: { kind: 'prompt' },
    ...UNTOUCHED,
  };
}
