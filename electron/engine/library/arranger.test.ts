import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillLibrary } from '../../../test/support/fill-library.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import type { Board } from '../../contract/arrange.ts';
import type { Library } from './library.ts';

async function withPortraits(count: number) {
  const library = await openTestLibrary();
  const ids = (await addSamples(library, count)).map(({ id }) => id);
  const { reader, writer } = library;
  return { library, reader, arranger: writer.arranger, writer, ids };
}

function board({ writer }: Pick<Library, 'writer'>, name: string, parent?: Board): Board {
  return writer.arranger.createBoard({ name, parent: parent?.id }).board;
}

/** How everything in a library is arranged. */
function arrangementOf({ reader }: Pick<Library, 'reader'>) {
  const pages = [false, true].map((trashed) => reader.list({ limit: 1_000, trashed }).items);
  const boards = reader.boards();
  return {
    boards,
    portraits: pages
      .flat()
      .map(({ id, starred, trashedAt, rating, label, note, tags, ...other }) => {
        return {
          id,
          starred,
          trashedAt,
          rating,
          label,
          note,
          tags,
          boards: [...other.boards].sort(),
        };
      }),
    orders: boards.map(({ id }) => {
      return reader.list({ limit: 1_000, board: id, sort: 'board' }).items.map((item) => item.id);
    }),
  };
}

const LIBRARY_FILES = ['', '-wal', '-shm'].map((end) => `library.db${end}`);

async function loseDatabase(root: string): Promise<void> {
  for (const file of LIBRARY_FILES) await rm(path.join(root, file), { force: true });
}

/** Something of everything an artist can do. */
function arrangeAll({ writer }: Library, ids: readonly string[]): void {
  const { arranger } = writer;
  const series = board({ writer }, 'Series');
  const drafts = board({ writer }, 'Drafts', series);
  arranger.change(ids.slice(0, 2), (now) => ({ ...now, rating: 4, label: 'blue' }));
  arranger.change([ids[0]!], (now) => ({ ...now, note: 'for the cover\nask first' }));
  arranger.tag(ids.slice(1), ['Sea', 'été']);
  writer.star([ids[2]!], true);
  writer.trash([ids[3]!], 1_234);
  arranger.addToBoard(series.id, ids);
  arranger.addToBoard(drafts.id, [ids[2]!, ids[0]!]);
  arranger.arrangeBoard(series.id, [ids[2]!, ids[3]!], ids[0]!);
  arranger.moveBoard({ id: series.id, cover: ids[1]! });
  arranger.removeBoard(board({ writer }, 'Gone').id);
}

describe('ratings, labels, notes and tags', () => {
  it('are given to many at once, and count where they are new', async () => {
    const { reader, arranger, ids } = await withPortraits(3);
    expect(arranger.change(ids.slice(0, 2), (now) => ({ ...now, rating: 3 })).changed).toBe(2);
    expect(arranger.change(ids, (now) => ({ ...now, rating: 3 })).changed).toBe(1);
    expect(arranger.change(ids, (now) => ({ ...now, rating: 3 }))).toEqual({ changed: 0 });
    expect(await reader.countOf({ rating: 3 })).toBe(3);
    expect(await reader.countOf({ rating: 4 })).toBe(0);
    arranger.change([ids[1]!], (now) => ({ ...now, label: 'red', note: 'nice' }));
    expect(reader.list({ limit: 9, label: 'red' }).items.map(({ id }) => id)).toEqual([ids[1]]);
    expect(await reader.countOf({ noted: true })).toBe(1);
    expect(await reader.countOf({ prompt: 'portrait 1' })).toBe(1);
  });

  it('tags are one however they are capitalised, and keep their first spelling', async () => {
    const { reader, arranger, ids } = await withPortraits(3);
    arranger.tag([ids[0]!], ['Été', 'sea']);
    expect(arranger.tag(ids, ['été']).changed).toBe(2);
    expect(reader.get(ids[1]!).tags).toEqual(['Été']);
    expect(reader.tags()).toEqual([
      { tag: 'Été', count: 3 },
      { tag: 'sea', count: 1 },
    ]);
    expect(await reader.countOf({ tag: 'ÉTÉ' })).toBe(3);
    arranger.untag(ids, ['ÉTÉ', 'none']);
    expect(reader.tags()).toEqual([{ tag: 'sea', count: 1 }]);
  });

  it('go with a portrait that is purged', async () => {
    const { reader, arranger, writer, ids } = await withPortraits(1);
    arranger.tag(ids, ['sea']);
    writer.trash(ids);
    expect(reader.tags()).toEqual([]);
    await writer.purge(ids);
    expect(await reader.check()).toEqual([]);
  });
});

describe('boards', () => {
  it('hold portraits in an order, of which one may lie on several', async () => {
    const { reader, arranger, writer, ids } = await withPortraits(4);
    const [one, two] = [board({ writer }, 'One'), board({ writer }, 'Two')];
    const orderOf = (id: string, reverse = false) => {
      const { items } = reader.list({ limit: 9, board: id, sort: 'board', reverse });
      return items.map((item) => ids.indexOf(item.id));
    };
    arranger.addToBoard(one.id, [ids[2]!, ids[0]!, ids[1]!]);
    expect(arranger.addToBoard(one.id, [ids[0]!, ids[3]!]).changed).toBe(1);
    arranger.addToBoard(two.id, [ids[0]!]);
    expect(orderOf(one.id)).toEqual([2, 0, 1, 3]);
    expect(orderOf(one.id, true)).toEqual([3, 1, 0, 2]);
    arranger.arrangeBoard(one.id, [ids[3]!, ids[1]!], ids[0]!);
    expect(orderOf(one.id)).toEqual([2, 3, 1, 0]);
    arranger.arrangeBoard(one.id, [ids[2]!], null);
    expect(orderOf(one.id)).toEqual([3, 1, 0, 2]);
    arranger.arrangeBoard(one.id, [ids[2]!], ids[3]!);
    expect(orderOf(one.id)).toEqual([2, 3, 1, 0]);
    expect(new Set(reader.get(ids[0]!).boards)).toEqual(new Set([one.id, two.id]));
    arranger.removeFromBoard(one.id, [ids[3]!]);
    writer.trash([ids[2]!]);
    expect(reader.boards()).toMatchObject([
      { id: one.id, count: 2, first: ids[1] },
      { id: two.id, count: 1, first: ids[0] },
    ]);
    arranger.removeBoard(one.id);
    expect(reader.get(ids[0]!).boards).toEqual([two.id]);
    expect(reader.count()).toBe(3);
  });

  it('keep their order however often one is put between the same two', async () => {
    const { reader, arranger, writer, ids } = await withPortraits(3);
    const { id } = board({ writer }, 'One');
    arranger.addToBoard(id, ids);
    for (let n = 0; n < 130; n += 1)
      arranger.arrangeBoard(id, [ids[1 + (n % 2)]!], ids[2 - (n % 2)]!);
    const order = reader.list({ limit: 9, board: id, sort: 'board' }).items.map((item) => item.id);
    expect(order).toEqual([ids[0], ids[2], ids[1]]);
  });

  it('are nested once, and moved among one another', async () => {
    const { reader, arranger, writer } = await withPortraits(0);
    const [one, two] = [board({ writer }, 'One'), board({ writer }, 'Two')];
    const inner = board({ writer }, 'Inner', one);
    const names = () => reader.boards().map(({ name }) => name);
    expect(names()).toEqual(['One', 'Inner', 'Two']);
    for (const move of [
      { id: two.id, parent: inner.id },
      { id: one.id, parent: two.id },
      { id: two.id, parent: two.id },
    ]) {
      expect(() => arranger.moveBoard(move)).toThrow('nested once');
    }
    arranger.moveBoard({ id: two.id, before: one.id });
    arranger.renameBoard(inner.id, 'Within');
    expect(names()).toEqual(['Two', 'One', 'Within']);
    arranger.removeBoard(one.id);
    expect(reader.boards().map(({ name, parent }) => [name, parent])).toEqual([
      ['Two', null],
      ['Within', null],
    ]);
    expect(() => arranger.addToBoard(one.id, [])).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });
});

it('two boards side by side have two names, however they came there', async () => {
  const { library, arranger, reader } = await withPortraits(0);
  const [sea, parent] = [board(library, 'Sea'), board(library, 'Parent')];
  const inner = board(library, 'sea', parent);
  const refused = expect.objectContaining({
    code: 'invalid-argument',
    message: expect.stringContaining('There is a board "SEA" there already.'),
  });
  const before = reader.boards();
  expect(() => board(library, 'SEA')).toThrow(refused);
  expect(() => board(library, 'SEA', parent)).toThrow(refused);
  expect(() => arranger.renameBoard(parent.id, 'SEA')).toThrow(refused);
  expect(() => arranger.moveBoard({ id: inner.id, parent: null })).toThrow('"sea"');
  expect(reader.boards()).toEqual(before);
  // Its own name, in other letters or at another place, is in nobody's way.
  arranger.renameBoard(sea.id, 'SEA');
  arranger.moveBoard({ id: sea.id, before: parent.id });
  expect(reader.boards().map(({ name }) => name)).toEqual(['SEA', 'Parent', 'sea']);
});

describe('taking back', () => {
  it('gives 1,000 portraits back what each had, and can itself be taken back', async () => {
    const root = await temporaryFolder();
    await fillLibrary(root, 1_000, () => ({
      picture: new Uint8Array(),
      thumbnail: new Uint8Array(),
    }));
    const library = await openTestLibrary(root);
    const { arranger } = library.writer;
    const ids = library.reader.list({ limit: 1_000 }).items.map(({ id }) => id);
    arranger.change(ids, (now, id) => ({ ...now, rating: ids.indexOf(id) % 6 }));
    arranger.tag(ids.slice(0, 500), ['first']);
    const { id: series } = board(library, 'Series');
    arranger.addToBoard(series, ids.slice(0, 700));
    const before = arrangementOf(library);
    const deeds = [
      arranger.change(ids, (now) => ({ ...now, rating: 5, label: 'green' })),
      arranger.tag(ids, ['second']),
      library.writer.trash(ids.slice(100)),
      arranger.arrangeBoard(series, ids.slice(0, 300).reverse(), null),
      arranger.removeBoard(series),
    ];
    const after = arrangementOf(library);
    const again = deeds.reverse().map(({ undo }) => arranger.undo(undo!));
    expect(again.map(({ changed }) => changed)).toEqual([700, 300, 900, 1_000, 1_000]);
    expect(arrangementOf(library)).toEqual(before);
    for (const { undo } of again.reverse()) arranger.undo(undo!);
    expect(arrangementOf(library)).toEqual(after);
  }, 120_000);

  it('leaves what has been changed since', async () => {
    const { reader, arranger, ids } = await withPortraits(2);
    const { undo } = arranger.change(ids, (now) => ({ ...now, rating: 2, note: 'a' }));
    arranger.change([ids[0]!], (now) => ({ ...now, rating: 5 }));
    arranger.undo(undo!);
    expect(ids.map((id) => [reader.get(id).rating, reader.get(id).note])).toEqual([
      [5, ''],
      [0, ''],
    ]);
  });

  it('of a board leaves those that lay under it, by themselves', async () => {
    const { library, reader, arranger } = await withPortraits(0);
    const { board: parent, undo } = arranger.createBoard({ name: 'Parent' });
    const child = board(library, 'Child', parent);
    arranger.undo(undo!);
    expect(reader.boards()).toMatchObject([{ id: child.id, parent: null }]);
  });

  it('of a board takes off it what was laid there since', async () => {
    const { library, reader, arranger, ids } = await withPortraits(1);
    const { board: made, undo } = arranger.createBoard({ name: 'One' });
    arranger.addToBoard(made.id, ids);
    arranger.undo(undo!);
    expect(reader.boards()).toEqual([]);
    expect(reader.get(ids[0]!).boards).toEqual([]);
    await library.close();
    await loseDatabase(library.root);
    const rebuilt = await openTestLibrary(library.root);
    expect(rebuilt.reader.get(ids[0]!).boards).toEqual([]);
  });

  it('is refused for what the journal does not know', async () => {
    const { arranger, ids } = await withPortraits(1);
    arranger.change(ids, (now) => ({ ...now, rating: 2 }));
    for (const token of ['1-2', '7-7', '3-2']) {
      expect(() => arranger.undo(token)).toThrow(expect.objectContaining({ code: 'not-found' }));
    }
  });
});

describe('the arrangement', () => {
  it('is told as before after it was closed, and after its database was lost, twice', async () => {
    const library = await openTestLibrary();
    const ids = (await addSamples(library, 4)).map(({ id }) => id);
    arrangeAll(library, ids);
    const before = arrangementOf(library);
    expect(before.orders).toEqual([
      [ids[2], ids[0], ids[1]],
      [ids[2], ids[0]],
    ]);
    await library.close();
    for (const lose of [async () => {}, loseDatabase, loseDatabase]) {
      await lose(library.root);
      const opened = await openTestLibrary(library.root);
      expect(arrangementOf(opened)).toEqual(before);
      expect(await opened.reader.check()).toEqual([]);
      await opened.close();
    }
  });

  it('survives the loss of the journal', async () => {
    const library = await openTestLibrary();
    const ids = (await addSamples(library, 4)).map(({ id }) => id);
    arrangeAll(library, ids);
    const before = arrangementOf(library);
    await library.close();
    await rm(path.join(library.root, 'journal.jsonl'));
    await (await openTestLibrary(library.root)).close();
    await loseDatabase(library.root);
    expect(arrangementOf(await openTestLibrary(library.root))).toEqual(before);
  });
});

describe('sorting and grouping', () => {
  it('pages through every order without gaps', async () => {
    const { reader, arranger, ids } = await withPortraits(7);
    arranger.change(ids.slice(2, 5), (now) => ({ ...now, rating: 3 }));
    for (const sort of ['date', 'rating', 'name', 'likelihood', 'clip-score'] as const) {
      for (const reverse of [false, true]) {
        const whole = reader.list({ limit: 9, sort, reverse }).items.map(({ id }) => id);
        const paged: string[] = [];
        for (let before: string | undefined; ;) {
          const { items, next } = reader.list({ limit: 2, sort, reverse, before });
          paged.push(...items.map(({ id }) => id));
          if (next === null) break;
          before = next;
        }
        expect(paged, sort).toEqual(whole);
        expect(new Set(whole).size).toBe(7);
      }
    }
    const best = reader.list({ limit: 3, sort: 'rating' }).items;
    expect(best.map(({ rating }) => rating)).toEqual([3, 3, 3]);
  });

  it('is asked for in the search field', async () => {
    const { reader, arranger, writer, ids } = await withPortraits(3);
    arranger.change(ids.slice(0, 2), (now) => ({ ...now, rating: 3, label: 'blue' }));
    arranger.change([ids[0]!], (now) => ({ ...now, note: 'for the cover' }));
    arranger.tag([ids[1]!], ['Été au lac']);
    arranger.addToBoard(board({ writer }, 'Série').id, [ids[2]!]);
    const found = (query: string) => {
      return reader.list({ limit: 9, query }).items.map(({ id }) => ids.indexOf(id));
    };
    expect(found('rating>=3 -has:note')).toEqual([1]);
    expect(found('label:blue cover')).toEqual([0]);
    expect(found('tag:"ÉTÉ AU LAC"')).toEqual([1]);
    expect(found('lac')).toEqual([1]);
    expect(found('board:SÉRIE')).toEqual([2]);
    arranger.untag(ids, ['été au lac']);
    expect(found('lac')).toEqual([]);
  });

  it('groups by day, words and family', async () => {
    const { reader, writer, ids } = await withPortraits(3);
    expect(await reader.groups({ by: 'day', limit: 9 })).toMatchObject([
      { count: 3, cover: ids[2] },
    ]);
    expect(await reader.groups({ by: 'prompt', limit: 2 })).toEqual([
      { key: 'portrait 2', count: 1, cover: ids[2] },
      { key: 'portrait 1', count: 1, cover: ids[1] },
    ]);
    writer.trash([ids[2]!]);
    expect(await reader.groups({ by: 'family', limit: 9 })).toEqual([
      { key: ids[1], count: 1, cover: ids[1] },
      { key: ids[0], count: 1, cover: ids[0] },
    ]);
  });

  it('stacks what is nearly the same', async () => {
    const { reader, ids } = await withPortraits(6);
    // Neighbours on the circle are 0.1 rad apart, and their cosine is 0.995.
    expect(reader.stacks({ ids })).toEqual([ids]);
    expect(reader.stacks({ ids: [ids[0]!, ids[1]!, ids[5]!] })).toEqual([ids.slice(0, 2)]);
    expect(reader.stacks({ ids, similarity: 0.999 })).toEqual([]);
  });
});
