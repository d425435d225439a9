import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startCpuTime } from '../../test/support/cpu-time.ts';
import { editsSchema } from './edit.ts';
import { newGenerationSchema, timelineSchema } from './generation.ts';
import { list } from './list.ts';
import { locksSchema } from './lock.ts';

const pairs = list(z.object({ n: z.int() }), {
  max: 3,
  min: 1,
  rule: { holds: (entries) => entries.every(({ n }) => n !== 13), words: 'must not hold 13' },
});

describe('a list', () => {
  it('gives its entries both ways', () => {
    const codes = list(z.codec(z.string(), z.number(), { decode: Number, encode: String }), {
      max: 2,
    });
    expect(codes.parse(['1', '2'])).toEqual([1, 2]);
    expect(z.encode(codes, [1, 2])).toEqual(['1', '2']);
    expect(z.encode(pairs, [{ n: 1 }])).toEqual([{ n: 1 }]);
  });

  it('says where the first wrong entry is, and no more', () => {
    const { error } = z.object({ pairs }).safeParse({ pairs: [{ n: 1 }, { n: 'a' }, { n: 'b' }] });
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]?.path).toEqual(['pairs', 1, 'n']);
  });

  it.each([[[]], [[{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]], [[{ n: 13 }]], [42], [null]])(
    'refuses %j',
    (value) => {
      expect(pairs.safeParse(value).error?.issues).toHaveLength(1);
    },
  );
});

describe('arrays from outside', () => {
  it.each([
    ['edits', editsSchema],
    ['locks', locksSchema],
    ['parents', newGenerationSchema.shape.parents],
    ['key-frames', timelineSchema.shape.keys],
  ])('are one problem, found at once: %s', (_, schema) => {
    const wrong: unknown[] = new Array(1_000_000).fill({ kind: 'nothing' });
    const cpuTime = startCpuTime();
    const { error } = schema.safeParse(wrong);
    expect(cpuTime()).toBeLessThan(1_000);
    expect(error?.issues).toHaveLength(1);
    expect(schema.safeParse([1, 2, 3]).error?.issues).toHaveLength(1);
  });
});
