import { writeFile } from 'node:fs/promises';
import type { IfExists } from '../../contract/export.ts';
import { fileName } from '../../contract/file-name.ts';
import type { Generation } from '../../contract/generation.ts';
import type { LibraryReader } from '../library/reader.ts';
import { publishAll } from '../storage/publish.ts';
import { forEachPortrait, type PortraitWork } from './portraits.ts';

/** How files of portraits are called, and what is done where one of that name stands. */
interface Naming {
  readonly pattern: string;
  readonly ifExists: IfExists;
  /** With its dot. */
  readonly extension: string;
}

/**
 * Writes a file for each portrait; they appear together. Portraits of one export never replace each other, whatever
 * `ifExists` says of older files. One that cannot be read is passed over and told.
 *
 * @param contentOf what is written of a portrait
 * @returns the files in the order of `ids`
 * @throws StudioError `cancelled`, `file-exists`, `disk-full`, `access-denied`, `invalid-argument`, and where no
 *   portrait could be read, why. Nothing was written then.
 */
export function exportFiles(
  ids: readonly string[],
  folder: string,
  { pattern, ifExists, extension }: Naming,
  contentOf: (
    generation: Generation,
    onPart: (part: number) => void,
  ) => Promise<Uint8Array | string>,
  { reader, ...work }: PortraitWork & { readonly reader: LibraryReader },
): Promise<string[]> {
  return publishAll(folder, ifExists, (claim) =>
    forEachPortrait(
      ids,
      work,
      async (id, onPart) => {
        const generation = reader.get(id);
        return { generation, content: await contentOf(generation, onPart) };
      },
      async ({ generation, content }, index) => {
        await writeFile(await claim(fileName(pattern, generation, index + 1) + extension), content);
      },
    ),
  );
}
