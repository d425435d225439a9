/** Drawings of several portraits, taken apart, and their pictures put together. */
import type { Drawing, Pictures } from './protocol.ts';

/** From the portrait `first` to before `end`, or to the last if there are fewer. */
export function portraitsOf<T extends Pick<Drawing, 'w' | 'count'>>(
  drawing: T,
  first: number,
  end: number,
): T {
  const size = drawing.w.length / drawing.count;
  const w = drawing.w.slice(first * size, end * size);
  return { ...drawing, w, count: w.length / size };
}

/** Pictures of one size, one after the other. */
export function join(parts: readonly Pictures[]): Pictures {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const { width = 0, height = 0 } = first ?? {};
  const pixels = new Uint8Array(parts.reduce((sum, part) => sum + part.pixels.length, 0));
  let start = 0;
  for (const part of parts) {
    pixels.set(part.pixels, start);
    start += part.pixels.length;
  }
  return { width, height, pixels };
}
