/** How a flow learns, and how large it is. */
import type { FlowSizes } from './flow-shape.ts';

export interface TrainingSettings {
  /** Decides starts, orders and noise. */
  readonly seed: number;
  readonly batch: number;
  readonly steps: number;
  /** The highest learning rate. */
  readonly rate: number;
  /** Steps over which the rate rises to it. */
  readonly warmUp: number;
  /** Pairs that nothing is learnt from. */
  readonly heldOut: number;
  /** Steps between two looks at those, each kept as a checkpoint. */
  readonly every: number;
  /** Looks without a better one, after which learning stops. */
  readonly patience: number;
}

/** Batches that a quarter of the pairs suffice for: few pairs are seen in smaller ones. */
const MOST_BATCH = 256;
const MOST_HELD_OUT = 2_000;
/** Over all pairs. Of 20,000, those of the default pack, pairs held out were met best after seven of ten. */
const PASSES = 10;

/** Settings for so many pairs. They overfit the sooner the fewer they are; looking often finds the best step. */
export function settingsFor(pairs: number, seed = 1): TrainingSettings {
  const heldOut = Math.min(MOST_HELD_OUT, Math.ceil(pairs / 10));
  const batch = Math.max(1, Math.min(MOST_BATCH, Math.floor((pairs - heldOut) / 4)));
  const steps = Math.max(300, Math.min(4_000, Math.round((PASSES * pairs) / batch)));
  const every = Math.max(10, Math.round(steps / 40));
  return {
    seed,
    batch,
    steps,
    rate: 1e-3,
    warmUp: Math.round(0.03 * steps),
    heldOut,
    every,
    patience: 8,
  };
}

/** A flow as wide as its spaces ask for. */
export function shapeFor(
  space: Pick<FlowSizes, 'kind' | 'w' | 'clip'>,
  noiseLevels = space.kind === 'conditional',
): FlowSizes {
  const width = (most: number, of: number) => Math.max(32, Math.min(most, of));
  return {
    ...space,
    steps: 8,
    hidden: width(384, space.w),
    condition: width(256, space.clip / 2),
    reading: width(768, 1.5 * space.clip),
    cap: 1.5,
    noiseLevels,
  };
}

/** Linear warm-up, then half a cosine down to nothing (Loshchilov & Hutter, "SGDR", 2017, eq. 5). */
export function rateAt({ rate, warmUp, steps }: TrainingSettings, step: number): number {
  if (step < warmUp) return (rate * (step + 1)) / warmUp;
  return (rate / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp)));
}
