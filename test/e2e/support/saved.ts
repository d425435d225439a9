/** Files that a browser saves, in folders that go away with the test. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { temporaryFolder } from '../../support/library.ts';

/** The file that the browser saves by what is done. */
export async function saved(page: Page, work: () => Promise<unknown>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), work()]);
  const file = path.join(await temporaryFolder(), download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

/** Confirms the dialog that exports, and returns the file that the browser then saves. */
export function exported(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog');
  return saved(page, () => dialog.getByRole('button', { name: 'Export', exact: true }).click());
}
