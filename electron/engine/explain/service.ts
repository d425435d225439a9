import type { StudioService } from '../../contract/service.ts';
import { shared } from '../jobs/abort.ts';
import type { LoadOptions, Models } from '../models/models.ts';
import type { Session } from '../session/session.ts';
import type { Explanations } from './explanations.ts';
import type { KnownWords } from './known-words.ts';

export interface ExplainServiceParts {
  readonly explanations: Explanations;
  readonly knownWords: KnownWords;
  readonly packs: { models(): Promise<Models> };
}

/** A session on a pack that draws a portrait, by the portrait's id. */
type SessionFor = (id: string, options: LoadOptions) => Promise<Session>;

/** What portraits mean, and which words mean something. */
export function explainService(
  { explanations, knownWords, packs }: ExplainServiceParts,
  sessionFor: SessionFor,
): Pick<StudioService, 'explain' | 'unknownWords' | 'vocabulary'> {
  return {
    explain: async ({ id }, { signal, onEvent } = {}) =>
      explanations.explain(id, await sessionFor(id, { signal }), { signal, onProgress: onEvent }),
    unknownWords: async ({ texts }, { signal } = {}) => {
      const models = await shared(packs.models(), signal);
      return { unknown: await knownWords.unknown(texts, models, signal) };
    },
    vocabulary: async (_, { signal } = {}) => {
      const { pack } = await shared(packs.models(), signal);
      return { phrases: await pack.readVocabulary() };
    },
  };
}
