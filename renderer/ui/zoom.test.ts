import { describe, expect, it } from 'vitest';
import {
  EXACT,
  FITTED,
  fitLevel,
  type Frame,
  isCut,
  levelOf,
  panned,
  placed,
  stepped,
  zoomed,
} from './zoom.ts';

const frame: Frame = {
  frame: { width: 800, height: 600 },
  picture: { width: 512, height: 512 },
  ratio: 2,
};

describe('a zoomed picture', () => {
  it('fits its frame, in the middle', () => {
    expect(placed(FITTED, frame)).toEqual({ x: 100, y: 0, width: 600, height: 600 });
    expect(isCut(FITTED, frame)).toBe(false);
  });

  it('puts one pixel on one of the screen at 100 %, and begins on a whole one', () => {
    const odd = { ...frame, frame: { width: 801, height: 599 } };
    const { x, y, width } = placed(zoomed(FITTED, odd, EXACT), odd);
    expect(width * odd.ratio).toBe(512);
    expect(Number.isInteger(x * odd.ratio) && Number.isInteger(y * odd.ratio)).toBe(true);
  });

  it('keeps what is under the pointer there', () => {
    const at = { x: 120, y: -60 };
    const placeUnder = (look: typeof FITTED) => {
      const { x, y, width, height } = placed(look, frame);
      return [(400 + at.x - x) / width, (300 + at.y - y) / height];
    };
    const closer = zoomed(FITTED, frame, 6, at);
    const before = placeUnder(FITTED);
    for (const [axis, now] of placeUnder(closer).entries()) {
      expect(now).toBeCloseTo(before[axis] ?? NaN, 2);
    }
    expect(isCut(closer, frame)).toBe(true);
  });

  it('moves with the hand, and never out of the frame', () => {
    const close = zoomed(FITTED, frame, 8);
    const moved = panned(close, frame, { x: 50, y: -30 });
    expect(placed(moved, frame).x - placed(close, frame).x).toBe(50);
    expect(placed(moved, frame).y - placed(close, frame).y).toBe(-30);
    expect(placed(panned(close, frame, { x: 1e5, y: 1e5 }), frame)).toMatchObject({ x: 0, y: 0 });
    expect(panned(FITTED, frame, { x: 50, y: 50 })).toEqual(FITTED);
  });

  it('steps by ratios that meet at 100 %, 200 % and the fit', () => {
    const levels = new Set<number>();
    let look = zoomed(FITTED, frame, 0);
    expect(levelOf(look, frame)).toBe(EXACT);
    for (let step = 0; step < 30; step += 1) {
      look = stepped(look, frame, 1);
      levels.add(levelOf(look, frame));
    }
    expect([...levels]).toEqual(expect.arrayContaining([2, fitLevel(frame), 16]));
    for (let step = 0; step < 30; step += 1) look = stepped(look, frame, -1);
    expect(levelOf(look, frame)).toBe(EXACT);
  });

  it('is all of it again where it just fits, whatever the frame becomes', () => {
    expect(stepped(stepped(FITTED, frame, 1), frame, -1)).toEqual(FITTED);
  });

  it('of few pixels is drawn larger than sixteen times them where all of it is', () => {
    const small = { ...frame, picture: { width: 16, height: 16 } };
    expect(levelOf(zoomed(FITTED, small, 1e3), small)).toBe(4 * fitLevel(small));
    expect(levelOf(zoomed(FITTED, frame, 1e3), frame)).toBe(16);
  });
});
