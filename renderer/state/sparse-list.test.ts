import { beforeEach, describe, expect, it } from 'vitest';
import { SparseList } from './sparse-list.ts';

const named = (from: number, count: number) =>
  Array.from({ length: count }, (_, nth) => `id ${from + nth}`);

describe('a list that is known in parts', () => {
  let list: SparseList;
  beforeEach(() => {
    list = new SparseList();
    list.reset(1_000_000);
    list.put(0, named(0, 100));
    list.put(500_000, named(500_000, 100));
  });

  it('knows what was read, and where', () => {
    expect(list.at(99)).toBe('id 99');
    expect(list.at(100)).toBeUndefined();
    expect(list.at(500_042)).toBe('id 500042');
    expect(list.indexOf('id 500042')).toBe(500_042);
    expect(list.indexOf('id 100')).toBe(-1);
    expect(list.head).toEqual(named(0, 100));
    expect(list.total).toBe(1_000_000);
  });

  it('says what of a span has to be read, never more than asked for and never twice', () => {
    expect(list.missing({ start: 10, end: 60 }, 200)).toBeNull();
    expect(list.missing({ start: 90, end: 130 }, 200)).toEqual({ start: 100, end: 300 });
    expect(list.missing({ start: 499_930, end: 500_050 }, 200)).toEqual({
      start: 499_800,
      end: 500_000,
    });
    expect(list.missing({ start: 999_990, end: 1_000_040 }, 300)).toEqual({
      start: 999_900,
      end: 1_000_000,
    });
  });

  it('moves up and back what stands behind, also across what is not known', () => {
    list.insert(0, 'new');
    expect(list.at(0)).toBe('new');
    expect(list.at(500_001)).toBe('id 500000');
    expect(list.indexOf('id 0')).toBe(1);
    list.insert(101, 'at the end of a run');
    expect(list.at(101)).toBe('at the end of a run');
    list.remove(new Set(['new', 'id 3', 'never heard of']));
    expect(list.at(0)).toBe('id 0');
    expect(list.at(3)).toBe('id 4');
    expect(list.indexOf('id 500000')).toBe(500_000);
    expect(list.total).toBe(1_000_000);
  });

  it('believes what was read last', () => {
    list.put(50, ['id 500010', 'other']);
    expect(list.at(50)).toBe('id 500010');
    expect(list.at(51)).toBe('other');
    expect(list.at(52)).toBe('id 52');
    expect(list.indexOf('id 50')).toBe(-1);
    expect(list.at(500_010)).toBeUndefined();
    expect(list.at(500_011)).toBe('id 500011');
  });

  it('lets go of what was looked at longest ago, and of nothing in view', () => {
    list.look({ start: 20, end: 40 });
    expect(list.shrink(150)).toEqual(named(500_000, 100));
    expect(list.at(500_000)).toBeUndefined();
    expect(list.shrink(0)).toEqual([]);
    expect(list.at(30)).toBe('id 30');
    expect(list.total).toBe(1_000_000);
  });

  it('tells where an id belongs, where it can', () => {
    list.reset(10, ['h', 'f', 'd']);
    list.put(6, ['b', 'a2']);
    expect(['i', 'g', 'e', 'c', 'a5', 'a'].map((id) => list.placeFor(id))).toEqual([
      ...[0, 1, 2],
      ...[null, 7, null],
    ]);
    list.reset(1, ['b']);
    expect(list.placeFor('a')).toBe(1);
    list.reset(0);
    expect(list.placeFor('a')).toBe(0);
  });

  it('can be of one that is not there any more', () => {
    list.reset(2, ['a', 'b']);
    list.remove(new Set(['a', 'b']));
    expect(list.total).toBe(0);
    list.insert(0, 'c');
    expect(list.head).toEqual(['c']);
  });
});
