import { describe, expect, it } from 'vitest';
import type { Easing, Timeline } from './generation.ts';
import { frameCount, lengthOf, momentAt, segmentsOf, orderOf, timeOfFrame } from './timeline.ts';

function timeline(loop: boolean, easing: Easing = 'linear'): Timeline {
  const key = (prompt: string, seconds: number) => ({
    ...{ anchor: { kind: 'prompt' as const, prompt, seed: 1 }, path: 'clip' as const },
    ...{ easing, seconds },
  });
  return { keys: [key('a', 1), key('b', 2), key('c', 3)], loop, even: false, settings: {} };
}

describe('the moments of a timeline', () => {
  it('lie on the way whose time it is', () => {
    expect(momentAt(timeline(false), 0)).toEqual({ segment: 0, progress: 0 });
    expect(momentAt(timeline(false), 0.25)).toEqual({ segment: 0, progress: 0.25 });
    expect(momentAt(timeline(false), 1)).toEqual({ segment: 1, progress: 0 });
    expect(momentAt(timeline(false), 99)).toEqual({ segment: 1, progress: 1 });
    expect(momentAt(timeline(true), 4.5)).toEqual({ segment: 2, progress: 0.5 });
  });

  it('know the way back of a loop', () => {
    expect([lengthOf(timeline(false)), lengthOf(timeline(true))]).toEqual([3, 6]);
    expect(segmentsOf(timeline(false))).toHaveLength(2);
    expect(segmentsOf(timeline(true))[2]).toMatchObject({
      from: { prompt: 'c' },
      to: { prompt: 'a' },
      begin: 3,
    });
  });

  it('are eased within each way, from its beginning to its end', () => {
    const halfway = (easing: Easing) => momentAt(timeline(false, easing), 0.5).progress;
    expect(['linear', 'in', 'out', 'in-out', 'hold'].map((e) => halfway(e as Easing))).toEqual([
      0.5, 0.25, 0.75, 0.5, 0,
    ]);
    for (const easing of ['in', 'out', 'in-out', 'hold'] as const) {
      expect(momentAt(timeline(false, easing), 0).progress).toBe(0);
      expect(momentAt(timeline(false, easing), 3).progress).toBe(1);
    }
  });
});

describe('the frames of a timeline', () => {
  it('show every key-frame that is meant, whatever seconds add up to', () => {
    const tenths = Array.from({ length: 30 }, (_, n) => (n + 1) / 10);
    for (const [a, b] of tenths.flatMap((a) => tenths.map((b) => [a, b] as const))) {
      const { keys, ...rest } = timeline(false, 'hold');
      const timed = { ...rest, keys: keys.map((key, n) => ({ ...key, seconds: [a, b, 1][n]! })) };
      const last = frameCount(timed, 24) - 1;
      const end = momentAt(timed, timeOfFrame(timed, 24, last));
      expect(end, `${a} s and ${b} s`).toEqual({ segment: 1, progress: 1 });
      const begun = momentAt(timed, a + b - b);
      expect(begun, `${a} s and ${b} s`).toEqual({ segment: 1, progress: 0 });
    }
  });

  it('end with its end', () => {
    expect(frameCount(timeline(false), 24)).toBe(72);
    expect(timeOfFrame(timeline(false), 24, 0)).toBe(0);
    expect(timeOfFrame(timeline(false), 24, 71)).toBe(3);
  });

  it('of a loop end one before its beginning', () => {
    const frames = frameCount(timeline(true), 60);
    expect(frames).toBe(360);
    expect(timeOfFrame(timeline(true), 60, frames)).toBe(6);
  });

  it('are seen in their order, and there and back with either end once', () => {
    expect(orderOf(4)).toEqual([0, 1, 2, 3]);
    expect(orderOf(4, true)).toEqual([0, 1, 2, 3, 2, 1]);
    expect(orderOf(2, true)).toEqual([0, 1]);
  });
});
