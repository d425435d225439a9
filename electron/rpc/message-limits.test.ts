import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { fitsLimits, fitsLimitsPacked, MAX_TEXT_BYTES } from './message-limits.ts';

/** Nested as deep as asked. */
function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = null;
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

const id = '01900000-0000-7000-8000-000000000001';
const request = (input: unknown) => ({ type: 'request', id: 1, method: 'star', input });

const WITHIN: [string, unknown][] = [
  ['the largest selection there is', request({ ids: Array(100_000).fill(id), starred: true })],
  ['a picture', request({ bytes: new Uint8Array(20_000_000) })],
  ['every kind of value', request([1, -1, 1e10, -1e10, 2 ** 40, 0.5, 'ä', true, null, {}, []])],
  ['long texts', request(['x'.repeat(40), 'x'.repeat(300), 'x'.repeat(70_000)])],
  ['long lists', request([Array(20).fill(0), Array(70_000).fill({})])],
  ['large maps', request(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i])))],
  ['bytes of every size', request([10, 300, 70_000].map((size) => new Uint8Array(size)))],
  ['values within values', nested(30, (inner) => [inner])],
];

const BEYOND: [string, () => unknown][] = [
  ['a million empty maps', () => Array.from({ length: 1_000_000 }, () => ({}))],
  ['a million empty lists', () => Array.from({ length: 1_000_000 }, () => [])],
  ['a million numbers', () => Array(1_000_000).fill(0)],
  ['a million names', () => Object.fromEntries(Array.from({ length: 200_001 }, (_, i) => [i, 0]))],
  ['lists in lists', () => nested(40, (inner) => [inner])],
  ['maps in maps', () => nested(40, (inner) => ({ inner }))],
  ['a long text', () => 'x'.repeat(MAX_TEXT_BYTES + 1)],
  ['a long name', () => ({ ['x'.repeat(MAX_TEXT_BYTES)]: 0 })],
  ['many texts', () => Array(1000).fill('x'.repeat(MAX_TEXT_BYTES / 1000))],
];

describe.each([
  ['as values', fitsLimits],
  ['as MessagePack', (value: unknown) => fitsLimitsPacked(encode(value))],
])('a message, %s,', (_, isGood) => {
  it.each(WITHIN)('may be %s', (_name, value) => {
    expect(isGood(value)).toBe(true);
  });

  it.each(BEYOND)('is not %s', (_name, value) => {
    expect(isGood(value())).toBe(false);
  });
});

describe('a message as values', () => {
  it.each([
    ['a map', new Map()],
    ['a set', new Set()],
    ['a date', new Date(0)],
    ['an expression', /x/],
    ['other numbers', new Float64Array(1)],
    ['a buffer', new ArrayBuffer(1)],
  ])('holds plain data, not %s', (_, value) => {
    expect(fitsLimits({ input: value })).toBe(false);
  });

  it('is no list that is long and empty, nor one that holds itself', () => {
    expect(fitsLimits(new Array(4_000_000_000))).toBe(false);
    const itself: unknown[] = [];
    itself.push(itself);
    expect(fitsLimits(itself)).toBe(false);
  });
});

describe('a message as MessagePack', () => {
  it.each([
    ['a list that announces four thousand million', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['a text that announces as much', [0xdb, 0xff, 0xff, 0xff, 0xff]],
    ['a moment in time', [0xd6, 0xff, 0, 0, 0, 0]],
    ['an extension', [0xc7, 0, 1]],
    ['nothing known', [0xc1]],
  ])('is not %s', (_, bytes) => {
    const isGood = fitsLimitsPacked(Uint8Array.from([...bytes, ...Array(300_000).fill(0x80)]));
    expect(isGood).toBe(false);
  });

  it('that was broken off is left to the decoder', () => {
    const whole = encode(request(['some words', new Uint8Array(300), { a: 1 }]));
    for (let end = 0; end < whole.length; end++) {
      expect(fitsLimitsPacked(whole.subarray(0, end))).toBe(true);
    }
  });
});
