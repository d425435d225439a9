import type { StudioService } from '../../contract/service.ts';
import type { Exports } from './exports.ts';

type ExportMethods =
  | 'exportPortraits'
  | 'exportGrid'
  | 'exportStrip'
  | 'exportRender'
  | 'exportFilm'
  | 'backupLibrary'
  | 'readDownload';

/** Everything that leaves the library. */
export function exportService(exports: Exports): Pick<StudioService, ExportMethods> {
  return {
    exportPortraits: (request, options) => exports.portraits(request, options),
    exportGrid: (request, options) => exports.grid(request, options),
    exportStrip: (request, options) => exports.strip(request, options),
    exportRender: (request, options) => exports.render(request, options),
    exportFilm: (request, options) => exports.film(request, options),
    backupLibrary: (request, options) => exports.backup(request, options),
    readDownload: ({ id, offset }) => exports.readDownload(id, offset),
  };
}
