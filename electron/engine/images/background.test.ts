import { describe, expect, it } from 'vitest';
import type { RgbPicture } from './codec.ts';
import { cutOut, plainnessOf } from './background.ts';

const SIDE = 40;

/** A disc before a background, with a soft outline, both with a little noise. */
function disc(background: readonly number[], colour: readonly number[], radius = 12): RgbPicture {
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) {
    const [x, y] = [(pixel % SIDE) - SIDE / 2, Math.floor(pixel / SIDE) - SIDE / 2];
    const share = Math.min(1, Math.max(0, radius - Math.hypot(x, y) + 0.5));
    for (let channel = 0; channel < 3; channel += 1) {
      const [far = 0, near = 0] = [background[channel], colour[channel]];
      data[pixel * 3 + channel] = far + (near - far) * share + ((pixel * 7) % 5);
    }
  }
  return { width: SIDE, height: SIDE, data };
}

const at = (x: number, y: number) => y * SIDE + x;

describe('a plain background', () => {
  it.each([
    ['far from the portrait', [240, 220, 90], [20, 20, 30]],
    ['nearly as dark as it', [35, 45, 70], [30, 20, 30]],
  ])('is taken away that is %s', (_, background, colour) => {
    const picture = disc(background, colour);
    expect(plainnessOf(picture)).toEqual({ plain: 1, isEnough: true });
    const { alpha } = cutOut(picture);
    expect(alpha[at(0, 0)]).toBe(0);
    expect(alpha[at(3, 20)]).toBe(0);
    expect(alpha[at(20, 20)]).toBe(255);
    const opaque = alpha.filter((value) => value > 127).length;
    expect(Math.abs(opaque - Math.PI * 12 ** 2)).toBeLessThan(60);
  });

  it('leaves soft outlines, through which nothing of it shines', () => {
    const { alpha, picture } = cutOut(disc([250, 250, 250], [10, 10, 10]));
    const soft = [...alpha.keys()].filter((pixel) => (alpha[pixel] ?? 0) % 255 !== 0);
    expect(soft.length).toBeGreaterThan(20);
    const half = soft.filter((pixel) => (alpha[pixel] ?? 0) > 100);
    for (const pixel of half) expect(picture.data[pixel * 3]).toBeLessThan(90);
  });

  it('is kept where the portrait encloses it', () => {
    const picture = disc([240, 240, 240], [20, 20, 20]);
    picture.data.fill(240, at(20, 20) * 3, at(20, 20) * 3 + 3);
    expect(cutOut(picture).alpha[at(20, 20)]).toBe(255);
  });

  it('is none where the edge has many colours', () => {
    const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 97) % 256);
    expect(plainnessOf({ width: SIDE, height: SIDE, data }).isEnough).toBe(false);
  });
});
