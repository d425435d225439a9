import type { DirectionRef, Edit } from '../../electron/contract/edit.ts';
import type { Lineage } from '../../electron/contract/generation.ts';

export type Slide = Extract<Edit, { kind: 'slide' }>;

const OWN = 'principal/';

/** Tells sliders apart; how entangled one is does not make it another. */
export function keyOf(direction: DirectionRef): string {
  switch (direction.kind) {
    case 'named':
      return `named/${direction.id}`;
    case 'text':
      return `text/${direction.from ?? ''}/${direction.to}`;
    case 'principal':
      return `${OWN}${direction.index}`;
  }
}

/** Which of the generator's own directions keys tell of, whether or not they have been looked for. */
export function ownIn(keys: readonly string[]): number[] {
  return keys
    .filter((key) => key.startsWith(OWN))
    .map((key) => Number(key.slice(OWN.length)))
    .sort((a, b) => a - b);
}

/** What was done to a portrait as sliders that can stand beside each other; null where it is more than that. */
export function slidesOf(source: Lineage): readonly Slide[] | null {
  if (source.kind !== 'edit' || source.edits.length === 0) return null;
  const slides = source.edits.filter((edit) => edit.kind === 'slide');
  const keys = new Set(slides.map(({ direction }) => keyOf(direction)));
  return keys.size === source.edits.length ? slides : null;
}
