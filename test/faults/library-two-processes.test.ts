import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openTestLibrary, temporaryFolder } from '../support/library.ts';
import { samplePortrait } from '../support/portraits.ts';

const CHILD = fileURLToPath(new URL('./add-portraits.ts', import.meta.url));
const EACH = 12;

it('two processes make, fill and clean one library at the same time', async () => {
  const folder = await temporaryFolder();
  const run = promisify(execFile);
  // Started before the library exists, so that both also race to make it.
  const others = [1, 2].map(() => run(process.execPath, [CHILD, folder, String(EACH)]));
  const library = await openTestLibrary(folder);
  for (let n = 0; n < EACH; n += 1) {
    const { id } = await library.writer.add(samplePortrait(n));
    library.writer.star([id], true);
    if (n % 2 === 1) {
      library.writer.trash([id]);
      await library.writer.purge([id]);
    }
  }
  await Promise.all(others);

  expect(library.reader.count()).toBe(2 * EACH + EACH / 2);
  expect(library.reader.count({ starred: true })).toBe(EACH / 2);
  expect(await library.reader.check()).toEqual([]);
  const reopened = await openTestLibrary(folder);
  expect(reopened.reconciliation).toEqual({
    adopted: 0,
    swept: 0,
    thumbnailsRedrawn: 0,
    missing: [],
    foreign: [],
  });
}, 60_000);
