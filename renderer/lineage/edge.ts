import type { Lineage } from '../../electron/contract/generation.ts';
import { strings } from '../strings.ts';

const words = strings.lineage.edges;

/** How a portrait came from what stands before it, in a few plain words. */
export function edgeWords(source: Lineage): string {
  switch (source.kind) {
    case 'prompt':
      return words.prompt;
    case 'image':
      return words.image;
    case 'variation':
      return words.variation(source.strength);
    case 'reword':
      return words.reword;
    case 'interpolation':
      return words.interpolation(source.position);
  }
}
