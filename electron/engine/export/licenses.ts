/** Under which licence a portrait's pack was given, for what leaves the library. */
import type { PackRef } from '../../contract/generation.ts';
import type { KeptPacks } from '../loading/kept-packs.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';

/** Undefined for a pack that is neither installed nor kept. */
export type LicenseOf = (pack: PackRef) => Promise<string | undefined>;

/** Looks licences up, each once: for one export. */
export function licensesOf(packs: PackInUse, kept: KeptPacks): LicenseOf {
  const known = new Map<string, Promise<string | undefined>>();
  const find = async (pack: PackRef) => (await packs.licenseOf(pack)) ?? kept.licenseOf(pack);
  return (pack) => {
    const key = JSON.stringify([pack.id, pack.version]);
    const license = known.get(key) ?? find(pack);
    known.set(key, license);
    return license;
  };
}
