import type { PortraitSelection } from '../../../contract/delivery.ts';
import type { PortraitExport } from '../../../contract/export-kinds.ts';
import type { StudioService } from '../../../contract/service.ts';
import { print, printNote } from '../output.ts';
import { type GlobalOptions, withLibrary } from '../session.ts';
import { boardOf } from './arrange.ts';

export interface ExportOptions extends GlobalOptions {
  readonly as: PortraitExport;
  readonly out: string;
  readonly board?: string | undefined;
  readonly query?: string | undefined;
  readonly search?: string | undefined;
  readonly limit: number;
  readonly name?: string | undefined;
  readonly zip?: true | undefined;
}

/** @returns whether all were written */
export async function exportPortraits(
  ids: readonly string[],
  options: ExportOptions,
): Promise<boolean> {
  return withLibrary(options, async ({ service, signal, onProgress }) => {
    const { as, out: folder, zip, json, name = nameOf(options) } = options;
    const portraits = await selectionOf(ids, options, service);
    const delivery = await service.exportPortraits(
      { portraits, as, zip, name, destination: { kind: 'folder', folder } },
      { signal, onEvent: onProgress },
    );
    const files = delivery.kind === 'files' ? delivery.files : [];
    const { missed = [], enlarged } = delivery;
    const told = { files, ...(enlarged && { enlarged }), ...(missed.length > 0 && { missed }) };
    print(json, told, files);
    if (!json) {
      if (enlarged) printNote(enlarged.text);
      for (const { id, error } of missed) printNote(`${id} was not written: ${error.message}`);
    }
    return missed.length === 0;
  });
}

function nameOf({ as, board }: ExportOptions): string {
  return ('title' in as && as.title) || board || 'Portraits';
}

async function selectionOf(
  ids: readonly string[],
  { board, query, search, limit }: ExportOptions,
  service: StudioService,
): Promise<PortraitSelection> {
  if (ids.length > 0) return { by: 'ids', ids: [...ids] };
  if (search !== undefined) return { by: 'words', words: search, limit };
  if (board === undefined) return { by: 'list', query };
  return { by: 'list', query, board: await boardOf(service, board), sort: 'board' };
}
