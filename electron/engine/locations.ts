import { homedir } from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';

/** Where things are on this machine. */
export interface Locations {
  /** Folder of the library. */
  readonly library: string;
  /** Folders of model packs' folders, the first of them for packs that the artist brings in. */
  readonly packRoots: readonly [imported: string, ...others: string[]];
  /** Folder of the folders of components: a CLIP or a StyleGAN alone. */
  readonly components: string;
  /** Folder of the folders of bridges that are being learnt. */
  readonly bridges: string;
  /** The pack to draw with; undefined for the one the studio brings. */
  readonly pack: string | undefined;
}

/**
 * The places that the operating system has for such things, or those that the environment names:
 * CLIP_FLOW_LIBRARY (a folder), CLIP_FLOW_PACKS (folders of packs, divided as in PATH, instead of the
 * usual ones), CLIP_FLOW_COMPONENTS and CLIP_FLOW_BRIDGES (folders, instead of those beside the first of
 * packs) and CLIP_FLOW_PACK (a pack's id, or its folder). An empty one counts as not set.
 *
 * @param bundledPacks folder of the packs that the studio brings
 */
export function findLocations(bundledPacks: string, env = process.env): Locations {
  const packs = env['CLIP_FLOW_PACKS']?.split(path.delimiter) ?? [];
  const [imported, ...others] = packs.filter((folder) => folder !== '').map(fromHome);
  const packRoots: Locations['packRoots'] = imported
    ? [imported, ...others]
    : [ownPackFolder(), bundledPacks];
  return {
    library: path.resolve(fromHome(env['CLIP_FLOW_LIBRARY'] || path.join(dataFolder(), 'library'))),
    packRoots,
    components: env['CLIP_FLOW_COMPONENTS']
      ? fromHome(env['CLIP_FLOW_COMPONENTS'])
      : componentsBeside(packRoots[0]),
    bridges: env['CLIP_FLOW_BRIDGES']
      ? fromHome(env['CLIP_FLOW_BRIDGES'])
      : bridgesBeside(packRoots[0]),
    pack: env['CLIP_FLOW_PACK'] ? fromHome(env['CLIP_FLOW_PACK']) : undefined,
  };
}

/** The folder that imported packs go to unless the environment names another: nobody's but the studio's. */
export function ownPackFolder(): string {
  return path.join(dataFolder(), 'packs');
}

/** Where components stand that go with the packs in a folder. */
export function componentsBeside(packs: string): string {
  return path.join(path.dirname(path.resolve(packs)), 'components');
}

/** Where bridges stand that become packs in a folder. */
export function bridgesBeside(packs: string): string {
  return path.join(path.dirname(path.resolve(packs)), 'bridges');
}

/** The folder that the operating system has for what the studio keeps of its own. */
export function dataFolder(): string {
  return envPaths('clip-flow-studio', { suffix: '' }).data;
}

/** A path with the `~` of a home folder that no shell has resolved, as in `--out=~/pictures`. */
export function fromHome(file: string): string {
  return /^~(?=$|[/\\])/.test(file) ? homedir() + file.slice(1) : file;
}
