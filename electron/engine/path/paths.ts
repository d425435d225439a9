import type { Between } from '../../contract/draw.ts';
import type { Anchor } from '../../contract/generation.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import { samplingSettings } from '../session/sampling-settings.ts';
import type { Session } from '../session/session.ts';
import { Path } from './path.ts';

/** Paths that an artist goes back and forth between: as many as the longest timeline has. */
const PATHS_KEPT = 64;

/** The paths of one pack, each found once and not anew for every position. */
export class Paths {
  readonly #session: Session;
  readonly #paths = new LruCache<Path>(PATHS_KEPT);

  constructor(session: Session) {
    this.#session = session;
  }

  between({ from, to, path, settings }: Between): Promise<Path> {
    const key = JSON.stringify([from, to, path, settings]);
    return this.#paths.get(key, async () => {
      const { codes, models } = this.#session;
      const sampling = samplingSettings(models, {}, settings);
      const find = (anchor: Anchor) =>
        codes.ofAnchor(anchor, sampling, { priority: 'interactive' });
      const [start, end] = await Promise.all([find(from), find(to)]);
      return Path.between(start, end, path, this.#session);
    });
  }
}
