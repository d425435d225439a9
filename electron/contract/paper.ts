/** Sizes of paper. */
import { z } from 'zod';
import { keysOf } from './formats.ts';

interface Paper {
  /** How artists call it. */
  readonly title: string;
  /** Upright: width and height in points, 1/72 inch. */
  readonly size: readonly [width: number, height: number];
}

/** ISO 216 and ANSI/ASME Y14.1. */
export const PAPERS = {
  a4: { title: 'A4', size: [595.28, 841.89] },
  a3: { title: 'A3', size: [841.89, 1190.55] },
  a2: { title: 'A2', size: [1190.55, 1683.78] },
  letter: { title: 'Letter', size: [612, 792] },
  tabloid: { title: 'Tabloid', size: [792, 1224] },
} as const satisfies Record<string, Paper>;

export const paperSchema = z.enum(keysOf(PAPERS));
