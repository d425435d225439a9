import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Missed } from '../../contract/delivery.ts';
import { throwIfCancelled } from '../../contract/errors.ts';
import type { PictureExport } from '../../contract/export.ts';
import { fileName } from '../../contract/file-name.ts';
import { STILL_FORMATS } from '../../contract/formats.ts';
import type { Generation } from '../../contract/generation.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { ImageCodec } from '../images/codec.ts';
import { removeTexts } from '../images/metadata/png.ts';
import { tellRecipe } from '../images/metadata/story.ts';
import type { LibraryReader } from '../library/reader.ts';
import { publish } from '../storage/publish.ts';
import type { LicenseOf } from './licenses.ts';
import { UnreadablePortraits } from './unreadable-portraits.ts';

export interface ExportParts {
  readonly reader: LibraryReader;
  readonly codec: ImageCodec;
  readonly licenseOf?: LicenseOf | undefined;
}

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface PortraitWork extends WorkOptions {
  /** Told of each portrait that could not be read, once the others are written. */
  readonly onMissed?: ((missed: Missed) => void) | undefined;
}

/**
 * Writes portraits of the library to a folder, one after the other. Each file appears whole or not at
 * all; portraits of one export never replace each other, whatever `ifExists` says of older files. One that
 * cannot be read is passed over and told.
 *
 * @returns the files in the order of `ids`
 * @throws StudioError `cancelled` (files finished before are kept), `file-exists`, `disk-full`,
 *   `access-denied`, `invalid-argument`, and where no portrait could be read, why
 */
export async function exportPictures(
  ids: readonly string[],
  folder: string,
  options: PictureExport,
  parts: ExportParts,
  { signal, onProgress, onMissed }: PortraitWork = {},
): Promise<string[]> {
  const progress = trackProgress('export', ids.length, onProgress);
  const files: string[] = [];
  const names = new Set<string>();
  const missed = new UnreadablePortraits();
  for (const [index, id] of ids.entries()) {
    throwIfCancelled(signal);
    const read = await missed.orMissed(id, async () => {
      const generation = parts.reader.get(id);
      return { generation, bytes: await exportedPicture(generation, options, parts) };
    });
    progress.advance();
    if (!read) continue;
    const { generation, bytes } = read;
    const stem = fileName(options.pattern, generation, index + 1);
    const name = stem + STILL_FORMATS[options.format].extension;
    // Compared as file systems without case compare.
    const isTaken = names.size === names.add(name.toLowerCase()).size;
    const file = await publish(
      path.join(folder, name),
      isTaken ? 'rename' : options.ifExists,
      (draft) => writeFile(draft, bytes),
    );
    files.push(file);
  }
  missed.report(ids.length, onMissed);
  progress.finish();
  return files;
}

/** The bytes of one portrait in the format and size that were asked for, with its recipe or without a word. */
async function exportedPicture(
  { id, pack }: Generation,
  { format, quality, metadata, side }: PictureExport,
  { reader, codec, licenseOf }: ExportParts,
): Promise<Uint8Array> {
  const original = await reader.picture(id);
  const license = metadata ? await licenseOf?.(pack) : undefined;
  // As it was drawn it needs no encoding.
  if (format === 'png' && side === undefined) {
    return metadata ? tellRecipe(original, { license }) : removeTexts(original);
  }
  const drawn = await codec.decode(original);
  const picture = side === undefined ? drawn : await codec.resize(drawn, side);
  const bytes = await codec.encode(picture, format, { quality });
  return metadata ? tellRecipe(bytes, { original, license }) : bytes;
}
