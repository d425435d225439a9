/** What can be done to the key-frames of a timeline; every result is new. */
import { z } from 'zod';
import { keyFrameSchema } from '../../electron/contract/generation.ts';
import { slotSchema, type Slot } from '../state/slot.ts';

export const MIN_KEYS = 2;
export const MAX_KEYS = 64;
export const MIN_SECONDS = 0.1;
export const MAX_SECONDS = 120;
const DEFAULT_SECONDS = 2;

/** A key-frame whose words may still be empty. `id` tells it from others while they change places. */
export const keySchema = keyFrameSchema
  .omit({ anchor: true })
  .extend({ id: z.int(), slot: slotSchema });
export type Key = z.infer<typeof keySchema>;

export function firstKeys(): Key[] {
  const words = (id: number): Key => ({ ...newKey({ kind: 'prompt', prompt: '' }), id });
  return [words(1), words(2)];
}

function newKey(slot: Slot): Omit<Key, 'id'> {
  return { slot, path: 'clip', easing: 'linear', seconds: DEFAULT_SECONDS };
}

/** With one more key-frame after the one at `index`, with the path and easing of that one. */
export function insertKey(keys: readonly Key[], index: number, slot: Slot): Key[] {
  const id = Math.max(0, ...keys.map((key) => key.id)) + 1;
  const { path, easing } = keys[index] ?? newKey(slot);
  return keys.toSpliced(index + 1, 0, { ...newKey(slot), path, easing, id });
}

/** Without the key-frame at `index`; the segment before it takes over its time. */
export function removeKey(keys: readonly Key[], index: number): Key[] {
  const removed = keys[index];
  if (!removed || keys.length <= MIN_KEYS) return [...keys];
  const left = keys.toSpliced(index, 1);
  const before = left[index - 1];
  if (!before || index === keys.length - 1) return left;
  const seconds = Math.min(MAX_SECONDS, tidy(before.seconds + removed.seconds));
  return left.with(index - 1, { ...before, seconds });
}

/** What stands at one place moves to another; times and segments stay where they are. */
export function reorderKeys(keys: readonly Key[], from: number, to: number): Key[] {
  if (to < 0 || to >= keys.length || from === to) return [...keys];
  const contents = keys.map(({ id, slot }) => ({ id, slot }));
  const [moved] = contents.splice(from, 1);
  if (moved) contents.splice(to, 0, moved);
  return keys.map((key, index) => ({ ...key, ...contents[index] }));
}

/**
 * Moves the beginning of the key-frame at `index` to a time between its neighbours'. The last one of a
 * film with an end has none behind it and makes the whole longer or shorter; so does, at
 * `keys.length`, the end of a loop.
 */
export function moveKey(
  keys: readonly Key[],
  index: number,
  seconds: number,
  loop: boolean,
): Key[] {
  const before = keys[index - 1];
  if (!before) return [...keys];
  const begin = beginOf(keys, index - 1);
  const next = keys[index];
  const isFree = !next || (index === keys.length - 1 && !loop);
  const most = isFree ? MAX_SECONDS : before.seconds + next.seconds - MIN_SECONDS;
  const length = tidy(Math.min(most, MAX_SECONDS, Math.max(MIN_SECONDS, seconds - begin)));
  const moved = keys.with(index - 1, { ...before, seconds: length });
  if (isFree) return moved;
  return moved.with(index, { ...next, seconds: tidy(before.seconds + next.seconds - length) });
}

/** When the key-frame at `index` comes, in seconds. */
export function beginOf(keys: readonly Pick<Key, 'seconds'>[], index: number): number {
  return keys.slice(0, index).reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Times are kept in hundredths: what a hand can place, and no more digits than are shown. */
function tidy(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
