/** Why a text slider changes nothing that is seen, found by drawing the portrait in other ways. */
import type { Edit, Silence } from '../../contract/edit.ts';
import { layerRanges } from '../../contract/layers.ts';
import type { RgbPicture } from '../images/codec.ts';
import { toSquare } from '../images/resample.ts';

/** Pictures are compared at this side: what an eye sees change, whatever size the pack draws. */
const COMPARED_SIDE = 64;
/** A place has changed when one of its colours is another by more than this, of 255. */
const VISIBLE = 12;
/** Less of the picture than this is no change: a pupil is more. */
const SMALLEST_PART = 1 / 500;
/** Other edits that are tried as what hides one. */
const MOST_TRIED = 6;

type TextSlide = Extract<Edit, { kind: 'slide' }>;

/** What is needed to look at a portrait in other ways. */
export interface Looking {
  readonly edits: readonly Edit[];
  /** Layers of the generator. */
  readonly layers: number;
  /** The words of the slider's phrase that the pack does not know. */
  readonly unheard: readonly string[];
  draw(edits: readonly Edit[]): Promise<RgbPicture>;
}

/** Whether an eye tells two pictures of one size apart. */
export function isSeen(before: RgbPicture, after: RgbPicture): boolean {
  const [a, b] = [before, after].map((picture) =>
    toSquare(picture, { size: COMPARED_SIDE, interpolation: 'bilinear', fit: 'crop' }),
  );
  if (!a || !b) return false;
  let changed = 0;
  for (let at = 0; at < a.data.length; at += 3) {
    const differs = (channel: number) =>
      Math.abs((a.data[at + channel] ?? 0) - (b.data[at + channel] ?? 0)) > VISIBLE;
    if (differs(0) || differs(1) || differs(2)) changed += 1;
  }
  return changed / (a.width * a.height) >= SMALLEST_PART;
}

/**
 * Tries one way after another in which the slider might be seen, and names the first. Words that the pack does not
 * know come first, for with them nothing else is worth trying.
 */
export async function whySilent(
  slide: TextSlide,
  index: number,
  looking: Looking,
): Promise<Silence> {
  const { edits, layers, unheard } = looking;
  if (unheard.length > 0) return { kind: 'unheard', words: [...unheard] };
  const without = await looking.draw(edits.toSpliced(index, 1));
  const changes = async (as: TextSlide): Promise<boolean> =>
    isSeen(without, await looking.draw(edits.with(index, as)));

  const full = { ...slide, amount: Math.sign(slide.amount) * Math.max(1, Math.abs(slide.amount)) };
  if (full.amount !== slide.amount && (await changes(full))) return { kind: 'amount' };
  const { all } = layerRanges(layers);
  const isNarrow = slide.layers[0] > all[0] || slide.layers[1] < all[1];
  if (isNarrow && (await changes({ ...full, layers: all }))) return { kind: 'layers' };
  if (await changes({ ...full, amount: -full.amount })) return { kind: 'there' };
  for (const [other] of [...edits.entries()].slice(0, MOST_TRIED)) {
    if (other === index) continue;
    const before = await looking.draw(edits.filter((_, i) => i !== index && i !== other));
    const after = await looking.draw(edits.with(index, full).toSpliced(other, 1));
    if (isSeen(before, after)) return { kind: 'edit', index: other };
  }
  return { kind: 'portrait' };
}
