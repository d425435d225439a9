/** Every word the studio says, except errors, which the engine puts into words where they happen. */
import { arrangeStrings } from './strings/arrange.ts';
import { atlasStrings } from './strings/atlas.ts';
import { betweenStrings } from './strings/between.ts';
import { breedStrings } from './strings/breed.ts';
import { bringInStrings } from './strings/bring-in.ts';
import { bridgesStrings } from './strings/bridges.ts';
import { createStrings } from './strings/create.ts';
import { editsStrings } from './strings/edits.ts';
import { exportStrings } from './strings/export.ts';
import { gridStrings } from './strings/grid.ts';
import { inspectorStrings } from './strings/inspector.ts';
import { libraryStrings } from './strings/library.ts';
import { lineageStrings } from './strings/lineage.ts';
import { liveStrings } from './strings/live.ts';
import { modelsStrings } from './strings/models.ts';
import { promptStrings } from './strings/prompts.ts';
import { searchStrings } from './strings/search.ts';
import { serversStrings } from './strings/servers.ts';
import { settingsStrings } from './strings/settings.ts';
import { timelineStrings } from './strings/timeline.ts';
import { tourStrings } from './strings/tour.ts';
import { upkeepStrings } from './strings/upkeep.ts';
import { windowStrings } from './strings/window.ts';

export const strings = {
  ...windowStrings,
  ...settingsStrings,
  ...serversStrings,
  ...tourStrings,
  ...createStrings,
  ...promptStrings,
  ...betweenStrings,
  ...timelineStrings,
  ...gridStrings,
  ...inspectorStrings,
  ...editsStrings,
  ...breedStrings,
  ...lineageStrings,
  ...libraryStrings,
  ...searchStrings,
  ...arrangeStrings,
  ...exportStrings,
  ...modelsStrings,
  ...bridgesStrings,
  ...bringInStrings,
  ...atlasStrings,
  ...upkeepStrings,
  ...liveStrings,
};
