import { describe, expect, it } from 'vitest';
import { gaussian } from '../latent/gaussian.ts';
import { fromBytes, toBytes } from './layout-bytes.ts';
import { layOut, placesOf } from './layout.ts';
import { nearestRows } from './nearest-rows.ts';

const WIDTH = 24;
const EACH = 30;

/** Embeddings around three directions, some of one after some of another. */
const embeddings = Array.from({ length: 3 * EACH }, (_, n) => {
  const noise = gaussian(n, WIDTH);
  return noise.map((value, i) => 0.2 * value + (i === n % 3 ? 2 : 0));
});
const distance = (a: Float32Array, b: Float32Array) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
const nothing = () => undefined;
const laidOut = layOut(embeddings, nothing);

describe('a layout', () => {
  it('has what is alike together, apart from the others, inside of the unit square', async () => {
    const { places } = await laidOut;
    const nearest = places.map((place) => nearestRows(places, place, 6).slice(1));
    const strangers = nearest.flatMap((found, n) => found.filter(({ row }) => row % 3 !== n % 3));
    expect(strangers).toEqual([]);
    expect(Math.min(...places.flatMap((place) => [...place]))).toBeGreaterThanOrEqual(0.02);
    expect(Math.max(...places.flatMap((place) => [...place]))).toBeLessThanOrEqual(0.98);
  });

  it('is the same again, and says how far it is', async () => {
    const told: number[] = [];
    const layout = await layOut(embeddings, (done) => told.push(done));
    expect(layout).toEqual(await laidOut);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });

  it.each([1, 2, 3, 11])('of %i is one too', async (count) => {
    const { places } = await layOut(embeddings.slice(0, count), nothing);
    expect(places).toHaveLength(count);
    expect(places.flatMap((place) => [...place]).every(Number.isFinite)).toBe(true);
  });

  it('of what is all the same lies in the middle', async () => {
    const same = Array.from({ length: 20 }, () => embeddings[0]!);
    const layout = await layOut(same, nothing);
    expect(
      placesOf(layout, same.slice(1), [1]).every((place) => place.every(Number.isFinite)),
    ).toBe(true);
  });

  it('has a landmark where it was laid, and a newcomer among its like', async () => {
    const layout = await laidOut;
    const newcomer = gaussian(999, WIDTH).map((value, i) => 0.2 * value + (i === 1 ? 2 : 0));
    const [first, last] = placesOf(layout, [embeddings[0]!, newcomer], [1, 2]);
    expect(distance(first!, layout.places[0]!)).toBeLessThan(0.002);
    expect(nearestRows(layout.places, last!, 5).map(({ row }) => row % 3)).toEqual([1, 1, 1, 1, 1]);
  });

  it('lays those apart that look the same', async () => {
    const layout = await laidOut;
    const same = placesOf(layout, [embeddings[4]!, embeddings[4]!], [4, 5]);
    expect(distance(same[0]!, same[1]!)).toBeGreaterThan(0);
  });

  it('is kept as bytes, and damaged ones are none', async () => {
    const layout = await laidOut;
    const bytes = toBytes(layout);
    expect(fromBytes(bytes)).toEqual(layout);
    // As SQLite gives it: a part of something larger.
    expect(fromBytes(Buffer.concat([Buffer.of(1), bytes]).subarray(1))).toEqual(layout);
    expect(fromBytes(bytes.slice(0, -40))).toBeNull();
    expect(fromBytes(Uint8Array.of(1, 2, 3))).toBeNull();
  });
});
