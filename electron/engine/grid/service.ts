import type { StudioService } from '../../contract/service.ts';
import type { Grids } from './grids.ts';
import type { SavedGrids } from './saved-grids.ts';

export interface GridServiceParts {
  readonly grids: Grids;
  readonly savedGrids: SavedGrids;
  /** Throws where nothing can be added to the library. */
  readonly requireWritable: () => void;
  /** Told once others may see other grids than before. */
  readonly onSaved: () => void;
}

type GridMethods = 'drawCells' | 'keepCells' | 'grids' | 'saveGrid' | 'removeGrid';

/** Portraits in rows and columns. */
export function gridService({
  grids,
  savedGrids,
  requireWritable,
  onSaved,
}: GridServiceParts): Pick<StudioService, GridMethods> {
  return {
    drawCells: (request, options) => grids.draw(request, options),
    keepCells: async (request, options) => {
      requireWritable();
      return grids.keep(request, options);
    },
    grids: () => savedGrids.list(),
    saveGrid: async (grid) => {
      const saved = await savedGrids.save(grid);
      onSaved();
      return saved;
    },
    removeGrid: async ({ id }) => {
      await savedGrids.remove(id);
      onSaved();
      return {};
    },
  };
}
