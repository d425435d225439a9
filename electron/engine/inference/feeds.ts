import type { Drawing, Tensors } from './protocol.ts';
import { float32Tensor } from './rows.ts';

/** What a synthesis network is given for a drawing. */
export function feedsOf({
  w,
  count,
  layers,
  noise,
}: Pick<Drawing, 'w' | 'count' | 'layers' | 'noise'>): Tensors {
  return {
    w: float32Tensor(w, [count, layers, w.length / count / layers]),
    ...(noise && {
      noise: float32Tensor(noise.rows, [noise.rows.length / noise.width, noise.width]),
    }),
  };
}
