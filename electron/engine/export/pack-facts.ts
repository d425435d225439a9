/** What is known of the packs that drew portraits, for what leaves the library. */
import type { PackRef } from '../../contract/generation.ts';
import type { PackManifest } from '../../contract/pack.ts';
import type { KeptPacks } from '../loading/kept-packs.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';

/** The licence of a pack; undefined for one that is neither installed nor kept. */
export type LicenseOf = (pack: PackRef) => Promise<string | undefined>;

export interface PackFacts {
  readonly licenseOf: LicenseOf;
  /** How many numbers a w of a pack has; undefined likewise. */
  readonly widthOf: (pack: PackRef) => Promise<number | undefined>;
}

/** Looks packs up, each once: for one export. */
export function packFacts(packs: PackInUse, kept: KeptPacks): PackFacts {
  const known = new Map<string, Promise<PackManifest | undefined>>();
  const find = async (pack: PackRef) => (await packs.manifestOf(pack)) ?? kept.manifestOf(pack);
  const manifestOf = (pack: PackRef) => {
    const key = JSON.stringify([pack.id, pack.version]);
    const manifest = known.get(key) ?? find(pack);
    known.set(key, manifest);
    return manifest;
  };
  return {
    licenseOf: async (pack) => (await manifestOf(pack))?.license,
    widthOf: async (pack) => (await manifestOf(pack))?.widths.w,
  };
}
