import { randomBytes } from 'node:crypto';
import { access, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { IfExists } from '../../contract/export.ts';
import { StudioError } from '../../contract/errors.ts';
import { syncFile } from './durable.ts';
import { writeError } from './errors.ts';

/**
 * Makes a file or folder appear at `target` complete or not at all: `produce` writes to a hidden name
 * beside it, which is renamed at the end and removed on any failure.
 *
 * @returns the path it got, which is not `target` when that was taken and `ifExists` is `rename`
 * @throws StudioError `file-exists`, `disk-full`, `access-denied` or `file-not-found`, and whatever
 *   `produce` throws
 */
export async function publish(
  target: string,
  ifExists: IfExists,
  produce: (draft: string) => Promise<void>,
): Promise<string> {
  try {
    await mkdir(path.dirname(target), { recursive: true });
    // Asked before the work, so that a refusal comes at once, and after it, when the answer counts.
    await chooseName(target, ifExists);
    return await replaceWithDraft(target, ifExists, produce);
  } catch (thrown) {
    throw writeError(thrown, target);
  }
}

async function replaceWithDraft(
  target: string,
  ifExists: IfExists,
  produce: (draft: string) => Promise<void>,
): Promise<string> {
  const { dir, ext } = path.parse(target);
  const draft = path.join(dir, `.${randomBytes(6).toString('hex')}${ext}`);
  try {
    await produce(draft);
    if ((await stat(draft)).isFile()) await syncFile(draft);
    const chosen = await chooseName(target, ifExists);
    await rename(draft, chosen);
    return chosen;
  } catch (thrown) {
    await rm(draft, { recursive: true, force: true });
    throw thrown;
  }
}

async function chooseName(target: string, ifExists: IfExists): Promise<string> {
  if (ifExists === 'replace' || !(await exists(target))) return target;
  if (ifExists === 'rename') return firstFreeName(target);
  throw new StudioError(
    'file-exists',
    `${target} already exists and was left as it is. Choose another name, or ask to replace it.`,
  );
}

async function firstFreeName(target: string): Promise<string> {
  const { dir, name, ext } = path.parse(target);
  for (let n = 2; ; n += 1) {
    const candidate = path.join(dir, `${name} (${n})${ext}`);
    if (!(await exists(candidate))) return candidate;
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
