/** CLIPs that an artist asks a model hub for. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ImportedModel } from '../../contract/component.ts';
import { StudioError } from '../../contract/errors.ts';
import type { HubImport, HubModel, HubRequest } from '../../contract/hub.ts';
import { downloadModel, findModel, type HubModel as Found } from '../checkpoints/hub.ts';
import type { LoadOptions } from '../models/models.ts';
import { makeFolder, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { ScratchFolder } from '../storage/scratch-folder.ts';
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
  const scratch = await openDownload(components.root, model);
  try {
    const source = path.join(scratch.folder, path.posix.basename(name));
    await mkdir(source, { recursive: true, mode: PRIVATE_FOLDER });
    await downloadModel(model, source, load);
    const told = { title: model.title, license: model.license, from: model.page };
    const made = await components.import(source, { ...told, ...wishes, variant, ...load });
    await scratch.remove();
    return made;
  } finally {
    scratch.leave();
  }
}

/** The folder of a download, with a lock, and with what earlier tries left in it. */
async function openDownload(root: string, { repository, revision }: Found): Promise<ScratchFolder> {
  const folder = path.join(root, DOWNLOADS, `${repository.replace('/', '--')}@${revision}`);
  await makeFolder(folder, PRIVATE_FOLDER);
  const scratch = ScratchFolder.takeOver(folder);
  if (scratch) return scratch;
  throw new StudioError(
    'file-busy',
    `Another studio downloads ${repository} just now. It was left alone; wait until it is done.`,
  );
}
