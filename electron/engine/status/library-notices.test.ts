import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { noticesOf } from './library-notices.ts';

it.each([
  [1, /^The picture of 1 portrait is gone .* put its file back .* or remove the portrait\.$/],
  [
    2,
    /^The pictures of 2 portraits are gone .* put their files back .* or remove the portraits\.$/,
  ],
])('speaks of as many pictures as are missing: %i', async (n, said) => {
  const root = await temporaryFolder();
  const library = await openTestLibrary(root);
  const ids = (await addSamples(library, 3)).map(({ id }) => id);
  for (const id of ids.slice(0, n)) await rm(library.reader.picturePath(id));
  await library.close();
  const [notice] = noticesOf(await openTestLibrary(root));
  expect(notice).toMatchObject({ kind: 'missing', message: expect.stringMatching(said) });
});
