import type { DirectionRef, Edit } from '../../electron/contract/edit.ts';
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
    case 'carry-over':
      return words.carryOver;
    case 'interpolation':
      return words.interpolation(source.position);
    case 'timeline':
      return words.timeline(source.at);
    case 'edit':
      return source.edits.map(editWords).join(', ') || words.untouched;
    case 'breed':
      return words.breed;
    case 'import':
      return words.import;
  }
}

function editWords(edit: Edit): string {
  switch (edit.kind) {
    case 'slide':
      return words.slide(directionName(edit.direction), edit.amount);
    case 'mix':
      return words.mix;
    case 'blend':
      return words.blend;
  }
}

export function directionName(direction: DirectionRef): string {
  switch (direction.kind) {
    case 'named':
      return direction.id.replaceAll('-', ' ');
    case 'text':
      return direction.from === undefined ? direction.to : `${direction.from} → ${direction.to}`;
    case 'principal':
      return words.principal(direction.index + 1);
  }
}
