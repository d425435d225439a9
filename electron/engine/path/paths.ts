import type { Between } from '../../contract/draw.ts';
import type { Anchor } from '../../contract/generation.ts';
import type { DrawSettings } from '../../contract/settings.ts';
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
      const { codes, models, reader } = this.#session;
      const sampling = samplingSettings(models, noiseOf(from, reader), settings);
      const find = (anchor: Anchor) =>
        codes.ofAnchor(anchor, sampling, { priority: 'interactive' });
      const [start, end] = await Promise.all([find(from), find(to)]);
      return Path.between(start, end, path, this.#session, sampling.noiseSeed);
    });
  }
}

/** A path is drawn with the noise of the portrait that it begins at, unless another is asked for. */
export function noiseOf(from: Anchor, reader: Session['reader']): Pick<DrawSettings, 'noiseSeed'> {
  if (from.kind !== 'portrait') return {};
  const { noiseSeed } = reader.get(from.id).settings;
  return noiseSeed === undefined ? {} : { noiseSeed };
}
