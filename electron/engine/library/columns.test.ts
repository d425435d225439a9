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

it('any change of a row raises its revision, and of no other', async () => {
  const library = await openTestLibrary();
  const [first, second] = await addSamples(library, 2);
  const revisions = () => [first, second].map((one) => library.reader.revisions().get(one!.id));
  const told = [revisions()];
  library.writer.star([first!.id], true);
  told.push(revisions());
  library.writer.star([first!.id], true);
  told.push(revisions());
  library.writer.trash([first!.id]);
  told.push(revisions());
  tamper(library.root, `UPDATE generations SET prompt = 'other' WHERE id = '${first!.id}'`);
  told.push(revisions());
  expect(told.map(([changed]) => changed)).toEqual([0, 1, 1, 2, 3]);
  expect(new Set(told.map(([, other]) => other))).toEqual(new Set([0]));
});
