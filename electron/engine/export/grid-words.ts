/** What rows and columns of a grid are called on paper. */
import type { Axis, Grid } from '../../contract/grid.ts';
import type { DirectionRef } from '../../contract/edit.ts';
import type { Anchor } from '../../contract/generation.ts';
import { labelOf, valuesOf } from '../../contract/grid.ts';

/** One for each value of an axis; nothing where there is none. */
export function labelsOf(axis: Axis | null): string[] {
  return axis ? valuesOf(axis).map((value) => labelOf(axis, value)) : [];
}

/**
 * What both axes vary, in a line.
 *
 * @param titleOf what the pack calls one of its directions
 */
export function axesInWords(
  { rows, columns }: Pick<Grid, 'rows' | 'columns'>,
  titleOf: (id: string) => string,
): string {
  return [
    ...(rows ? [`Rows: ${axisInWords(rows, titleOf)}`] : []),
    ...(columns ? [`Columns: ${axisInWords(columns, titleOf)}`] : []),
  ].join('. ');
}

function axisInWords(axis: Axis, titleOf: (id: string) => string): string {
  switch (axis.kind) {
    case 'prompts':
      return 'words';
    case 'seeds':
      return 'seeds';
    case 'slide':
      return directionInWords(axis.direction, titleOf);
    case 'path':
      return `from ${anchorInWords(axis.between.from)} to ${anchorInWords(axis.between.to)}`;
    case 'strength':
      return 'how far variations go';
    case 'truncation':
      return 'truncation';
    case 'temperature':
      return 'temperature';
    case 'variety':
      return 'variety';
    case 'noise':
      return 'noise of the layers';
  }
}

function directionInWords(direction: DirectionRef, titleOf: (id: string) => string): string {
  switch (direction.kind) {
    case 'named':
      return titleOf(direction.id);
    case 'text':
      return direction.from === undefined ? direction.to : `${direction.from} → ${direction.to}`;
    case 'principal':
      return `principal direction ${direction.index + 1}`;
  }
}

function anchorInWords(anchor: Anchor): string {
  return anchor.kind === 'prompt'
    ? `“${anchor.prompt}”`
    : `a ${anchor.kind === 'image' ? 'picture' : 'portrait'}`;
}
