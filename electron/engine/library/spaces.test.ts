import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestLibrary, temporaryFolder } from '../../../test/support/library.ts';
import { frozenLibrary } from '../../../test/support/migrations.ts';
import { samplePortrait, sampleVector } from '../../../test/support/portraits.ts';
import type { Spaces } from '../../contract/spaces.ts';

const spaces = (embedding: string, latent = 'l', flow = 'f'): Spaces => ({
  ...{ embedding, latent, flow },
});
const of = (edition: string, embedding: string) => ({
  pack: { id: 'tiny', version: edition },
  spaces: spaces(embedding, edition),
});

describe('search and likeness', () => {
  it('go over all portraits of one embedding space, whatever edition drew them, and over no other', async () => {
    const { reader, writer } = await openTestLibrary();
    const old = await writer.add(samplePortrait(1, { generation: of('1', 'a') }));
    const now = await writer.add(samplePortrait(2, { generation: of('2', 'a') }));
    const other = await writer.add(samplePortrait(1, { generation: of('3', 'b') }));
    const ids = (hits: { generation: { id: string } }[]) => hits.map((hit) => hit.generation.id);
    expect(ids(await reader.search(sampleVector(1), 'a', 9))).toEqual([old.id, now.id]);
    expect(ids(await reader.search(sampleVector(1), 'b', 9))).toEqual([other.id]);
    expect(ids(await reader.similar(old.id, 9))).toEqual([now.id]);
    expect(await reader.similar(other.id, 9)).toEqual([]);
  });

  it('keep embeddings of every width apart', async () => {
    const { reader, writer } = await openTestLibrary();
    const widths = [512, 768, 4];
    for (const width of widths) {
      const { id } = await writer.add(samplePortrait(width, { generation: of('1', 'drawn') }));
      writer.addEmbedding(id, `of ${width}`, sampleVector(1, width));
    }
    for (const width of widths) {
      const hits = await reader.search(sampleVector(1, width), `of ${width}`, 9);
      expect(hits.map(({ generation }) => generation.seed)).toEqual([width]);
    }
    expect(await reader.search(sampleVector(1, 300), 'of 512', 9)).toEqual([]);
    expect(await reader.check()).toEqual([]);
  });

  it('find a portrait in every space that a CLIP has looked at it in', async () => {
    const root = await temporaryFolder();
    const before = await openTestLibrary(root);
    const [seen, trashed] = [
      await before.writer.add(samplePortrait(1, { generation: of('1', 'a') })),
      await before.writer.add(samplePortrait(2, { generation: of('1', 'a') })),
    ];
    before.writer.trash([trashed.id]);
    const others = [sampleVector(5), sampleVector(6)] as const;
    expect(before.writer.addEmbedding(seen.id, 'b', others[0])).toBe(true);
    expect(before.writer.addEmbedding(seen.id, 'b', others[1])).toBe(false);
    expect(before.writer.addEmbedding(trashed.id, 'b', others[1])).toBe(true);
    await before.close();

    const { reader, writer } = await openTestLibrary(root);
    expect(reader.embedding(seen.id)).toEqual(sampleVector(1));
    expect(reader.embeddingIn('b', seen.id)).toEqual(others[0]);
    expect(reader.embeddingIn('c', seen.id)).toBeNull();
    expect(await reader.search(others[0], 'b', 9)).toHaveLength(1);
    expect(await reader.search(others[0], 'a', 9)).toHaveLength(1);
    writer.restore([trashed.id]);
    expect(await reader.search(others[0], 'b', 9)).toHaveLength(2);
    expect((await reader.similar(seen.id, 9, 'b')).map(({ generation }) => generation.id)).toEqual([
      trashed.id,
    ]);
  });
});

describe('the spaces of portraits from before they had names', () => {
  const PACK = { id: 'tiny', version: '1.0.0' };

  it.each([1, 2, 3, 4])('are named once a pack tells them, version %i', async (version) => {
    const root = await frozenLibrary(version);
    const before = await openTestLibrary(root);
    const added = await before.writer.add(samplePortrait(1, { generation: of('2', 'a') }));
    const [, first] = before.reader.list({ limit: 9 }).items.toReversed();
    expect(
      before.writer.nameSpaces([{ id: 'another', version: '1.0.0', spaces: spaces('x') }]),
    ).toBe(0);
    expect(before.writer.nameSpaces([{ ...PACK, spaces: spaces('a') }])).toBe(3);
    expect(before.writer.nameSpaces([{ ...PACK, spaces: spaces('y') }])).toBe(0);
    await before.close();
    const { reader } = await openTestLibrary(root);
    expect(reader.get(first!.id).spaces).toEqual(spaces('a'));
    const found = (await reader.search(sampleVector(1), 'a', 9)).map(
      ({ generation }) => generation.id,
    );
    expect(found).toHaveLength(3);
    expect(found).toContain(added.id);
    expect(await reader.search(sampleVector(1), 'tiny@1.0.0', 9)).toEqual([]);
  });

  it('are told by pictures, once they were written, where the database is lost', async () => {
    const root = await temporaryFolder();
    const before = await openTestLibrary(root);
    const { id } = await before.writer.add(samplePortrait(1, { generation: of('2', 'a') }));
    await before.close();
    await rm(path.join(root, 'library.db'));
    const { reader } = await openTestLibrary(root);
    expect(reader.get(id).spaces).toEqual(spaces('a', '2'));
    expect(await reader.search(sampleVector(1), 'a', 9)).toHaveLength(1);
  });
});
