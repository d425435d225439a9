import Database from 'better-sqlite3';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestLibrary } from '../../../test/support/library.ts';
import { samplePortrait } from '../../../test/support/portraits.ts';
import type { Library } from './library.ts';

/** Adds a portrait that came from others; returns its id. */
async function add({ writer }: Library, ...parents: string[]): Promise<string> {
  const portrait = samplePortrait(0, {
    generation: { parents, source: { kind: 'variation', strength: 0.5 } },
  });
  return (await writer.add(portrait)).id;
}

function familyOf({ reader }: Library, id: string, limit = 100) {
  const { portraits, gone, more } = reader.family(id, limit);
  return { ids: portraits.map((portrait) => portrait.id), gone, more };
}

describe('the family of a portrait', () => {
  it('is the line it came by first, then what came of it, and the other parents', async () => {
    const library = await openTestLibrary();
    const root = await add(library);
    const stranger = await add(library);
    const parent = await add(library, root);
    const uncle = await add(library, root);
    const me = await add(library, parent);
    const child = await add(library, me, stranger);
    await add(library);
    const { ids, gone, more } = familyOf(library, me);
    expect(ids.slice(0, 4)).toEqual([me, parent, root, child]);
    expect(new Set(ids)).toEqual(new Set([me, parent, root, child, uncle, stranger]));
    expect({ gone, more }).toEqual({ gone: [], more: false });
    expect(familyOf(library, me, 3)).toEqual({ ids: [me, parent, root], gone: [], more: true });
  });

  it('keeps the trashed and names those that are gone', async () => {
    const library = await openTestLibrary();
    const root = await add(library);
    const parent = await add(library, root);
    const me = await add(library, parent);
    const sister = await add(library, parent);
    library.writer.trash([root, parent]);
    await library.writer.purge([parent]);
    const { ids, gone } = familyOf(library, me);
    expect(new Set(ids)).toEqual(new Set([me, sister]));
    expect(gone).toEqual([parent]);
    expect(familyOf(library, root)).toMatchObject({ ids: [root], gone: [] });
    expect(library.reader.family(root, 10).portraits[0]?.trashedAt).toEqual(expect.any(Number));
    expect(() => familyOf(library, parent)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('comes to an end even where edges go in a circle', async () => {
    const library = await openTestLibrary();
    const a = await add(library);
    const b = await add(library, a);
    const database = new Database(path.join(library.root, 'library.db'));
    database.exec(`INSERT INTO parents SELECT seq, 0, '${b}' FROM generations WHERE id = '${a}'`);
    database.close();
    expect(new Set(familyOf(library, a).ids)).toEqual(new Set([a, b]));
  });
});
