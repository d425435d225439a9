/** What the axes of a grid can be: what the pack, the artist's phrases and Between offer. */
import type { Walk } from '../../electron/contract/draw.ts';
import type { Axis } from '../../electron/contract/grid.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import { keyOf } from './sliders.ts';
import type { EditSlider } from './slider-set.svelte.ts';

/** Between which numbers a range is moved. */
export interface Reach {
  readonly min: number;
  readonly max: number;
}

/** One kind of axis, and what it begins with. */
export interface AxisChoice extends Reach {
  /** Tells it from others. */
  readonly key: string;
  readonly title: string;
  readonly axis: Axis;
}

/** What axes are made from. */
export interface AxisParts {
  readonly pack: PackInfo | null;
  readonly sliders: readonly EditSlider[];
  readonly seed: number;
  readonly words: string;
  /** The way of Between; null until both ends are set. */
  readonly walk: Walk | null;
  /** Whether the grid begins with a portrait. */
  readonly isOfPortrait: boolean;
}

const STEPS = 5;
const SEEDS = 4;
const NO_REACH = { min: 0, max: 1 };

/** The key of the choice that an axis is; empty where there is none. */
export function choiceOf(axis: Axis | null): string {
  if (!axis) return '';
  return axis.kind === 'slide' ? `slide/${keyOf(axis.direction)}` : axis.kind;
}

export function axisChoices(parts: AxisParts): AxisChoice[] {
  const { pack, sliders, seed, words, walk, isOfPortrait } = parts;
  const { kinds } = strings.grid;
  const range = (from: number, to: number) => ({ from, to, steps: STEPS });
  const prompt = words.trim() === '' ? strings.grid.firstWords : words.trim();
  const choices: AxisChoice[] = [
    {
      ...{ key: 'prompts', title: kinds.prompts, ...NO_REACH },
      axis: { kind: 'prompts', prompts: [prompt] },
    },
    {
      ...{ key: 'seeds', title: kinds.seeds, ...NO_REACH },
      axis: { kind: 'seeds', first: seed, steps: SEEDS },
    },
    ...sliders.map(({ direction, layers, title, min, max }): AxisChoice => {
      const axis: Axis = { kind: 'slide', direction, layers, ...range(min, max) };
      return { key: choiceOf(axis), title, min, max, axis };
    }),
    {
      ...{ key: 'truncation', title: kinds.truncation, min: 0, max: 2 },
      axis: { kind: 'truncation', ...range(0.4, 1.2) },
    },
    {
      ...{ key: 'temperature', title: kinds.temperature, min: 0, max: 2 },
      axis: { kind: 'temperature', ...range(0, 1) },
    },
    {
      ...{ key: 'variety', title: kinds.variety, ...NO_REACH },
      axis: { kind: 'variety', ...range(0, 1) },
    },
  ];
  if (isOfPortrait) {
    const axis: Axis = { kind: 'strength', ...range(0, 1) };
    choices.push({ key: 'strength', title: kinds.strength, ...NO_REACH, axis });
  }
  if (walk) {
    const { from, to, path } = walk;
    const axis: Axis = { kind: 'path', between: { from, to, path }, ...range(0, 1) };
    choices.push({ key: 'path', title: kinds.path, ...NO_REACH, axis });
  }
  if (pack?.noise) {
    const axis: Axis = { kind: 'noise', first: seed, steps: SEEDS };
    choices.push({ key: 'noise', title: kinds.noise, ...NO_REACH, axis });
  }
  return choices;
}
