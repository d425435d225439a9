/** CLIPs that an artist asks a model hub for. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImportedModel } from '../../contract/component.ts';
import type { HubImport, HubModel, HubRequest } from '../../contract/hub.ts';
import { downloadModel, findModel } from '../checkpoints/hub.ts';
import type { LoadOptions } from '../models/models.ts';
import { claimFolder } from '../storage/claim-folder.ts';
import { filesBelow } from '../storage/files-below.ts';
import type { Components } from './components.ts';

/** Where downloads lie until they are whole, in the folder of components. */
const DOWNLOADS = '.downloads';

/** For so long what was begun waits for its next try, in milliseconds. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/** @throws StudioError as `findModel` does */
export async function hubModel(
  { name, revision, variant }: HubRequest,
  signal?: AbortSignal,
): Promise<HubModel> {
  const found = await findModel(name, { revision, variant, signal });
  const files = found.files.map((file) => ({ path: file.path, bytes: file.bytes }));
  const { title, license, bytes, page } = found;
  return {
    ...{ name, title, license, revision: found.revision, files, bytes, page },
    variants: [...found.variants],
    ...(variant !== undefined && { variant }),
  };
}

/**
 * Downloads a CLIP and takes it in. What was downloaded when it is cancelled, fails or is killed stays for the
 * next try, and goes once the CLIP is there, or after 30 days when another is downloaded.
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
  const downloads = path.join(components.root, DOWNLOADS);
  await sweepDownloads(downloads);
  const place = `${name.replace('/', '--')}@${model.revision}`;
  const busy = `Another studio downloads ${name} just now. It was left alone; wait until it is done.`;
  return claimFolder(path.join(downloads, place), busy, async (claimed) => {
    const source = path.join(claimed.folder, path.posix.basename(name));
    await downloadModel(model, source, load);
    const told = { title: model.title, license: model.license, from: model.page };
    const made = await components.import(source, { ...told, ...wishes, variant, ...load });
    await claimed.empty(path.basename(source));
    return made;
  });
}

/** Clears away downloads that nobody went on with. What another studio is at, or cannot be cleared, stays. */
async function sweepDownloads(downloads: string): Promise<void> {
  const names = await readdir(downloads).catch(() => []);
  for (const name of names) {
    const folder = path.join(downloads, name);
    if (Date.now() - (await lastWritten(folder)) < KEPT_MS) continue;
    await claimFolder(folder, '', (claimed) => claimed.empty('')).catch(() => undefined);
  }
}

/** When a file in a folder was last written to, in milliseconds since 1970; 0 for a folder without files. */
async function lastWritten(folder: string): Promise<number> {
  const { files } = await filesBelow(folder);
  const times = files.map(async (file) => (await stat(file)).mtimeMs);
  return Math.max(0, ...(await Promise.all(times).catch(() => [Date.now()])));
}
