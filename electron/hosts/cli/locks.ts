import { StudioError } from '../../contract/errors.ts';
import { type Lock, type LockName, locksOf } from '../../contract/lock.ts';
import type { PackManifest } from '../../contract/pack.ts';

/**
 * What holds the named parts of a portrait with a pack.
 *
 * @throws StudioError `pack-lacks-feature`
 */
export function locksFor(
  names: readonly LockName[],
  { id, generator, directions, changes }: PackManifest,
): Lock[] {
  const holds = changes?.holds.map((hold) => hold.name) ?? [];
  const locks = locksOf({ layers: generator.layers, directions, holds });
  return names.map((name) => {
    const lock = locks[name];
    if (lock) return lock;
    throw new StudioError(
      'pack-lacks-feature',
      `The pack "${id}" has no directions for ${name}, so it cannot hold that. It can hold structure ` +
        'and colours.',
      { details: { name } },
    );
  });
}
