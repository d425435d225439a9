import { describe, expect, it } from 'vitest';
import { tamper } from '../../../test/support/database.ts';
import { openTestLibrary } from '../../../test/support/library.ts';
import { samplePortrait, sampleVector } from '../../../test/support/portraits.ts';
import { parseQuery } from '../../contract/query.ts';
import { unknownSpaces } from '../../contract/spaces.ts';
import type { Library } from './library.ts';

const SPACE = 'tiny@1.0.0';
const near = (n: number) => ({ embedding: sampleVector(n), space: SPACE });

const PROMPTS = [
  'an old man',
  'an astronaut',
  'Naïve man, smiling',
  'the woman',
  'astronaut woman',
];

/** Portraits whose meaning is the further from that of 0 the later they come; the last is of another pack. */
async function filled(): Promise<Library> {
  const library = await openTestLibrary();
  for (const [n, prompt] of PROMPTS.entries()) {
    const isLast = n === PROMPTS.length - 1;
    await library.writer.add(
      samplePortrait(n, {
        generation: {
          prompt,
          seed: n === 3 ? null : n,
          logLikelihood: -100 * n,
          ...(isLast && {
            pack: { id: 'other', version: '2.0.0' },
            spaces: unknownSpaces({ id: 'tiny', version: '1.0.0' }),
            source: { kind: 'edit' as const, edits: [] },
          }),
        },
      }),
    );
  }
  return library;
}

async function found(
  { reader }: Library,
  text: string,
  from: number | null = 0,
  limit = 9,
  offset = 0,
) {
  const place = from === null ? null : near(from);
  const hits = await reader.searchFor(parseQuery(text), place, { limit, offset });
  return hits.map(({ generation }) => PROMPTS.indexOf(generation.prompt));
}

describe('words and meaning', () => {
  it('put portraits in which all words stand first, and all others after them', async () => {
    const library = await filled();
    expect(await found(library, 'astronaut')).toEqual([1, 4, 0, 2, 3]);
    expect(await found(library, 'astronaut', 4)).toEqual([4, 1, 3, 2, 0]);
    expect(await found(library, 'ASTRONAUT woman')).toEqual([4, 0, 1, 2, 3]);
    expect(await found(library, 'naive')).toEqual([2, 0, 1, 3, 4]);
    expect(await found(library, 'astro*')).toEqual([1, 4, 0, 2, 3]);
    expect(await found(library, '"old man" ! 🙂')).toEqual([0, 1, 2, 3, 4]);
    expect(await found(library, 'nobody')).toEqual([0, 1, 2, 3, 4]);
  });

  it('go on page after page', async () => {
    const library = await filled();
    const pages = [0, 1, 2].map((page) => found(library, 'astronaut', 0, 2, 2 * page));
    expect(await Promise.all(pages)).toEqual([[1, 4], [0, 2], [3]]);
  });

  it('tell of words where no CLIP has looked, after those with a meaning', async () => {
    const library = await filled();
    tamper(library.root, "UPDATE embeddings SET space = 'elsewhere' WHERE seq = 2");
    expect(await found(library, 'astronaut')).toEqual([4, 1, 0, 2, 3]);
    const [, hit] = await library.reader.searchFor(parseQuery('astronaut'), near(0), {
      limit: 2,
      offset: 0,
    });
    expect(hit?.similarity).toBeNull();
  });

  it('leave out what cannot be read', async () => {
    const library = await filled();
    tamper(library.root, 'UPDATE generations SET width = -1 WHERE seq IN (1, 2)');
    expect(await found(library, 'astronaut', 0, 2)).toEqual([4, 2]);
  });
});

/** By the clock of the machine. */
function today(): string {
  const now = new Date();
  const numbers = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return numbers.map((number) => String(number).padStart(2, '0')).join('-');
}

describe('filters', () => {
  it.each<[string, number[]]>([
    ['seed:2', [2]],
    ['seed>=1 seed<4', [1, 2]],
    ['-seed:2', [0, 1, 3, 4]],
    ['likelihood>-150', [0, 1]],
    ['size:24', [0, 1, 2, 3, 4]],
    ['score<0', []],
    ['pack:other', [4]],
    ['-pack:tiny@1.0.0', [4]],
    ['prompt:"old man"', [0]],
    ['kind:edit', [4]],
    ['kind:Prompt', [0, 1, 2, 3]],
    ['-has:seed', [3]],
    ['has:parent', []],
    ['words:"an old man"', [0]],
    ['words:"old man"', []],
    [`day:${today()}`, [0, 1, 2, 3, 4]],
    [`day:${today().slice(0, 4)} -day:2020-02-29`, [0, 1, 2, 3, 4]],
    ['is:starred', [1]],
    ['-is:starred', [0, 2, 3, 4]],
    ['is:trashed', []],
    ['before:2020', []],
    ['after:2020-01-01', [0, 1, 2, 3, 4]],
    ['-woman', [0, 1, 2]],
    ['-"naive man"', [0, 1, 3, 4]],
  ])('%s', async (text, expected) => {
    const library = await filled();
    const { items } = library.reader.list({ limit: 9 });
    library.writer.star([items[3]!.id], true);
    expect(await found(library, text)).toEqual(expected);
    expect(await found(library, text, null)).toEqual(expected.toReversed());
    const listed = library.reader.list({ limit: 9, query: text }).items;
    expect(listed.map(({ prompt }) => PROMPTS.indexOf(prompt))).toEqual(expected.toReversed());
    expect(await library.reader.countOf({ query: text })).toBe(expected.length);
  });

  it('are combined with words, and with what is alike', async () => {
    const library = await filled();
    expect(await found(library, 'astronaut seed<4')).toEqual([1, 0, 2]);
    const [, fourth] = library.reader.list({ limit: 9 }).items;
    const query = parseQuery('man -prompt:old');
    const alike = await library.reader.similar(fourth!.id, 9, undefined, { query });
    expect(alike.map(({ generation }) => generation.prompt)).toEqual([PROMPTS[2]]);
  });

  it('find a family, whichever of it is named, and one that is gone', async () => {
    const library = await filled();
    const add = async (n: number, parents: string[]) => {
      const { id } = await library.writer.add(samplePortrait(n, { generation: { parents } }));
      return id;
    };
    const gone = '01900000-0000-7000-8000-000000000000';
    const first = await add(10, [gone]);
    const second = await add(11, [gone]);
    const child = await add(12, [second]);
    for (const of of [gone, first, second, child]) {
      const { items } = library.reader.list({ limit: 9, query: `family:${of}` });
      expect(items.map(({ id }) => id)).toEqual([child, second, first]);
    }
  });

  it('find a family by how an id begins, as far as one alone begins so', async () => {
    const library = await filled();
    const parent = await library.writer.add(samplePortrait(10));
    const child = await library.writer.add(
      samplePortrait(11, { generation: { parents: [parent.id] } }),
    );
    const family = [child.id, parent.id];
    const { id } = child;
    // Ids of the same moments begin alike: as much of it as tells it from all others.
    const ids = library.reader.list({ limit: 99 }).items.map((one) => one.id);
    const beginsAlike = (length: number) =>
      ids.filter((one) => one.startsWith(id.slice(0, length)));
    const enough = [...id].findIndex(
      (_, length) => length >= 8 && beginsAlike(length).length === 1,
    );
    const query = `family:${id.slice(0, enough).toUpperCase()}`;
    expect(library.reader.list({ limit: 9, query }).items.map((one) => one.id)).toEqual(family);
    expect(await library.reader.countOf({ query })).toBe(2);
    const hits = await library.reader.searchFor(parseQuery(query), null, { limit: 9, offset: 0 });
    expect(hits.map(({ generation }) => generation.id)).toEqual(family);
    const short = `family:${id.slice(0, 8)}`;
    expect(beginsAlike(8).length).toBeGreaterThan(1);
    expect(() => library.reader.list({ limit: 9, query: short })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining('give more of it'),
      }),
    );
    expect(library.reader.list({ limit: 9, query: 'family:00000000' }).items).toEqual([]);
  });

  it('find what is in the trash, and only there', async () => {
    const library = await filled();
    const [last] = library.reader.list({ limit: 1 }).items;
    library.writer.trash([last!.id]);
    expect(await found(library, 'astronaut')).toEqual([1, 0, 2, 3]);
    expect(await found(library, 'astronaut is:trashed')).toEqual([4]);
  });
});
