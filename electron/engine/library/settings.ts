import path from 'node:path';
import { type LibrarySettings, librarySettingsSchema } from '../../contract/library.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { SETTINGS } from './folder.ts';

/** As long as the artist says nothing, nothing is ever removed. */
const DEFAULTS: LibrarySettings = { trashDays: null, presets: [] };

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What an artist wants of a library, in `settings.json` beside its pictures; what cannot be read counts as unsaid. */
export async function readSettings(root: string): Promise<LibrarySettings> {
  try {
    const text = new TextDecoder().decode(await readRegular(path.join(root, SETTINGS)));
    return librarySettingsSchema.parse(JSON.parse(text));
  } catch {
    return DEFAULTS;
  }
}

/** @throws StudioError `disk-full`, `access-denied` */
export async function keepSettings(root: string, settings: LibrarySettings): Promise<void> {
  await keepFile(path.join(root, SETTINGS), `${JSON.stringify(settings)}\n`);
}

/** Before which moment portraits must have been thrown away to be removed for good; null for never. */
export function trashEnd({ trashDays }: LibrarySettings, now: number): number | null {
  return trashDays === null ? null : now - trashDays * DAY_MS;
}
