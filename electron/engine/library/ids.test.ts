import { expect, it } from 'vitest';
import { generationIdSchema } from '../../contract/generation.ts';
import { createId, firstIdAt, timeOfId } from './ids.ts';

it('makes valid ids that ascend within a millisecond, past a full counter, and when the clock falls back', () => {
  const now = Date.now() + 1_000;
  const ids = Array.from({ length: 9_000 }, () => createId(now));
  ids.push(createId(now - 60_000));
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids.every((id) => generationIdSchema.safeParse(id).success)).toBe(true);
});

it('carries its moment', () => {
  const now = Date.now() + 3_600_000;
  const id = createId(now);
  expect(timeOfId(id)).toBe(now);
  expect(firstIdAt(now) <= id).toBe(true);
  expect(firstIdAt(now + 1) > id).toBe(true);
  expect(generationIdSchema.safeParse(firstIdAt(now)).success).toBe(true);
});
