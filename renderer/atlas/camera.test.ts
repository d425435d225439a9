import { describe, expect, it } from 'vitest';
import { fit, levelOf, pan, seen, toAtlas, toScreen, zoom } from './camera.ts';

const size = { width: 900, height: 600 };
const whole = fit(size);

describe('looking at the atlas', () => {
  it('begins with all of it in view', () => {
    const corners = [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ].map((corner) => toScreen(whole, size, corner));
    for (const { x, y } of corners) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(size.width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(size.height);
    }
  });

  it('finds the point that is seen somewhere', () => {
    const point = { x: 0.3, y: 0.8 };
    const found = toAtlas(whole, size, toScreen(whole, size, point));
    expect(found.x).toBeCloseTo(point.x, 9);
    expect(found.y).toBeCloseTo(point.y, 9);
  });

  it('zooms around a point, which stays where it is', () => {
    const at = { x: 500, y: 250 };
    const before = toAtlas(whole, size, at);
    const after = toAtlas(zoom(whole, size, 4, at), size, at);
    expect(after.x).toBeCloseTo(before.x, 9);
    expect(after.y).toBeCloseTo(before.y, 9);
  });

  it('moves with the hand, and not away from the atlas', () => {
    const near = zoom(whole, size, 4, { x: 450, y: 300 });
    const point = toScreen(near, size, { x: 0.5, y: 0.5 });
    const moved = toScreen(pan(near, 30, -20), size, { x: 0.5, y: 0.5 });
    expect(moved.x).toBeCloseTo(point.x + 30, 9);
    expect(moved.y).toBeCloseTo(point.y - 20, 9);
    expect(pan(near, 1e6, -1e6)).toMatchObject({ x: 0, y: 1 });
  });

  it('has a finer level with every doubling, and ends somewhere', () => {
    const twice = zoom(whole, size, 2, { x: 450, y: 300 });
    expect(levelOf(twice)).toBe(levelOf(whole) + 1);
    expect(levelOf(zoom(whole, size, 1e9, { x: 0, y: 0 }))).toBeLessThanOrEqual(20);
    expect(levelOf(zoom(whole, size, 1e-9, { x: 0, y: 0 }))).toBeGreaterThanOrEqual(0);
  });

  it('reads a little more than is seen', () => {
    const { from, to } = seen(whole, size);
    expect(toScreen(whole, size, from).x).toBeLessThan(0);
    expect(toScreen(whole, size, to).y).toBeGreaterThan(size.height);
  });
});
