import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tamper } from '../../../test/support/database.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { samplePortrait, sampleVector } from '../../../test/support/portraits.ts';
import type { Generation } from '../../contract/generation.ts';
import { noticesOf } from '../status/library-notices.ts';
import type { Library } from './library.ts';

const PACK = { id: 'tiny', version: '1.0.0' };
const SPACE = 'tiny@1.0.0';

/** A library of four portraits, each the child of the one before; what is done to the third. */
async function tampered(change: (id: string) => string) {
  const root = await temporaryFolder();
  const before = await openTestLibrary(root);
  const added: Generation[] = [];
  for (let n = 0; n < 4; n += 1) {
    const parents = added.slice(-1).map(({ id }) => id);
    added.push(await before.writer.add(samplePortrait(n, { generation: { parents } })));
  }
  await before.close();
  const ids = added.map(({ id }) => id);
  tamper(root, change(ids[2]!));
  return { root, ids, bad: ids[2]!, others: [ids[0]!, ids[1]!, ids[3]!] };
}

const seqOf = (id: string) => `(SELECT seq FROM generations WHERE id = '${id}')`;
const set = (assignment: string) => (id: string) =>
  `UPDATE generations SET ${assignment} WHERE id = '${id}'`;

const FAULTY_ROWS: Record<string, (id: string) => string> = {
  'a width below zero': set('width = -1'),
  'a height of nothing': set('height = 0'),
  'settings that are no JSON': set("settings = '{'"),
  'settings that are another thing': set(`settings = '{"truncation":"much"}'`),
  'timings with a text': set(`timings = '{"decode":"long"}'`),
  'a NaN in its JSON': set(`timings = '{"decode":NaN}'`),
  'a source of a kind that nobody knows': set(`source = '{"kind":"dream"}'`),
  'a source that is null': set("source = 'null'"),
  'a device of the future': set("device = 'abacus'"),
  'no pack': set("pack_id = ''"),
  'a CLIP score of 7': set('clip_score = 7'),
  'an infinite likelihood': set('log_likelihood = 9e999'),
  'a seed below zero': set('seed = -4'),
  'a star that is none': set('starred = 5'),
  'a star without measure': set('starred = 9223372036854775807'),
  'an id that is none': set("id = 'nonsense'"),
  'an id that leads elsewhere': set("id = '../../etc/passwd'"),
  'a parent that is no id': (id) =>
    `UPDATE parents SET parent = 'nobody' WHERE child = ${seqOf(id)}`,
};

describe.each(Object.entries(FAULTY_ROWS))('a row with %s', (_, change) => {
  it('is set aside and named, and everything else goes on', async () => {
    const { root, ids, others } = await tampered(change);
    const library = await openTestLibrary(root);
    const { reader } = library;
    const sound = (found: { id: string }[]) =>
      found.map(({ id }) => id).filter((id) => ids.includes(id));

    // One whose id is another has come back from its picture.
    const expected = library.reconciliation.adopted > 0 ? ids : others;
    expect(reader.count()).toBe(expected.length);
    expect(sound(reader.list({ limit: 9 }).items)).toEqual(expected.toReversed());
    expect(pagesOf(library)).toEqual(expected.toReversed());
    expect(reader.stats()).toMatchObject({
      portraits: expected.length,
      packs: [{ pack: PACK, portraits: expected.length }],
    });
    const hits = (await reader.search(sampleVector(2), SPACE, 2)).map(
      ({ generation }) => generation,
    );
    expect(hits).toHaveLength(2);
    expect(sound(hits)).toHaveLength(2);
    expect(await reader.similar(others[0]!, 9)).toHaveLength(expected.length - 1);
    expect(reader.family(others[0]!, 9).portraits.length).toBeGreaterThan(1);
    expect(reader.prompts(9)).toHaveLength(4);
    expect(reader.quarantined()).toHaveLength(1);
    expect((await reader.check()).join()).toContain(reader.quarantined()[0]!.id);
    expect(noticesOf(library)).toEqual([
      { kind: 'set-aside', message: expect.stringContaining(reader.quarantined()[0]!.id) },
    ]);
  });
});

/** The ids of all pages of one portrait each. */
function pagesOf({ reader }: Library): string[] {
  const ids: string[] = [];
  let before: string | undefined;
  do {
    const { items, next } = reader.list({ limit: 1, before });
    ids.push(...items.map(({ id }) => id));
    before = next ?? undefined;
  } while (before !== undefined);
  return ids;
}

it('a row that goes bad while the library is open costs nothing but itself', async () => {
  const library = await openTestLibrary();
  const [first, second, third] = await addSamples(library, 3);
  expect(library.reader.count()).toBe(3);
  tamper(library.root, `UPDATE generations SET width = -1 WHERE id = '${second!.id}'`);
  expect(library.reader.list({ limit: 9 }).items).toEqual([third, first]);
  expect(library.reader.count()).toBe(2);
  expect(() => library.reader.get(second!.id)).toThrow(
    expect.objectContaining({
      code: 'library-corrupt',
      message: expect.stringContaining(second!.id),
      details: expect.objectContaining({ fault: expect.stringContaining('width') }),
    }),
  );
  tamper(library.root, `UPDATE generations SET width = 24 WHERE id = '${second!.id}'`);
  expect(library.reader.count()).toBe(3);
});

it('what is left of a row that is gone is named, and in the way of no new portrait', async () => {
  const { root, bad } = await tampered((id) => `DELETE FROM generations WHERE id = '${id}'`);
  tamper(root, 'DELETE FROM generations WHERE seq = 4');
  await rm(path.join(root, 'pictures'), { recursive: true });
  const { reader, writer } = await openTestLibrary(root);
  expect((await reader.check()).join()).toContain('latents');
  for (const n of [1, 2]) {
    const { id } = await writer.add(samplePortrait(n));
    expect(reader.latents(id)).toEqual(samplePortrait(n).latents);
  }
  expect(await reader.check()).toEqual([]);
  expect(() => reader.get(bad)).toThrow(expect.objectContaining({ code: 'not-found' }));
});

const NAN = `replace(hex(zeroblob(512)), '00', '0000C07F')`;
const INFINITE = `replace(hex(zeroblob(512)), '00', '0000807F')`;
const VECTORS: Record<string, string> = {
  NaN: `unhex(${NAN})`,
  infinity: `unhex(${INFINITE})`,
  'nothing but zeros': 'zeroblob(2048)',
  '3 bytes': 'zeroblob(3)',
  'no bytes': "x''",
};

describe.each(Object.entries(VECTORS))('a stored embedding of %s', (_, vector) => {
  it('breaks no search, no page and no way out of the trash', async () => {
    const { root, bad, others } = await tampered(
      (id) => `UPDATE embeddings SET vector = ${vector} WHERE seq = ${seqOf(id)};`,
    );
    const { reader, writer } = await openTestLibrary(root);
    expect(reader.count()).toBe(4);
    expect(reader.list({ limit: 9 }).items).toHaveLength(4);
    expect(
      (await reader.search(sampleVector(0), SPACE, 9)).map(({ generation }) => generation.id),
    ).toEqual([others[0], others[1], others[2]]);
    expect(await reader.similar(others[0]!, 9)).toHaveLength(2);
    await expect(reader.similar(bad, 9)).rejects.toThrow(
      expect.objectContaining({ code: 'library-corrupt' }),
    );
    writer.trash([bad]);
    expect(writer.restore([bad]).changed).toBe(1);
    expect(await reader.check()).toEqual([expect.stringContaining(bad)]);
  });
});

it.each(Object.entries(VECTORS))(
  'latents of %s are named and used by nobody',
  async (_, vector) => {
    const { root, bad } = await tampered(
      (id) => `UPDATE latents SET w = ${vector} WHERE seq = ${seqOf(id)}`,
    );
    const { reader } = await openTestLibrary(root);
    expect(reader.list({ limit: 9 }).items).toHaveLength(4);
    expect(() => reader.latents(bad)).toThrow(
      expect.objectContaining({ code: 'library-corrupt', message: expect.stringContaining(bad) }),
    );
    expect(await reader.check()).toEqual([expect.stringContaining(bad)]);
  },
);

describe('numbers that are none', () => {
  const filled = (value: number, at = 0) =>
    sampleVector(1).map((one, i) => (i === at ? value : one));
  const zeros = new Float32Array(512);
  const { latents } = samplePortrait(1);

  it.each([
    ['an embedding with NaN', { embedding: filled(NaN, 511) }],
    ['an infinite embedding', { embedding: filled(-Infinity) }],
    ['an embedding of zeros', { embedding: zeros }],
    ['w with NaN', { latents: { ...latents, w: filled(NaN) } }],
    ['w of zeros', { latents: { ...latents, w: zeros } }],
    ['z with infinity', { latents: { ...latents, z: filled(Infinity) } }],
    ['a condition with NaN', { latents: { ...latents, condition: filled(NaN) } }],
  ])('are never stored: %s', async (_, changes) => {
    const { reader, writer } = await openTestLibrary();
    await expect(writer.add(samplePortrait(1, changes))).rejects.toMatchObject({
      code: 'inference-failed',
    });
    expect(reader.count()).toBe(0);
    expect(await reader.check()).toEqual([]);
  });

  it('but noise of zeros is some, as temperature 0 draws it', async () => {
    const { reader, writer } = await openTestLibrary();
    const { id } = await writer.add(samplePortrait(1, { latents: { ...latents, z: zeros } }));
    expect(reader.latents(id).z).toEqual(zeros);
  });
});
