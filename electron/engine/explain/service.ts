import type { StudioService } from '../../contract/service.ts';
import type { LoadOptions } from '../models/models.ts';
import type { Session } from '../session/session.ts';
import type { Explanations } from './explanations.ts';

/** A session on a pack that draws a portrait, by the portrait's id. */
type SessionFor = (id: string, options: LoadOptions) => Promise<Session>;

/** What portraits mean. */
export function explainService(
  explanations: Explanations,
  sessionFor: SessionFor,
): Pick<StudioService, 'explain'> {
  return {
    explain: async ({ id }, { signal, onEvent } = {}) =>
      explanations.explain(id, await sessionFor(id, { signal }), { signal, onProgress: onEvent }),
  };
}
