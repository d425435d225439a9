/** Which portraits of the library a request works on: those whose numbers it takes, not only their picture. */
import type { Between, Origin } from '../../contract/draw.ts';
import type { Anchor, Generation, Timeline } from '../../contract/generation.ts';
import { portraitsIn } from '../edit/edits.ts';

export function portraitsOfOrigin(origin: Origin): string[] {
  switch (origin.kind) {
    case 'prompt':
    case 'image':
    case 'carry-over':
      return [];
    case 'variation':
    case 'reword':
      return [origin.of];
    case 'edit':
      return [origin.of, ...portraitsIn(origin.edits)];
    case 'breed':
      return origin.parents;
  }
}

/** Of what was done to a portrait's first parent and is now done to another. */
export function portraitsOfReplay({ source, parents }: Generation, of: string): string[] {
  return source.kind === 'carry-over' ? [] : [of, ...parents.slice(1)];
}

export function portraitsBetween({ from, to }: Pick<Between, 'from' | 'to'>): string[] {
  return portraitsOf([from, to]);
}

export function portraitsOfTimeline({ keys }: Timeline): string[] {
  return portraitsOf(keys.map(({ anchor }) => anchor));
}

function portraitsOf(anchors: readonly Anchor[]): string[] {
  return anchors.flatMap((anchor) => (anchor.kind === 'portrait' ? [anchor.id] : []));
}
