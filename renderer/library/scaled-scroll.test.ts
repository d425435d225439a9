import { describe, expect, it } from 'vitest';
import { followScroll, isStuck, offsetOf, positionOf, scrollScale } from './scaled-scroll.ts';

const HUGE = scrollScale(40_000_000, 800);
const SMALL = scrollScale(90_000, 800);

describe('scrolling in proportion', () => {
  it('changes nothing where the browser can lay all of it out', () => {
    expect(SMALL.sheet).toBe(90_000);
    for (const at of [0, 1, 45_678.5, 89_200]) {
      expect(positionOf(SMALL, at)).toBe(at);
      expect(offsetOf(SMALL, at)).toBe(at);
    }
  });

  it('keeps a sheet that a browser does not cut at pixel ratio 2 and page zoom 500 %', () => {
    expect(HUGE.sheet * 2 * 5).toBeLessThan(2 ** 25);
  });

  it('leads there and back, and to both ends exactly', () => {
    for (const at of [0, 50_000, 100_001, 12_345_678, 39_900_000, 39_999_200]) {
      expect(offsetOf(HUGE, positionOf(HUGE, at))).toBeCloseTo(at, 3);
    }
    expect(positionOf(HUGE, 39_999_200)).toBe(HUGE.sheet - 800);
    expect(offsetOf(HUGE, HUGE.sheet - 800)).toBe(39_999_200);
    expect(offsetOf(HUGE, 1e9)).toBe(39_999_200);
  });

  it('moves the content exactly as far as a short scroll, and jumps with a long one', () => {
    const from = { position: positionOf(HUGE, 20_000_000), offset: 20_000_000 };
    expect(followScroll(HUGE, from, from.position + 120)).toBe(20_000_120);
    expect(followScroll(HUGE, from, from.position + 9_000)).toBe(
      offsetOf(HUGE, from.position + 9_000),
    );
  });

  it('comes to the very end with the wheel alone, from anywhere', () => {
    for (const sign of [1, -1]) {
      let at = { position: positionOf(HUGE, 20_000_000), offset: 20_000_000 };
      const last = HUGE.sheet - HUGE.viewport;
      for (let turn = 0; turn < 40_000; turn += 1) {
        const position = Math.min(last, Math.max(0, at.position + sign * 600));
        const offset = followScroll(HUGE, at, position);
        // As the window does: where it is stuck, and now and then when it rests.
        const rests = isStuck(HUGE, position, offset) || turn % 100 === 0;
        at = { position: rests ? positionOf(HUGE, offset) : position, offset };
      }
      expect(at.offset).toBe(sign > 0 ? 39_999_200 : 0);
      expect(isStuck(HUGE, at.position, at.offset)).toBe(false);
    }
  });

  it('has nowhere to go where all is seen', () => {
    const scale = scrollScale(300, 800);
    expect(positionOf(scale, 50)).toBe(0);
    expect(offsetOf(scale, 50)).toBe(0);
  });
});
