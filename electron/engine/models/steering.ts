/** What weights, negations and words to be left out do to the embedding of a prompt. */
import type { PromptReading } from '../../contract/prompt-markup.ts';
import { addScaled, cosine, dot, normalise } from '../latent/vectors.ts';

/** A prompt as it is read, and what is to be left out besides. */
export interface Wording extends PromptReading {
  readonly without: readonly string[];
}

/** Embeds words: [clip], unit length. */
type Embed = (text: string) => Promise<Float32Array>;

/**
 * A negation is honoured if it takes the prompt farther than this from what it denies, as a cosine. Between the negations
 * that the default pack's text encoder honours and those that it takes for the opposite (docs/prompts.md).
 */
const HONOURED = 0.85;

/** Whether the embedding of its text is not all that it says. */
export function isSteered({ parts, negations, without }: Wording): boolean {
  return parts.length + negations.length + without.length > 0;
}

/**
 * The embedding of a prompt, moved in CLIP's space. A part of weight a counts a times as much as it does in its
 * prompt: e + (a − 1) (e − e without the part). What is to be left out, and what is negated and not honoured as
 * such, is taken out of it.
 *
 * @param neutral words that say nothing but what the pack draws
 * @returns [clip], unit length
 */
export async function steer(
  { text, parts, negations, without }: Wording,
  embed: Embed,
  neutral: string,
): Promise<Float32Array> {
  const whole = await embed(text);
  let steered = whole;
  for (const { weight, rest } of parts) {
    const left = await embed(rest === '' ? neutral : rest);
    steered = addScaled(steered, addScaled(whole, left, -1), weight - 1);
  }
  steered = normalise(steered);
  const denied: string[] = [];
  for (const { thing, affirmed } of negations) {
    if (cosine(await embed(affirmed), whole) >= HONOURED) denied.push(thing);
  }
  const base = await embed(neutral);
  for (const thing of [...denied, ...without]) {
    steered = leaveOut(steered, base, await embed(`${neutral} with ${thing}`));
  }
  return steered;
}

/**
 * Takes out what leads from the neutral embedding to that with the thing, as far as an embedding leads there more than
 * the neutral one does. A fixed step as long as that would take much else of the prompt with it.
 */
function leaveOut(e: Float32Array, base: Float32Array, shown: Float32Array): Float32Array {
  const direction = addScaled(shown, base, -1);
  const length = dot(direction, direction);
  const lean = dot(addScaled(e, base, -1), direction);
  return length > 0 && lean > 0 ? normalise(addScaled(e, direction, -lean / length)) : e;
}
