import { rename } from 'node:fs/promises';

/**
 * Puts the folder `draft` in the place of `target`, if there is one. Of several processes that do so
 * at once the last one wins, and what stands there is always one of their folders, whole.
 *
 * What stood there before is moved beside the draft, for the caller to remove with it.
 */
export async function replaceFolder(target: string, draft: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await rename(target, `${draft}.old-${attempt}`).catch(unless('ENOENT'));
    try {
      return await rename(draft, target);
    } catch (thrown) {
      // Another process has put its own there in between.
      unless('ENOTEMPTY', 'EEXIST')(thrown);
    }
  }
}

/** Lets errors with these codes pass and throws any other. */
function unless(...codes: string[]): (thrown: unknown) => void {
  return (thrown) => {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (!codes.some((known) => known === code)) throw thrown;
  };
}
