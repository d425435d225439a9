/** The name that the web host goes by in this user's browsers, which nobody else on the machine knows. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { keepFile } from '../../engine/storage/publish.ts';

const NAME = /^studio-[0-9a-f]{32}\.localhost$/;

/**
 * A browser keeps by address what a window remembers, and service workers too: one could have been put
 * there by whoever listened at this port before, and would be given every page since. So the address
 * has a name that only this user's files tell, and has it always. Browsers take every name below
 * `.localhost` for this machine without asking anybody.
 *
 * @param folder where the name is kept; one that cannot be kept is new every time
 */
export async function ownName(folder: string): Promise<string> {
  const file = path.join(folder, 'window-name');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (NAME.test(kept)) return kept;
  const name = randomName();
  // Where that fails the window does not remember how it stood.
  await keepFile(file, name).catch(() => undefined);
  return name;
}

export function randomName(): string {
  return `studio-${randomBytes(16).toString('hex')}.localhost`;
}
