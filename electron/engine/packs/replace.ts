/** Which place a pack takes, and whose: that of one that was imported before, once somebody has seen both. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { PackConflict, PackIdentity, PackManifest } from '../../contract/pack.ts';
import { listPacks, type PackListing, soundest } from './registry.ts';

export interface Place {
  readonly folder: string;
  /** Whether a pack is there that goes. */
  readonly isTaken: boolean;
}

/**
 * Where a pack is to stand that comes from `source`.
 *
 * @param roots folders of pack folders, the first of them for those that are imported
 * @param replace whether an imported pack of the same id may go
 * @throws StudioError `pack-exists`, with a `PackConflict` for details where that is a pack
 */
export async function choosePlace(
  offered: PackManifest,
  source: string,
  roots: readonly [string, ...string[]],
  replace: boolean,
): Promise<Place> {
  const [root, ...others] = roots;
  const folder = path.join(root, offered.id);
  const isSame = (listing: PackListing) =>
    listing.manifest?.id === offered.id || listing.folder === folder;
  const [brought] = (await listPacks(others)).filter(isSame);
  const imported = soundest((await listPacks([root])).filter(isSame));
  const existing = brought ?? imported;
  if (!existing) {
    if (await isThere(folder)) throw placeTaken(folder);
    return { folder, isTaken: false };
  }
  if (brought || !replace) {
    throw alreadyThere(offered.id, {
      existing: identityOf(existing.manifest, existing.folder),
      offered: identityOf(offered, source),
      replaceable: !brought,
    });
  }
  return { folder: existing.folder, isTaken: true };
}

async function isThere(folder: string): Promise<boolean> {
  return lstat(folder).then(
    () => true,
    () => false,
  );
}

/** Of a pack whose manifest cannot be read its folder is all that can be told. */
function identityOf(manifest: PackManifest | null, folder: string): PackIdentity {
  const { title = '?', version = '?', license = '?' } = manifest ?? {};
  return { title, version, license, folder };
}

function alreadyThere(id: string, conflict: PackConflict): StudioError {
  const { existing, offered, replaceable } = conflict;
  const next = replaceable
    ? 'Nothing was changed. Say that it shall be replaced to go on (--replace).'
    : 'It came with the studio and stays as it is. Nothing was changed; a pack of your own needs an id of its own.';
  return new StudioError(
    'pack-exists',
    `There is a pack "${id}" already:\n  ${inWords(existing)}\nand this one is:\n  ${inWords(offered)}\n${next}`,
    { details: { ...conflict } },
  );
}

function inWords({ title, version, license, folder }: PackIdentity): string {
  return `${title}, version ${version}, licence ${license}, in ${folder}`;
}

function placeTaken(folder: string): StudioError {
  return new StudioError(
    'pack-exists',
    `At ${folder} there is something that is no pack. It was left as it is; move it away to take the pack in.`,
  );
}
