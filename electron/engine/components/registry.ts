import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { COMPONENT_FILE, type ComponentManifest } from '../../contract/component.ts';
import { type SerialisedError, toStudioError } from '../../contract/errors.ts';
import { regularSize } from '../storage/regular-file.ts';
import { readComponent } from './component.ts';

/** A component found on disk; `problem` says what is wrong with one that cannot be used. */
export interface FoundComponent {
  readonly folder: string;
  readonly manifest: ComponentManifest | null;
  readonly problem: SerialisedError | null;
}

/** The components in a folder of components' folders. Reads manifests only; one that is not there holds none. */
export async function listComponents(root: string): Promise<FoundComponent[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => path.join(root, name))
    .sort();
  const found = await Promise.all(folders.map(describe));
  return found.filter((component) => component !== null);
}

async function describe(folder: string): Promise<FoundComponent | null> {
  if ((await regularSize(path.join(folder, COMPONENT_FILE))) === undefined) return null;
  try {
    return { folder, manifest: await readComponent(folder), problem: null };
  } catch (thrown) {
    return { folder, manifest: null, problem: toStudioError(thrown).toJSON() };
  }
}
