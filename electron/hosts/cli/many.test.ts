import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MANY } from '../../contract/duration.ts';
import { tellMany } from './many.ts';
import type { Session } from './session.ts';

/** A library whose last portraits took so many ms each. */
function sessionAfter(times: readonly number[]): Session {
  const manifest = { id: 'tiny', version: '1.0.0' };
  const list = () => ({ items: times.map((synthesis) => ({ timings: { synthesis } })) });
  return {
    packs: { models: async () => ({ pack: { manifest } }) },
    library: { reader: { list } },
    aside: (say: () => void) => say(),
  } as unknown as Session;
}

let said: string[];
beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => vi.restoreAllMocks());

it('many portraits are told of before they are drawn, with how long they take', async () => {
  await tellMany(4_000, sessionAfter([200, 210, 5_000]), {});
  expect(said).toEqual([expect.stringMatching(/^4,000 portraits .* about 14 min, .* last ones/)]);
});

it('how long is told later where nothing was drawn before', async () => {
  await tellMany(MANY + 1, sessionAfter([]), {});
  expect(said).toEqual([expect.stringContaining('told once some are drawn')]);
});

it('few are drawn without a word, and programs are told nothing', async () => {
  await tellMany(MANY, sessionAfter([200]), {});
  await tellMany(4_000, sessionAfter([200]), { json: true });
  expect(said).toEqual([]);
});
