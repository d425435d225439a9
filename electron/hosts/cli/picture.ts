import type { Reference } from '../../contract/reference.ts';
import { printNote } from './output.ts';
import type { Session } from './session.ts';

/** Takes in a picture to start from; what of it could not be used is said where errors are said. */
export async function takePicture(
  file: string,
  references: Session['references'],
): Promise<Reference> {
  const reference = await references.add(file);
  if (reference.notice !== null) printNote(reference.notice);
  return reference;
}
