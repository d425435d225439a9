/** Texts such as a bridge's artist will write, for the mean that a bank takes texts from. */
import type { BridgeRequest } from '../../contract/bridge.ts';

const ANYTHING = 'a picture';

/** What may be said of pictures of anything. */
const SAID = (
  'red, blue, green, yellow, black, white, bright, dark, colourful, pale, old, new, large, small, round, long, ' +
  'simple, detailed, smooth, rough, warm, cold, calm, wild, strange, beautiful'
).split(', ');

/**
 * What all pictures of the generator are, in each template, and with many things said of them; and the test prompts.
 * What such texts have in common tells no picture from another. Their mean over words that have little to do
 * with each other is just that: less it, a prompt is what is special in it. The vocabulary of another pack would
 * draw the mean to what that one draws.
 */
export function phrasesAbout(
  { about = ANYTHING, prompts }: Pick<BridgeRequest, 'about' | 'prompts'>,
  templates: readonly string[],
): string[] {
  const framed = templates.map((template) => template.replace('{}', () => about));
  const said = SAID.map((word) => `${about}, ${word}`);
  return [...new Set([about, ...framed, ...said, ...prompts])];
}
