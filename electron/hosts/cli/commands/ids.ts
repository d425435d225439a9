import { StudioError } from '../../../contract/errors.ts';
import type { LibraryReader } from '../../../engine/library/reader.ts';
import { type GlobalOptions, withLibrary } from '../session.ts';

/** Portraits that are named where several begin alike. */
const NAMED = 3;

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

/** The one id that begins so; null for none. @throws StudioError `invalid-argument` where several do */
export function findBeginning(beginning: string, reader: LibraryReader): string | null {
  const [id, ...others] = reader.idsBeginning(beginning, NAMED + 1);
  if (others.length === 0) return id ?? null;
  const named = [id, ...others].slice(0, NAMED).join(', ');
  throw new StudioError(
    'invalid-argument',
    `Several portraits have an id that begins with ${beginning}: ${named}${others.length >= NAMED ? ' …' : ''}. ` +
      'Nothing was done; give more of it.',
  );
}

function idBeginning(beginning: string, reader: LibraryReader): string {
  const id = findBeginning(beginning, reader);
  if (id !== null) return id;
  throw new StudioError(
    'not-found',
    `The library holds no portrait whose id begins with ${beginning}.`,
  );
}
