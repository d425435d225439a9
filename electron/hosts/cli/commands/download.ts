import type { HubImport, HubModel } from '../../../contract/hub.ts';
import { confirm } from '../confirm.ts';
import { printNote } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';
import { printImported } from './models.ts';

/** Downloads a CLIP from a model hub, after its licence and size were shown and agreed to. */
export async function downloadModel(
  name: string,
  {
    json,
    library,
    pack,
    yes,
    ...wanted
  }: GlobalOptions & Omit<HubImport, 'name'> & { yes?: boolean | undefined },
): Promise<void> {
  await withStudio({ json, library, pack }, async ({ service, signal, onProgress }) => {
    const { revision, variant } = wanted;
    const model = await service.hubModel({ name, revision, variant }, { signal });
    for (const line of inWords(model)) printNote(line);
    await confirm('Download it under this licence?', { yes, signal });
    // By its commit: what was shown.
    const request = { ...wanted, name, revision: model.revision };
    const made = await service.importFromHub(request, { signal, onEvent: onProgress });
    printImported(made, { json });
  });
}

function inWords({ title, license, revision, files, bytes, page }: HubModel): string[] {
  const size = `${(bytes / 1e6).toFixed(1)} MB in ${files.length} files`;
  return [`${title} at ${revision.slice(0, 12)}: ${size}`, `Licence: ${license}`, page];
}
