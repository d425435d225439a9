import type { StudioService } from '../../contract/service.ts';
import type { References } from './references.ts';

/** The artist's own pictures. */
export function referenceService(
  references: References,
): Pick<StudioService, 'addReference' | 'reference'> {
  return {
    addReference: ({ bytes }) => references.add(bytes),
    reference: ({ id }) => references.get(id),
  };
}
