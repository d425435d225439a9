/** Looks at a path most often where most happens on it. */
import { resultAt } from '../inference/results.ts';

interface Fineness<Sample> {
  /** Into how many even pieces the path is cut at first. */
  readonly firstPieces: number;
  /** Pieces are halved until each holds at most this share of the whole length. */
  readonly largestShare: number;
  /** Pieces that are narrower are left as they are: what changes there is a jump. */
  readonly smallestPiece: number;
  readonly mostSamples: number;
  /** The samples at some positions, in their order. */
  look(positions: readonly number[]): Promise<Sample[]>;
  /** How far it is from each sample to the next. */
  lengthsOf(samples: readonly Sample[]): number[];
}

/** Samples in the order of the path, from 0 to 1, and how far it is from each to the next. */
export async function lookFinely<Sample extends { readonly position: number }>({
  look,
  lengthsOf,
  ...fineness
}: Fineness<Sample>): Promise<{ samples: Sample[]; lengths: number[] }> {
  const { firstPieces, mostSamples } = fineness;
  let samples = await look(Array.from({ length: firstPieces + 1 }, (_, i) => i / firstPieces));
  for (;;) {
    const lengths = lengthsOf(samples);
    const open = middlesOfLongest(samples, lengths, fineness);
    if (open.length === 0 || samples.length >= mostSamples) return { samples, lengths };
    const found = await look(open.slice(0, mostSamples - samples.length));
    samples = [...samples, ...found].sort((a, b) => a.position - b.position);
  }
}

/** The middles of pieces that hold too much, those with most first. */
function middlesOfLongest(
  samples: readonly { readonly position: number }[],
  lengths: readonly number[],
  { largestShare, smallestPiece }: { largestShare: number; smallestPiece: number },
): number[] {
  const all = lengths.reduce((sum, length) => sum + length, 0);
  return lengths
    .map((length, i) => {
      const [begin, end] = [resultAt(samples, i).position, resultAt(samples, i + 1).position];
      // Where nothing changes anywhere, all pieces hold as much.
      const share = all > 0 ? length / all : 1 / lengths.length;
      return { share, width: end - begin, middle: (begin + end) / 2 };
    })
    .filter(({ share, width }) => share > largestShare && width > smallestPiece)
    .sort((a, b) => b.share - a.share)
    .map(({ middle }) => middle);
}
