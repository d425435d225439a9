import { describe, expect, it } from 'vitest';
import { uniform } from '../../latent/gaussian.ts';
import { dot, normalise } from '../../latent/vectors.ts';
import { addLookups, LANES, TABLE_BYTES } from './lookup-scan.ts';
import { bytesFor, evenSpread, spreadOf, tablesFor, writeCode } from './two-bit-codes.ts';

const vectorOf = (seed: number, width: number) =>
  Float32Array.from(uniform(seed, width), (value) => value - 0.3);

describe('looking up halves of bytes', () => {
  it.each([
    // Of one block, of more than fit into the cache at once, and the largest sums there can be.
    { bytes: 4, blocks: 1, most: 100 },
    { bytes: 128, blocks: 65, most: 100 },
    { bytes: 256, blocks: 33, most: 127 },
  ])('adds up what stands there: $bytes bytes, $blocks blocks', ({ bytes, blocks, most }) => {
    const bytesOf = (seed: number, length: number, below: number) =>
      Uint8Array.from(uniform(seed, length), (value) => Math.floor(value * below));
    const codes = bytesOf(1, blocks * LANES * bytes, 256);
    const tables =
      most === 127
        ? new Uint8Array(bytes * TABLE_BYTES).fill(most)
        : bytesOf(2, bytes * TABLE_BYTES, most + 1);
    const sums = new Uint16Array(blocks * LANES);
    addLookups(tables, codes, sums);
    const expected = Array.from(sums, (_, slot) => {
      const first = Math.floor(slot / LANES) * LANES * bytes + (slot % LANES);
      let sum = 0;
      for (let byte = 0; byte < bytes; byte += 1) {
        const code = codes[first + byte * LANES] ?? 0;
        sum += tables[byte * TABLE_BYTES + (code & 15)] ?? 0;
        sum += tables[byte * TABLE_BYTES + 16 + (code >>> 4)] ?? 0;
      }
      return sum;
    });
    expect([...sums]).toEqual(expected);
  });
});

/** The ranks of vectors by their codes, the nearest first. */
function rankedByCode(vectors: readonly Float32Array[], query: Float32Array): number[] {
  const width = query.length;
  const spread = spreadOf(vectors.map(normalise), width, vectors.length);
  const codes = new Uint8Array(Math.ceil(vectors.length / LANES) * LANES * bytesFor(width));
  for (const [slot, vector] of vectors.entries()) writeCode(vector, spread, codes, slot);
  const sums = new Uint16Array(codes.length / bytesFor(width));
  addLookups(tablesFor(query, spread), codes, sums);
  return vectors.map((_, slot) => slot).sort((a, b) => (sums[a] ?? 0) - (sums[b] ?? 0));
}

describe('codes of two bits', () => {
  it.each([32, 50, 512, 1_030])('rank nearly as %i numbers do', (width) => {
    const vectors = Array.from({ length: 600 }, (_, n) => vectorOf(n, width));
    const query = vectorOf(9_000, width);
    const truth = vectors
      .map((vector, slot) => ({ slot, similarity: dot(normalise(vector), query) }))
      .sort((a, b) => b.similarity - a.similarity);
    const first = new Set(rankedByCode(vectors, query).slice(0, 100));
    const found = truth.slice(0, 20).filter(({ slot }) => first.has(slot));
    expect(found).toHaveLength(20);
  });

  it('say nothing where nothing is known, and are the same for the same direction', () => {
    const spread = evenSpread(16);
    const [codes, longer] = [new Uint8Array(16 * 4), new Uint8Array(16 * 4)];
    const vector = vectorOf(1, 16);
    writeCode(vector, spread, codes, 5);
    writeCode(
      vector.map((value) => value * 7),
      spread,
      longer,
      5,
    );
    expect(longer).toEqual(codes);
    expect(codes.some((byte) => byte !== 0)).toBe(true);
  });
});
