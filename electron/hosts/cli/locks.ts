import { InvalidArgumentError } from '@commander-js/extra-typings';
import { StudioError } from '../../contract/errors.ts';
import { ALL_LAYERS, type LayerRange, layersNamed } from '../../contract/layers.ts';
import { type Lock, lockNamed } from '../../contract/lock.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { layerGroupsOf, locksOf } from '../../engine/packs/lockable-parts.ts';

/**
 * What locks the named parts of a portrait with a pack.
 *
 * @throws StudioError `pack-lacks-feature`
 */
export function locksFor(names: readonly string[], manifest: PackManifest): Lock[] {
  const { layers } = manifest.generator;
  const lockable = { layers, layerGroups: layerGroupsOf(manifest), locks: locksOf(manifest) };
  return names.map((name) => {
    const lock = lockNamed(name, lockable);
    if (lock) return lock;
    const known = lockable.locks.map(({ id }) => id).join(', ');
    throw new StudioError(
      'pack-lacks-feature',
      `The pack "${manifest.id}" cannot lock "${name}". It can lock ${known}.`,
      { details: { name } },
    );
  });
}

/**
 * Layers by the name of their range with a pack.
 *
 * @throws InvalidArgumentError
 */
export function layersFor(name: string, manifest: PackManifest): LayerRange {
  const { layers } = manifest.generator;
  const layerGroups = layerGroupsOf(manifest);
  const range = layersNamed(name, { layers, layerGroups });
  if (range) return range;
  const known = [ALL_LAYERS, ...layerGroups.map(({ id }) => id)].join(', ');
  throw new InvalidArgumentError(`There are no layers "${name}" in this pack. Choose of ${known}.`);
}
