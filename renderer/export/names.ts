import { toStudioError } from '../../electron/contract/errors.ts';
import { extensionOf, type PortraitExport } from '../../electron/contract/export-kinds.ts';
import { fileName, safeName } from '../../electron/contract/file-name.ts';
import type { Generation } from '../../electron/contract/generation.ts';
import { strings } from '../strings.ts';

/** How the files of an export will be called. */
export interface ExportedNames {
  /** The first of them; of a folder with a slash behind. */
  readonly names: readonly string[];
  /** Whether each portrait has one. */
  readonly isEach: boolean;
  /** Why there are none. */
  readonly problem?: string;
}

/**
 * @param title of what becomes one file, one folder or one archive
 * @param portraits the first ones, as far as they are known
 */
export function namesOf(
  as: PortraitExport,
  { title, zip }: { title: string; zip: boolean },
  portraits: readonly (Generation | undefined)[],
): ExportedNames {
  const one = (name: string) => ({ names: [name], isEach: false });
  const inPictures = 'pattern' in as ? pictureNames(as, portraits) : null;
  if (inPictures?.problem !== undefined) return inPictures;
  if (zip) return one(`${safeName(title)}.zip`);
  if (inPictures) return inPictures;
  if (as.kind === 'sheet' || as.kind === 'table') return one(safeName(title) + extensionOf(as));
  return one(`${safeName(title)}/`);
}

function pictureNames(
  as: Extract<PortraitExport, { pattern: string }>,
  portraits: readonly (Generation | undefined)[],
): ExportedNames {
  const none = { names: [], isEach: true };
  const { pattern } = as;
  if (pattern.trim() === '') return { ...none, problem: strings.export.patternEmpty };
  try {
    const names = portraits.flatMap((portrait, index) => {
      return portrait ? [fileName(pattern, portrait, index + 1) + extensionOf(as)] : [];
    });
    return { ...none, names };
  } catch (refusal) {
    return { ...none, problem: toStudioError(refusal).message };
  }
}
