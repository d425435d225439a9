import { expect, it } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../support/command-line.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../support/library.ts';

const listSchema = z.object({ portraits: z.array(z.object({ id: z.string() })) });

it('portraits get a star, go into the trash, come back, and are removed for good after a yes', async () => {
  const root = await temporaryFolder();
  const library = await openTestLibrary(root);
  const [a, b, c] = (await addSamples(library, 3)).map(({ id }) => id) as [string, string, string];
  await library.close();
  const run = (...args: string[]) => runCommand(...args, '--library', root);
  const listed = async (...filter: string[]) => {
    const { document } = await run('list', ...filter);
    return listSchema.parse(document).portraits.map(({ id }) => id);
  };

  const { document } = await run('star', a, b);
  expect(document).toEqual({ changed: 2, undo: expect.any(String) });
  await run('unstar', b);
  expect(await listed('--starred')).toEqual([a]);
  expect(await listed('-is:starred')).toEqual([c, b]);

  expect((await run('trash', a, b)).document).toMatchObject({ changed: 2 });
  await run('restore', b);
  expect(await listed('--trashed')).toEqual([a]);
  const { undo } = z.object({ undo: z.string() }).parse((await run('trash', c)).document);
  await run('undo', undo);
  expect(await listed()).toEqual([c, b]);

  expect(await run('empty-trash')).toMatchObject({
    code: 1,
    document: { error: { code: 'invalid-argument' } },
  });
  expect(await listed('--trashed')).toEqual([a]);
  expect(await run('empty-trash', '--yes')).toMatchObject({ code: 0, document: { changed: 1 } });
  expect(await listed('--trashed')).toEqual([]);
  expect((await run('empty-trash')).document).toEqual({ changed: 0 });

  for (const nothing of ['', '-', ' ']) {
    const message = expect.stringContaining('nothing to search for');
    expect((await run('search', nothing)).document).toMatchObject({ error: { message } });
  }
});
