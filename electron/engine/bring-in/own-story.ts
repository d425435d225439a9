import type { PortraitStory, Recipe } from '../../contract/export.ts';
import { unlessMalformed } from '../images/metadata/limits.ts';
import { readRecipe, readStory } from '../images/metadata/story.ts';

/** What a picture of a studio says of itself. */
export interface OwnStory {
  readonly recipe: Recipe;
  /** With its id, out of a library; null out of an export. */
  readonly story: PortraitStory | null;
}

/** Null for a picture of others, and for one of a studio's whose words cannot be trusted. */
export function ownStoryIn(picture: Uint8Array): OwnStory | null {
  const recipe = unlessMalformed(() => readRecipe(picture));
  if (!recipe || !isSound(recipe)) return null;
  return { recipe, story: unlessMalformed(() => readStory(picture)) };
}

/** What was drawn has latents, and nothing else. */
function isSound({ generation, latents }: Recipe): boolean {
  return (latents === null) === (generation.source.kind === 'import');
}
