import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type SerialisedError, StudioError, toStudioError } from '../../contract/errors.ts';
import type { PackRef } from '../../contract/generation.ts';
import { MANIFEST_FILE, type PackManifest } from '../../contract/pack.ts';
import { regularSize } from '../storage/regular-file.ts';
import { readManifest } from './manifest.ts';

/** A pack found on disk; `problem` says what is wrong with one that cannot be used. */
export interface PackListing {
  folder: string;
  manifest: PackManifest | null;
  files: { path: string; bytes: number; present: boolean }[];
  problem: SerialisedError | null;
}

/** What an edition of a pack says of itself; undefined where it is not among these. */
export function manifestIn(
  listings: readonly PackListing[],
  { id, version }: PackRef,
): PackManifest | undefined {
  const found = listings.find(
    ({ manifest }) => manifest?.id === id && manifest.version === version,
  );
  return found?.manifest ?? undefined;
}

/**
 * The packs in `roots`, each root being a folder of pack folders. Reads manifests and file sizes only:
 * nothing is hashed or loaded. Roots that do not exist hold no packs.
 */
export async function listPacks(roots: readonly string[]): Promise<PackListing[]> {
  const folders = await Promise.all(roots.map(packFolders));
  return Promise.all(folders.flat().map(describePack));
}

/**
 * Of listings with one id those that count. Packs are imported to the first root; a pack of any other came
 * with the studio, and none that was imported stands in for it.
 */
export async function listPacksWithId(
  [imported, ...others]: readonly [string, ...string[]],
  id: string,
): Promise<PackListing[]> {
  const isNamed = ({ manifest }: PackListing) => manifest?.id === id;
  const brought = (await listPacks(others)).filter(isNamed);
  return brought.length > 0 ? brought : (await listPacks([imported])).filter(isNamed);
}

/**
 * The folder of the pack called `id`.
 *
 * @throws StudioError `pack-not-found`, naming the packs there are
 */
export async function findPack(roots: readonly [string, ...string[]], id: string): Promise<string> {
  const found = soundest(await listPacksWithId(roots, id));
  if (found) return found.folder;
  const listings = await listPacks(roots);
  const known = listings.flatMap(({ manifest }) => manifest?.id ?? []).join(', ') || 'none';
  throw new StudioError('pack-not-found', `There is no model pack "${id}". Packs found: ${known}.`);
}

/** The first that can be used, else the first. */
export const soundest = (listings: readonly PackListing[]): PackListing | undefined =>
  listings.find(({ problem }) => problem === null) ?? listings[0];

/** Folders with a dot in front are no packs: what is being imported is copied to one (import.ts). */
async function packFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => path.join(root, name));
  const marked = await Promise.all(
    folders.map((folder) => regularSize(path.join(folder, MANIFEST_FILE))),
  );
  return folders.filter((_, i) => marked[i] !== undefined).sort();
}

async function describePack(folder: string): Promise<PackListing> {
  try {
    const manifest = await readManifest(folder);
    const files = await Promise.all(
      Object.entries(manifest.files).map(async ([name, { bytes }]) => ({
        path: name,
        bytes,
        present: (await regularSize(path.join(folder, name))) === bytes,
      })),
    );
    const missing = files.find(({ present }) => !present);
    const problem = missing ? incomplete(missing.path).toJSON() : null;
    return { folder, manifest, files, problem };
  } catch (error) {
    return { folder, manifest: null, files: [], problem: toStudioError(error).toJSON() };
  }
}

function incomplete(file: string): StudioError {
  return new StudioError('pack-file-missing', `"${file}" is missing or not complete.`);
}
