import { rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { tamper } from '../../../test/support/database.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { sharpCodec } from '../images/sharp-codec.ts';
import { openLibrary } from './library.ts';

const LONG_AGO = new Date('2026-01-01');

/** A library that was opened after nothing had happened in it for long. */
async function settled() {
  const root = await temporaryFolder();
  const library = await openTestLibrary(root);
  const [first, second] = await addSamples(library, 3);
  const file = library.reader.picturePath(first!.id);
  await library.close();
  const folders = [path.dirname(file), path.dirname(file.replace('pictures', 'thumbnails'))];
  /** As if nothing had come or gone since. */
  const age = () => Promise.all(folders.map((folder) => utimes(folder, LONG_AGO, LONG_AGO)));
  const open = async () => {
    const opened = await openLibrary(root, sharpCodec);
    await opened.close();
    return opened.reconciliation;
  };
  await age();
  await open();
  return { root, first: first!, second: second!, file, age, open };
}

it('a month in which nothing has happened is not looked through again', async () => {
  const { file, first, age, open } = await settled();
  await rm(file);
  expect((await stat(path.dirname(file))).mtimeMs).not.toBe(LONG_AGO.getTime());
  await age();
  expect((await open()).missing).toEqual([]);
  await utimes(path.dirname(file), new Date(), new Date());
  expect((await open()).missing).toEqual([first.id]);
  // One in which something is amiss is looked through each time.
  await age();
  expect((await open()).missing).toEqual([first.id]);
  expect((await open()).missing).toEqual([first.id]);
});

it('a month is looked through when one of its rows has come or gone', async () => {
  const { root, second, open } = await settled();
  tamper(root, `DELETE FROM generations WHERE id = '${second.id}'`);
  expect(await open()).toMatchObject({ adopted: 1, missing: [] });
});

it('a month that has just changed is not taken to be settled', async () => {
  const root = await temporaryFolder();
  const before = await openTestLibrary(root);
  const [first] = await addSamples(before, 1);
  await before.close();
  await (await openLibrary(root, sharpCodec)).close();
  await rm(before.reader.picturePath(first!.id));
  const { reconciliation } = await openTestLibrary(root);
  expect(reconciliation.missing).toEqual([first!.id]);
});
