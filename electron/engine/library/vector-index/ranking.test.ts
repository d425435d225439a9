import { expect, it } from 'vitest';
import { LANES } from './lookup-scan.ts';
import { Ranking } from './ranking.ts';
import { Segment } from './segment.ts';
import { evenSpread } from './two-bit-codes.ts';

const WIDTH = 4;
const COUNT = 64_000;
const WANTED = 1_000;

/** A segment whose slots are all taken, as `seq` the slot's number. */
function filledSegment(): Segment {
  const segment = new Segment(0, WIDTH);
  const vector = new Float32Array(WIDTH).fill(1);
  for (let slot = 0; slot < COUNT; slot += 1) segment.put(slot, slot, vector, evenSpread(WIDTH));
  return segment;
}

it.each([2, 5, 8, 16, 10 * LANES])(
  'asks about few where one of every %i portraits is near',
  (period) => {
    const segment = filledSegment();
    const near = (slot: number) => slot % period === 1;
    // Far ones alike too: whoever goes as far as them asks about them all.
    const distances = Uint16Array.from({ length: COUNT }, (_, slot) =>
      near(slot) ? slot % 97 : 500,
    );
    let asked = 0;
    const isWanted = () => {
      asked += 1;
      return true;
    };
    const until = Math.min(WANTED, Math.floor(COUNT / period / 4));
    const found = new Ranking([[segment, distances]], isWanted).stretch(0, until);
    expect(found).toHaveLength(until);
    expect(found.every(([, slot]) => near(slot))).toBe(true);
    expect(asked).toBeLessThan(COUNT / period + 1);
  },
);
