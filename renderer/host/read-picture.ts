import { StudioError } from '../../electron/contract/errors.ts';
import { MAX_UPLOAD_BYTES } from '../../electron/contract/reference.ts';
import { strings } from '../strings.ts';

/**
 * The bytes of a file that was chosen, dropped or pasted. Whether it really is a picture the engine
 * decides, which does not go by its name.
 *
 * @throws StudioError `picture-too-large` before a byte is read; `picture-unreadable` for a folder
 */
export async function readPicture(file: File): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > MAX_UPLOAD_BYTES) {
    throw new StudioError(
      'picture-too-large',
      strings.create.pictureTooLarge(`${MAX_UPLOAD_BYTES / 1e6} MB`),
    );
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new StudioError('picture-unreadable', strings.create.notAFile, { cause });
  }
}
