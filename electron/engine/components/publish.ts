/** Components appear whole or not at all. */
import { lstat, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { COMPONENT_FILE, type ComponentManifest } from '../../contract/component.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { sweepDrafts } from '../packs/drafts.ts';
import { listFiles } from '../packs/list-files.ts';
import { ScratchFolder } from '../storage/scratch-folder.ts';
import { syncFolder, writeDurably } from '../storage/durable.ts';
import { writeError } from '../storage/errors.ts';
import { makeFolder, PRIVATE_FOLDER } from '../storage/make-folder.ts';

type Distributed<T> = T extends unknown
  ? Omit<T, 'files' | 'id'> & { id?: string | undefined }
  : never;
/** What a component says of itself before its files are counted. Without an id it gets one of its title. */
export type ComponentDraft = Distributed<ComponentManifest>;

export interface PublishOptions {
  /** Folder of components' folders. */
  readonly root: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a component of what `build` writes into a folder, lists every file with its hash, and puts it in place
 * once it has passed the check. What processes left there that were killed is cleared away.
 *
 * @param check throws unless the component in a folder is sound
 * @returns the component's folder
 * @throws StudioError `component-exists`, `disk-full`, `access-denied`, and what `build` and `check` throw
 */
export async function publishComponent(
  { root, signal }: PublishOptions,
  build: (draft: string) => Promise<ComponentDraft>,
  check: (folder: string) => Promise<unknown>,
): Promise<string> {
  try {
    await makeFolder(root, PRIVATE_FOLDER);
    await sweepDrafts(root);
    const scratch = ScratchFolder.open(root);
    try {
      const draft = path.join(scratch.folder, 'component');
      await mkdir(draft, PRIVATE_FOLDER);
      const { id, ...said } = await build(draft);
      const folder = await placeOf(root, id, said.title);
      const files = await listFiles(draft, signal);
      const manifest = { ...said, id: path.basename(folder), files };
      await writeDurably(path.join(draft, COMPONENT_FILE), JSON.stringify(manifest, null, 2));
      await check(draft);
      throwIfCancelled(signal);
      await rename(draft, folder);
      await syncFolder(root);
      return folder;
    } finally {
      await scratch.remove();
    }
  } catch (thrown) {
    throw writeError(thrown, 'The model');
  }
}

/** The folder of an id that is asked for, or of the first one made of a title that is free. */
async function placeOf(root: string, id: string | undefined, title: string): Promise<string> {
  if (id !== undefined) {
    const folder = path.join(root, id);
    if (await isFree(folder)) return folder;
    throw new StudioError(
      'component-exists',
      `There is a model "${id}" already. It was left as it is; choose another id, or remove it first (clip-flow models remove ${id}).`,
    );
  }
  const base = idFrom(title);
  for (let count = 1; ; count += 1) {
    const folder = path.join(root, count === 1 ? base : `${base}-${count}`);
    if (await isFree(folder)) return folder;
  }
}

const MAX_ID_LENGTH = 60;

/** An id of the letters and digits of a title. */
export function idFrom(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{Mark}/gu, '');
  const id = plain.replaceAll(/[^a-z0-9]+/g, '-').slice(0, MAX_ID_LENGTH);
  return id.replaceAll(/^-+|-+$/g, '') || 'model';
}

async function isFree(folder: string): Promise<boolean> {
  return lstat(folder).then(
    () => false,
    () => true,
  );
}
