import path from 'node:path';
import { z } from 'zod';
import { MANIFEST_FILE } from '../../contract/pack.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { MAX_MANIFEST_BYTES, readManifest } from './manifest.ts';

const documentSchema = z.looseObject({ measured: z.looseObject({}).optional() });

/**
 * Writes figures, as JSON has them, into a pack's manifest, beside those that it has. Nothing else of it changes, and it is whole at
 * any time.
 *
 * @throws StudioError what reading a manifest throws, and those of writing
 */
export async function keepMeasured(
  folder: string,
  figures: Readonly<Record<string, unknown>>,
): Promise<void> {
  await readManifest(folder);
  const file = path.join(folder, MANIFEST_FILE);
  const bytes = await readRegular(file, MAX_MANIFEST_BYTES);
  const document = documentSchema.parse(JSON.parse(bytes.toString('utf8')));
  const measured = { ...document.measured, ...figures };
  await keepFile(file, JSON.stringify({ ...document, measured }, null, 2));
}
