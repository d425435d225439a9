import type { PackInfo } from '../../electron/contract/status.ts';

/** Words that nobody thought of, as the pack offers them; null of a pack that offers none. */
export function surprise(
  { examples, surprise: pattern }: Pick<PackInfo['prompts'], 'examples' | 'surprise'>,
  random = Math.random,
): string | null {
  const pick = (choices: readonly string[]) => choices[Math.floor(random() * choices.length)] ?? '';
  if (pattern !== undefined) {
    return pattern.replaceAll(/\{([^{}]*)\}/g, (_, choices: string) => pick(choices.split('|')));
  }
  return examples.length > 0 ? pick(examples) : null;
}
