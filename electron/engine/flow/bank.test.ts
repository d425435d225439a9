import { describe, expect, it } from 'vitest';
import { gaussian, uniform } from '../latent/gaussian.ts';
import { addScaled, cosine, dot, normalise, scale } from '../latent/vectors.ts';
import { Bank, packEmbeddings } from './bank.ts';

const WIDTH = 24;
const COUNT = 600;
/** All pictures lie in a narrow cone around it, and texts around another. */
const CONE = scale(normalise(gaussian(1, WIDTH)), 20);
const TEXTS = scale(normalise(gaussian(2, WIDTH)), 20);

/** What a picture shows, and as much again that words say nothing of. */
const contents = Array.from({ length: COUNT }, (_, i) => gaussian(100 + i, WIDTH));
const pictures = contents.map((meaning) => normalise(addScaled(CONE, meaning)));
const text = (meaning: Float32Array) => normalise(addScaled(TEXTS, meaning));
const bank = new Bank(packEmbeddings(pictures), normalise(TEXTS));
const asked = { kind: 'text', embedding: text(contents[7]!) } as const;

describe('Bank', () => {
  it('keeps embeddings as eight bits a number', () => {
    expect([bank.count, bank.width]).toEqual([COUNT, WIDTH]);
    for (const i of [0, 7, COUNT - 1]) {
      expect(cosine(bank.embedding(i), pictures[i]!)).toBeGreaterThan(0.9999);
      expect(dot(bank.embedding(i), bank.embedding(i))).toBeCloseTo(1, 5);
    }
  });

  it('finds what a text is about in a narrow cone', () => {
    const relevance = bank.relevance(asked);
    expect(relevance.indexOf(Math.max(...relevance))).toBe(7);
    expect(relevance[7]).toBeGreaterThan(0.9);
    const usual = relevance.reduce((sum, value) => sum + value, 0) / COUNT;
    expect(Math.abs(usual)).toBeLessThan(0.05);
  });

  it('heeds what is told, not what pictures differ in most', () => {
    const [told, loud] = [gaussian(3, WIDTH), gaussian(4, WIDTH)].map(normalise);
    const varied = contents.map((meaning, i) =>
      addScaled(meaning, loud!, 6 * gaussian(5_000 + i, 1)[0]!),
    );
    const rows = packEmbeddings(varied.map((meaning) => normalise(addScaled(CONE, meaning))));
    const embedding = text(addScaled(told!, loud!, 0.5));
    const relevance = new Bank(rows, normalise(TEXTS)).relevance({ kind: 'text', embedding });
    const shown = contents.map((meaning) => dot(meaning, told!));
    const best = Array.from(relevance.keys()).sort((a, b) => relevance[b]! - relevance[a]!);
    const mean = best.slice(0, 20).reduce((sum, index) => sum + shown[index]! / 20, 0);
    // By cosines alone it is 1.7.
    expect(mean).toBeGreaterThan(2);
  });

  it('finds what is like a picture', () => {
    const relevance = bank.relevance({ kind: 'picture', embedding: pictures[9]! });
    expect(relevance[9]).toBeCloseTo(1, 2);
  });

  it('carries a text over to where pictures lie', () => {
    const carried = bank.carriedOver(asked.embedding);
    expect(cosine(carried, pictures[7]!)).toBeGreaterThan(0.99);
    expect(cosine(asked.embedding, pictures[7]!)).toBeLessThan(0.9);
  });

  it('chooses neighbours that fit and are unlike one another', () => {
    const likeness = (chosen: number[]) => {
      const pairs = chosen.flatMap((a, i) => chosen.slice(i + 1).map((b) => [a, b] as const));
      const sum = pairs.reduce((total, [a, b]) => total + dot(contents[a]!, contents[b]!), 0);
      return sum / pairs.length;
    };
    const [near, apart] = [0, 4].map((spread) => bank.neighbours(asked, spread, 3));
    expect(near![0]).toBe(7);
    expect(apart![0]).toBe(7);
    expect(new Set(apart).size).toBe(3);
    const relevance = bank.relevance(asked);
    const ranked = Array.from(relevance.keys()).sort((a, b) => relevance[b]! - relevance[a]!);
    expect(near).toEqual(ranked.slice(0, 3));
    expect(likeness(apart!)).toBeLessThanOrEqual(likeness(near!));
    expect(bank.neighbours(asked, 4, 2)).toEqual(apart!.slice(0, 2));
  });

  it('chooses among those that fit best, however unlike', () => {
    const relevance = bank.relevance(asked);
    const ranked = relevance.toSorted().reverse();
    const chosen = bank.neighbours(asked, 100, 5);
    expect(Math.min(...chosen.map((index) => relevance[index]!))).toBeGreaterThanOrEqual(
      ranked[9]!,
    );
    expect(bank.neighbours(asked, 1, 2 * COUNT)).toHaveLength(COUNT);
  });

  it('does without numbers that never change', () => {
    const flat = Array.from({ length: 50 }, (_, i) =>
      Float32Array.from([0.5, ...uniform(i, 3).map((value) => value - 0.5)]),
    );
    const small = new Bank(packEmbeddings(flat), new Float32Array(4));
    expect(
      small.relevance({ kind: 'picture', embedding: normalise(flat[3]!) }).every(Number.isFinite),
    ).toBe(true);
  });
});
