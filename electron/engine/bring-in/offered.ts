import type { BroughtIn } from '../../contract/bring-in.ts';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import { MAX_FILE_BYTES } from '../images/source.ts';

/** A picture, or what is called like one, before it was looked at. */
export interface OfferedPicture {
  /** Its path within what was offered, with forward slashes. */
  readonly name: string;
  /** @throws StudioError where it cannot be read, or has more than a picture may have */
  read(): Promise<Uint8Array>;
}

export interface Offer {
  readonly pictures: readonly OfferedPicture[];
  /** What can be said before any picture is read. */
  readonly unreadable: BroughtIn['unreadable'];
  /** Files that are called like no picture. */
  readonly passedOver: number;
  close(): Promise<void>;
}

/** @throws StudioError `picture-too-large` */
export function requireSize(name: string, bytes: number): void {
  if (bytes <= MAX_FILE_BYTES) return;
  throw new StudioError(
    'picture-too-large',
    `${name} has ${Math.round(bytes / 1e6)} MB. Pictures of at most ${MAX_FILE_BYTES / 1e6} MB are brought in.`,
    { details: { bytes } },
  );
}

/** What is in the way of one picture, as it is told. */
export function faultAt(name: string, thrown: unknown): BroughtIn['unreadable'][number] {
  return { name, error: toStudioError(thrown).toJSON() };
}
