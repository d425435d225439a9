import type { Inference } from '../inference/inference.ts';
import type { LibraryReader } from '../library/reader.ts';
import type { Models } from '../models/models.ts';
import { Directions } from '../semantics/directions.ts';
import { Locks } from '../semantics/locks.ts';
import type { PrincipalDirections } from '../semantics/principal-directions.ts';
import { loadSemantics } from '../semantics/load.ts';
import { LatentCodes } from './codes.ts';
import type { PortraitPictures } from './portrait-pictures.ts';
import type { References } from './references.ts';

/** What does not change with the pack. */
export interface SessionParts {
  readonly inference: Inference;
  readonly reader: LibraryReader;
  readonly references: References;
  readonly pictures: PortraitPictures;
  readonly principal: PrincipalDirections;
}

/** What everything that plans, edits and draws works with: one pack over one library. */
export interface Session extends Omit<SessionParts, 'principal'> {
  readonly models: Models;
  readonly directions: Directions;
  readonly locks: Locks;
  readonly codes: LatentCodes;
}

export async function openSession(
  models: Models,
  { inference, reader, references, pictures, principal }: SessionParts,
): Promise<Session> {
  const semantics = await loadSemantics(models, inference);
  const locks = new Locks(models, semantics);
  return {
    ...{ models, inference, reader, references, pictures, locks },
    directions: new Directions(models, semantics, principal),
    codes: new LatentCodes({ models, reader, references, pictures, locks }),
  };
}
