/** CLIPs that an artist asks a model hub for. */
import path from 'node:path';
import type { ImportedModel } from '../../contract/component.ts';
import type { HubImport, HubModel, HubRequest } from '../../contract/hub.ts';
import { downloadModel, findModel } from '../checkpoints/hub.ts';
import type { LoadOptions } from '../models/models.ts';
import { claimFolder } from '../storage/claim-folder.ts';
import type { Components } from './components.ts';

/** Where downloads lie until they are whole, in the folder of components. */
const DOWNLOADS = '.downloads';

/** @throws StudioError as `findModel` does */
export async function hubModel(
  { name, revision, variant }: HubRequest,
  signal?: AbortSignal,
): Promise<HubModel> {
  const found = await findModel(name, { revision, variant, signal });
  const files = found.files.map((file) => ({ path: file.path, bytes: file.bytes }));
  const { title, license, bytes, page } = found;
  return { name, title, license, revision: found.revision, files, bytes, page };
}

/**
 * Downloads a CLIP and takes it in. What was downloaded when it is cancelled, fails or is killed stays for the
 * next try, and goes once the CLIP is there.
 *
 * @throws StudioError as `findModel`, `downloadModel` and `Components.import` do, and `file-busy` while another
 *   studio downloads the same
 */
export async function importFromHub(
  components: Components,
  { name, revision, variant, ...wishes }: HubImport,
  load: LoadOptions,
): Promise<ImportedModel> {
  const model = await findModel(name, { revision, variant, signal: load.signal });
  const place = `${name.replace('/', '--')}@${model.revision}`;
  const busy = `Another studio downloads ${name} just now. It was left alone; wait until it is done.`;
  return claimFolder(path.join(components.root, DOWNLOADS, place), busy, async (claimed) => {
    const source = path.join(claimed.folder, path.posix.basename(name));
    await downloadModel(model, source, load);
    const told = { title: model.title, license: model.license, from: model.page };
    const made = await components.import(source, { ...told, ...wishes, variant, ...load });
    await claimed.empty(path.basename(source));
    return made;
  });
}
