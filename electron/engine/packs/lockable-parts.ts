import { defaultLayerGroups, type LayerGroup } from '../../contract/layers.ts';
import type { Lock, NamedLock } from '../../contract/lock.ts';
import type { PackManifest } from '../../contract/pack.ts';

/** What the layers of a pack do, coarse to fine: as it says, or by proportion. */
export function layerGroupsOf({ generator }: Pick<PackManifest, 'generator'>): LayerGroup[] {
  const { layerGroups, layers } = generator;
  return layerGroups.length > 0 ? layerGroups : defaultLayerGroups(layers);
}

/** All that can be locked of a portrait of a pack: groups of layers, and the parts that it names. */
export function locksOf(manifest: Pick<PackManifest, 'generator' | 'parts'>): NamedLock[] {
  return [
    ...layerGroupsOf(manifest).map(({ id, title, description, layers }) => {
      return named({ id, title, description }, { kind: 'layers', layers });
    }),
    ...manifest.parts.map(({ id, title, description, directions }) => {
      const lock: Lock = directions
        ? { kind: 'directions', ids: directions }
        : { kind: 'shown', what: id };
      return named({ id, title, description }, lock);
    }),
  ];
}

function named(
  { id, title, description }: { id: string; title: string; description: string | undefined },
  lock: Lock,
): NamedLock {
  return { id, title, ...(description !== undefined && { description }), lock };
}
