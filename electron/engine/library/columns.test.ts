import { expect, it } from 'vitest';
import { tamper } from '../../../test/support/database.ts';
import { addSamples, openTestLibrary } from '../../../test/support/library.ts';
import { columnsOf, STORED } from './columns.ts';

it('the list of columns is what the migrations make, but for what the database itself keeps', async () => {
  const { root } = await openTestLibrary();
  let columns: unknown[] = [];
  tamper(root, (database) => {
    columns = database.prepare("SELECT name, type FROM pragma_table_info('generations')").all();
  });
  const listed = columnsOf(STORED).map(({ name, type }) => ({ name, type }));
  const own = ['seq', 'revision'].map((name) => ({ name, type: 'INTEGER' }));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect(columns.toSorted(byName as never)).toEqual([...own, ...listed].toSorted(byName));
});

it('any change of a row is told once, and of no other', async () => {
  const library = await openTestLibrary();
  const [first] = await addSamples(library, 2);
  const before = library.reader.lastChange();
  library.writer.star([first!.id], true);
  library.writer.star([first!.id], true);
  library.writer.trash([first!.id]);
  tamper(library.root, `UPDATE generations SET prompt = 'other' WHERE id = '${first!.id}'`);
  await library.writer.purge([first!.id]);
  const told = library.reader.changesSince(before).map(({ id, kind }) => [id, kind]);
  const changed = [first!.id, 'changed'];
  expect(told).toEqual([changed, changed, changed, [first!.id, 'removed']]);
});
