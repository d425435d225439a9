import type { StudioService } from '../../contract/service.ts';
import { shared } from '../jobs/abort.ts';
import type { Models } from '../models/models.ts';
import type { PrincipalDirections } from './principal-directions.ts';

export interface SemanticsServiceParts {
  readonly principal: PrincipalDirections;
  /** Those of the pack in use. */
  readonly models: () => Promise<Models>;
  /** Throws where nothing can be kept with the library. */
  readonly requireWritable: () => void;
}

/** The principal directions of the pack in use. */
export function semanticsService({
  principal,
  models,
  requireWritable,
}: SemanticsServiceParts): Pick<StudioService, 'principalDirections' | 'renamePrincipal'> {
  return {
    principalDirections: async (_, { signal, onEvent } = {}) =>
      principal.list(await shared(models(), signal), { signal, onProgress: onEvent }),
    renamePrincipal: async ({ index, name }) => {
      requireWritable();
      await principal.rename(index, name, await models());
      return {};
    },
  };
}
