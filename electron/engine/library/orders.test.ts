import { describe, expect, it } from 'vitest';
import { fillLibrary } from '../../../test/support/fill-library.ts';
import { openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePortrait } from '../../../test/support/portraits.ts';
import type { Order } from '../../contract/library.ts';
import type { Library } from './library.ts';

const COUNT = 120;

async function libraryOfMany() {
  const root = await temporaryFolder();
  const nothing = new Uint8Array();
  await fillLibrary(root, COUNT, (n) => ({
    ...{ picture: nothing, thumbnail: nothing },
    generation: {
      prompt: `${n % 2 === 0 ? 'Sea' : 'sea'} ${n % 5}`,
      clipScore: n % 3 === 0 ? null : (n % 7) / 10,
      logLikelihood: n % 11,
      source: n % 4 === 0 ? { kind: 'carry-over' } : { kind: 'prompt' },
    },
  }));
  const library = await openTestLibrary(root);
  const { reader, writer } = library;
  const ids = reader.list({ limit: COUNT, reverse: true }).items.map(({ id }) => id);
  const some = (step: number) => ids.filter((_, n) => n % step === 0);
  for (const rating of [1, 3, 5]) {
    writer.arranger.change(some(rating + 1), (now) => ({ ...now, rating }));
  }
  writer.star(some(3), true);
  writer.trash(some(10));
  writer.arranger.tag(some(6), ['Cover']);
  const { board } = writer.arranger.createBoard({ name: 'Series' });
  writer.arranger.addToBoard(board.id, some(7).toReversed());
  return { library, ids, board };
}

const ordersOf = (board: string): Order[] => [
  {},
  { reverse: true },
  { trashed: true },
  { sort: 'rating' },
  { sort: 'name', reverse: true, starred: true },
  { sort: 'likelihood', rating: 3 },
  { sort: 'clip-score', tag: 'cover' },
  { sort: 'board', board },
  { sort: 'board', board, reverse: true, query: 'has:words' },
  { sort: 'name', query: 'kind:carry-over sea board:series' },
];

/** Compares every stretch, place and count with what going through the pages one by one gives. */
async function expectOrders({ reader }: Library, board: string): Promise<void> {
  for (const order of ordersOf(board)) {
    const all = reader.list({ ...order, limit: 1_000 }).items;
    const ids = all.map(({ id }) => id);
    for (const offset of [0, 1, 8, Math.max(0, ids.length - 1), ids.length + 1]) {
      const { items, next } = await reader.page({ ...order, limit: 7, offset });
      expect(items, JSON.stringify(order)).toEqual(all.slice(offset, offset + 7));
      expect(next).toBe(offset + 7 < ids.length ? ids[offset + 6] : null);
    }
    expect(await reader.idsOf({ ...order, limit: 1_000 })).toEqual({ ids, total: ids.length });
    expect((await reader.idsOf({ ...order, limit: 5, offset: 3 })).ids).toEqual(ids.slice(3, 8));
    for (const [index, id] of ids.entries()) {
      if (index % 9 === 0) expect(await reader.indexOf({ ...order, id })).toBe(index);
    }
    expect(await reader.countOf(order)).toBe(ids.length);
  }
}

describe('orders', () => {
  it('tell any stretch of any sort and filter, and follow what happens', async () => {
    const { library, ids, board } = await libraryOfMany();
    const { reader, writer } = library;
    await expectOrders(library, board.id);

    writer.arranger.change(ids.slice(20, 24), (now) => ({ ...now, rating: 4 }));
    await writer.add(samplePortrait(1, { generation: { prompt: 'sea 2', logLikelihood: 5 } }));
    await expectOrders(library, board.id);

    writer.restore(ids.slice(0, 11));
    writer.trash(ids.slice(30, 33));
    writer.arranger.untag(ids.slice(0, 30), ['cover']);
    writer.arranger.arrangeBoard(board.id, [ids[7]!, ids[14]!], ids[21]!);
    await expectOrders(library, board.id);

    await writer.purge(ids);
    writer.arranger.renameBoard(board.id, 'Others');
    await writer.add(samplePortrait(2, { generation: { prompt: 'sea 3' } }));
    await expectOrders(library, board.id);

    expect(await reader.indexOf({ id: ids[30]! })).toBeNull();
    expect(await reader.indexOf({ starred: true, id: ids[1]! })).toBeNull();
  });
});
