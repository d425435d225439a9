/**
 * What a phrase is about: the attributes it shifts, found by drawing the same noise with it and without
 * (Patashnik et al., "StyleCLIP", 2021, §6, ask the same of the channels of their style space).
 */
import type { AttributeGroup } from '../../contract/pack.ts';
import type { Changes } from '../generator/changes.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { Models } from './models.ts';
import { noise } from './places.ts';

/** Portraits drawn to find out. */
const PORTRAITS = 128;
/** A choice drawn more seldom tells less. */
const ENOUGH_DRAWN = 8;
/** Smaller shifts of shares, or of colours in [-1, 1], are chance. */
const LEAST_SHIFT = 0.15;
/** A phrase that shifts the style nearly as much as anything is about the style: everything is drawn anew. */
const STYLE_LEADS = 0.9;

const FIRST_SEED = 1;

/** A group of attributes, and how far a phrase moves it. */
export interface Shift extends AttributeGroup {
  readonly shift: number;
}

/** How far each group of attributes moves on the way from one embedding to another. */
export async function measureShifts(
  from: Float32Array,
  to: Float32Array,
  changes: Changes,
  models: Models,
  options?: CallOptions,
): Promise<Shift[]> {
  const { temperature } = models.pack.manifest.defaults;
  const noises = Array.from({ length: PORTRAITS }, (_, i) =>
    noise(FIRST_SEED + i, temperature, models),
  );
  const draw = async (e: Float32Array) => {
    const draws = noises.map((z) => ({ z, e }));
    return changes.read(await models.flow.decode(draws, options), options);
  };
  const [unsaid, said] = await Promise.all([draw(from), draw(to)]);
  return shiftsBetween(changes.groups, unsaid, said);
}

/** How far each group moves between portraits that show `unsaid` and `said`. */
export function shiftsBetween(
  groups: readonly AttributeGroup[],
  unsaid: readonly Float32Array[],
  said: readonly Float32Array[],
): Shift[] {
  return groups.map((group) => ({ ...group, shift: shiftOf(group, unsaid, said) }));
}

/**
 * The ranges of the groups that a phrase is about: those that it moves most.
 *
 * @param disentangle in [0, 1]: 0 takes along all that is more than chance, 1 only what moves most
 */
export function aboutWhat(
  shifts: readonly Shift[],
  disentangle: number,
): AttributeGroup['range'][] {
  const largest = (some: readonly Shift[]) => Math.max(0, ...some.map(({ shift }) => shift));
  const styles = shifts.filter(({ kind }) => kind === 'style');
  const others = shifts.filter(({ kind }) => kind !== 'style');
  const top = largest(others);
  if (largest(styles) >= STYLE_LEADS * Math.max(top, LEAST_SHIFT)) {
    return shifts.map(({ range }) => range);
  }
  const least = Math.max(Math.min(LEAST_SHIFT, top), disentangle * top);
  return others.filter(({ shift }) => shift >= least).map(({ range }) => range);
}

/** How far the mean of any attribute of a group moves; of a choice, among the portraits that have it. */
function shiftOf(
  { kind, range: [from, to] }: AttributeGroup,
  unsaid: readonly Float32Array[],
  said: readonly Float32Array[],
): number {
  const total = (shown: readonly Float32Array[], at: number) =>
    shown.reduce((sum, one) => sum + (one[at] ?? 0), 0);
  const indices = Array.from({ length: to - from }, (_, i) => from + i);
  const drawn = (shown: readonly Float32Array[]) =>
    kind === 'choice' ? indices.reduce((sum, at) => sum + total(shown, at), 0) : shown.length;
  const [before, after] = [drawn(unsaid), drawn(said)];
  const moved = indices.map((at) =>
    Math.abs(total(said, at) / Math.max(1, after) - total(unsaid, at) / Math.max(1, before)),
  );
  return Math.max(...moved) * Math.min(1, Math.min(before, after) / ENOUGH_DRAWN);
}
