import type { StudioService } from '../../contract/service.ts';
import type { Atlas } from './atlas.ts';

type AtlasMethods = 'atlas' | 'layOutAtlas' | 'atlasInside' | 'atlasNearest' | 'atlasPlaces';

/** The library laid out by meaning. */
export function atlasService(atlas: Atlas): Pick<StudioService, AtlasMethods> {
  return {
    atlas: (view) => atlas.view(view),
    layOutAtlas: ({ anew = false }, { signal, onEvent } = {}) =>
      atlas.layOut({ anew, signal, onProgress: onEvent }),
    atlasInside: async (lasso) => ({ ids: await atlas.inside(lasso) }),
    atlasNearest: (asked) => atlas.nearest(asked),
    atlasPlaces: ({ ids }) => atlas.placesOf(ids),
  };
}
