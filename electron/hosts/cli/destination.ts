import { existsSync } from 'node:fs';
import { rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { StudioError } from '../../contract/errors.ts';
import type { IfExists } from '../../contract/export.ts';
import { type AnimationFormat, keysOf, MOVING_FORMATS } from '../../contract/formats.ts';
import { refusalOfName, safeName } from '../../contract/file-name.ts';
import { writeError } from '../../engine/storage/errors.ts';
import { makeFolder } from '../../engine/storage/make-folder.ts';
import { withDraft } from '../../engine/storage/publish.ts';
import { isPictureName } from './picture-path.ts';

/**
 * Tries whether a folder takes files, be it there or yet to be made. Asked before the work, so that a refusal comes
 * at once and not after all was drawn. Nothing is left of it.
 *
 * @throws StudioError `access-denied`, `disk-full`, `file-not-found`, or `file-exists` for a file of that name
 */
export async function requireWritable(folder: string): Promise<void> {
  const missing = missingOf(path.resolve(folder));
  try {
    await makeFolder(path.resolve(folder));
    await withDraft(path.join(folder, 'probe'), (draft) => writeFile(draft, '', { flag: 'wx' }));
  } catch (thrown) {
    throw writeError(thrown, path.resolve(folder));
  } finally {
    for (const made of missing) await rmdir(made).catch(() => undefined);
  }
}

/** A folder that is not there, then what it lies in, as far as that is not there either. */
function missingOf(folder: string): string[] {
  const parent = path.dirname(folder);
  return existsSync(folder) || parent === folder ? [] : [folder, ...missingOf(parent)];
}

/**
 * Asks before the work whether an animation can go to its place.
 *
 * @throws StudioError as `requireWritable` does, `file-not-found` where the folder is not there, and `file-exists`
 * @throws InvalidArgumentError where a folder was to be replaced
 */
export async function requirePlace(
  { folder, file, format }: Target,
  ifExists: IfExists,
): Promise<void> {
  if (format === 'frames' && ifExists === 'replace') {
    throw new InvalidArgumentError('A folder of PNGs is never replaced. Leave out --if-exists.');
  }
  await requireWritable(folder);
  if (!existsSync(folder)) {
    throw new StudioError(
      'file-not-found',
      `${folder} is not there. Nothing was drawn; make it first.`,
    );
  }
  const place = path.join(folder, file);
  if (ifExists !== 'refuse' || !existsSync(place)) return;
  throw new StudioError(
    'file-exists',
    `${place} already exists and was left as it is. Choose another name, or say what to do with --if-exists.`,
  );
}

/** An animation, or a folder of frames, as it was asked for by its path. */
export interface Target {
  readonly folder: string;
  /** Its name to the letter. */
  readonly file: string;
  /** Its name for a list of jobs. */
  readonly name: string;
  readonly format: AnimationFormat | 'frames';
}

export function targetOf(out: string): Target {
  const { dir: folder, base: file, ext } = path.parse(path.resolve(out));
  const format = (!ENDS_AS_FOLDER.test(out) && animationOf(ext)) || 'frames';
  return { folder, file, name: safeName(path.parse(file).name), format };
}

const ENDS_AS_FOLDER = /[\\/]$/;

/** Why an animation cannot become what its path says; null where it can. */
export function refusalOfTarget(out: string): string | null {
  const { base, ext } = path.parse(path.resolve(out));
  const refusal = refusalOfName(base, process.platform);
  if (refusal !== null) return `"${base}" ${refusal}.`;
  // Single pictures, films and the like: whoever writes such a name expects no folder.
  if (ENDS_AS_FOLDER.test(out) || animationOf(ext) || !isPictureName(base)) return null;
  return `The command line writes ${ANIMATION_EXTENSIONS} or a folder of PNGs; films are made in the window.`;
}

/** Of the animations that are written here. */
export const ANIMATION_EXTENSIONS = keysOf(MOVING_FORMATS)
  .map((format) => MOVING_FORMATS[format].extension)
  .join(', ');

function animationOf(extension: string): AnimationFormat | undefined {
  return keysOf(MOVING_FORMATS).find(
    (format) => MOVING_FORMATS[format].extension === extension.toLowerCase(),
  );
}
