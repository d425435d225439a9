import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { keepFile } from './storage/publish.ts';
import { remove } from './storage/remove.ts';

/** Where things are on this machine. */
export interface Locations {
  /** Folder of the library. */
  readonly library: string;
  /** Whether it was moved there, and so has to be there. */
  readonly isMoved: boolean;
  /** Folders of model packs' folders, the first of them for packs that the artist brings in. */
  readonly packRoots: readonly [imported: string, ...others: string[]];
  /** Folder of the folders of components: a CLIP or a StyleGAN alone. */
  readonly components: string;
  /** Folder of the folders of bridges that are being learnt. */
  readonly bridges: string;
  /** File that remembers the model servers that were chosen in a window. */
  readonly serverFile: string;
  /** The pack to draw with; undefined for the one the studio brings. */
  readonly pack: string | undefined;
}

/**
 * The places that the operating system has for such things (for a library that was moved, where it went), or those
 * that the environment names:
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
  const named = env['CLIP_FLOW_LIBRARY'];
  const moved = named ? null : movedTo();
  return {
    library: path.resolve(fromHome(named || (moved ?? usualLibrary()))),
    isMoved: moved !== null,
    packRoots,
    components: env['CLIP_FLOW_COMPONENTS']
      ? fromHome(env['CLIP_FLOW_COMPONENTS'])
      : componentsBeside(packRoots[0]),
    bridges: env['CLIP_FLOW_BRIDGES']
      ? fromHome(env['CLIP_FLOW_BRIDGES'])
      : bridgesBeside(packRoots[0]),
    serverFile: path.join(dataFolder(), 'model-servers.json'),
    pack: env['CLIP_FLOW_PACK'] ? fromHome(env['CLIP_FLOW_PACK']) : undefined,
  };
}

/**
 * Lets the studio find a library that was moved, if it is the one that it opens where none is named.
 *
 * @returns whether it is
 * @throws StudioError `disk-full`, `access-denied`
 */
export async function rememberMove(from: string, to: string): Promise<boolean> {
  if (path.resolve(from) !== (movedTo() ?? usualLibrary())) return false;
  if (path.resolve(to) === usualLibrary()) await remove(movedFile());
  else await keepFile(movedFile(), `${JSON.stringify({ folder: path.resolve(to) })}\n`);
  return true;
}

const movedSchema = z.object({ folder: z.string().refine((folder) => path.isAbsolute(folder)) });

/** Where the studio's own library was moved to; null where it was not. */
function movedTo(): string | null {
  try {
    return movedSchema.parse(JSON.parse(readFileSync(movedFile(), 'utf8'))).folder;
  } catch {
    return null;
  }
}

const movedFile = () => path.join(dataFolder(), 'library.json');

function usualLibrary(): string {
  return path.join(dataFolder(), 'library');
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
