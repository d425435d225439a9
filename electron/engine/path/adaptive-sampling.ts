/** Adaptive sampling: a curve is looked at most often where most happens on it. */
import { resultAt } from '../inference/results.ts';

interface AdaptiveSampling<Sample> {
  /** Into how many even pieces the curve is cut at first. */
  readonly firstPieces: number;
  /** Pieces are halved until each holds at most this fraction of the whole length. */
  readonly largestFraction: number;
  /** Pieces that are narrower are left as they are: what changes there is a jump. */
  readonly smallestPiece: number;
  readonly mostSamples: number;
  /** Hears how many samples there will be at the least, each time that more are wanted. */
  readonly onWanted?: (samples: number) => void;
  /** The samples at some positions, in their order. */
  sample(positions: readonly number[]): Promise<Sample[]>;
  /** How far it is from each sample to the next. */
  lengthsOf(samples: readonly Sample[]): number[];
}

/** Samples in the order of the curve, from 0 to 1, and how far it is from each to the next. */
export async function sampleAdaptively<Sample extends { readonly position: number }>({
  sample,
  lengthsOf,
  onWanted,
  ...limits
}: AdaptiveSampling<Sample>): Promise<{ samples: Sample[]; lengths: number[] }> {
  const { firstPieces, mostSamples } = limits;
  onWanted?.(firstPieces + 1);
  let samples = await sample(Array.from({ length: firstPieces + 1 }, (_, i) => i / firstPieces));
  for (;;) {
    const lengths = lengthsOf(samples);
    const open = middlesOfLongest(samples, lengths, limits);
    if (open.length === 0 || samples.length >= mostSamples) return { samples, lengths };
    const wanted = open.slice(0, mostSamples - samples.length);
    onWanted?.(samples.length + wanted.length);
    const found = await sample(wanted);
    samples = [...samples, ...found].sort((a, b) => a.position - b.position);
  }
}

/** The middles of pieces that hold too much, those with most first. */
function middlesOfLongest(
  samples: readonly { readonly position: number }[],
  lengths: readonly number[],
  { largestFraction, smallestPiece }: { largestFraction: number; smallestPiece: number },
): number[] {
  const all = lengths.reduce((sum, length) => sum + length, 0);
  return lengths
    .map((length, i) => {
      const [begin, end] = [resultAt(samples, i).position, resultAt(samples, i + 1).position];
      // Where nothing changes anywhere, all pieces hold as much.
      const fraction = all > 0 ? length / all : 1 / lengths.length;
      return { fraction, width: end - begin, middle: (begin + end) / 2 };
    })
    .filter(({ fraction, width }) => fraction > largestFraction && width > smallestPiece)
    .sort((a, b) => b.fraction - a.fraction)
    .map(({ middle }) => middle);
}
