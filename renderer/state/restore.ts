import type { Generation, Lineage } from '../../electron/contract/generation.ts';
import type { Lock } from '../../electron/contract/lock.ts';
import { drawnWords } from '../../electron/contract/prompt-markup.ts';
import type { Gap } from '../../electron/contract/settings.ts';
import type { Base } from './prompt-field.svelte.ts';
import type { BestOf } from './settings.svelte.ts';

/** What is known of how a portrait was made, by this studio or by a picture file's own word. */
export type Making = Pick<
  Generation,
  'prompt' | 'seed' | 'settings' | 'source' | 'parents' | 'pack'
>;

/** Everything a portrait can give back to the fields of Create. */
export interface Recipe {
  prompt: string;
  /** What is not to be seen. */
  without: string;
  base: Base | null;
  seed: number;
  truncation: number;
  temperature: number;
  gap: Gap;
  variety: number;
  /** Null is the generator's own noise. */
  noiseSeed: number | null;
  strength: number;
  /** How many are drawn for each that is kept; 1 keeps what the seed draws. */
  bestOf: BestOf;
  locks: readonly string[];
}

export type RecipeField = keyof Recipe;

export interface Difference {
  field: RecipeField;
  from: Recipe[RecipeField];
  to: Recipe[RecipeField];
}

function baseOf(source: Lineage, parents: readonly string[]): Base | null {
  const [parent] = parents;
  if (source.kind === 'image') return { kind: 'image', reference: source.reference };
  if (parent === undefined) return null;
  return source.kind === 'variation' || source.kind === 'reword'
    ? { kind: source.kind, of: parent }
    : null;
}

/** The fields that draw a portrait again. What its making did not use stays as it is `now`. */
export function recipeOf(
  making: Making,
  now: Recipe,
  namesOf: (locks: readonly Lock[]) => string[],
): Recipe {
  const { seed, settings, source, parents } = making;
  const prompt = drawnWords(making);
  // What another program drew has words, and no settings that mean something here.
  if (source.kind === 'import') return { ...now, prompt, base: null };
  return {
    prompt,
    without: settings.without ?? '',
    base: baseOf(source, parents),
    seed: seed ?? now.seed,
    truncation: settings.truncation,
    temperature: settings.temperature,
    gap: settings.gap,
    variety: settings.variety ?? now.variety,
    noiseSeed: settings.noiseSeed ?? null,
    strength: source.kind === 'variation' ? source.strength : now.strength,
    // Of several, another than this one might be kept.
    bestOf: 1,
    locks:
      source.kind === 'variation' || source.kind === 'reword'
        ? namesOf(source.locks ?? [])
        : now.locks,
  };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What would change, in the order an artist reads a recipe. */
export function differences(now: Recipe, then: Recipe): Difference[] {
  const fields: readonly RecipeField[] = [
    'prompt',
    'without',
    'base',
    'seed',
    'truncation',
    'temperature',
    'gap',
    'variety',
    'noiseSeed',
    'strength',
    'bestOf',
    'locks',
  ];
  return fields
    .filter((field) => !isSame(now[field], then[field]))
    .map((field) => ({ field, from: now[field], to: then[field] }));
}
