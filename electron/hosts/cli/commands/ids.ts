import { StudioError } from '../../../contract/errors.ts';
import type { LibraryReader } from '../../../engine/library/reader.ts';
import { type GlobalOptions, withLibrary } from '../session.ts';

/**
 * The ids that begin so, each by its beginning.
 *
 * @throws StudioError `not-found`; `invalid-argument` where several do
 */
export async function idsBeginning(
  beginnings: readonly string[],
  options: GlobalOptions,
): Promise<Map<string, string>> {
  return withLibrary(options, async ({ library }) => {
    return new Map(
      beginnings.map((beginning) => [beginning, idBeginning(beginning, library.reader)]),
    );
  });
}

function idBeginning(beginning: string, reader: LibraryReader): string {
  const id = reader.idBeginning(beginning);
  if (id !== null) return id;
  throw new StudioError(
    'not-found',
    `The library holds no portrait whose id begins with ${beginning}.`,
  );
}
