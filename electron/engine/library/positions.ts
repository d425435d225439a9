/**
 * Places of things in an order that the artist gives them: numbers that ascend, so that one thing finds a place
 * between two others without these moving.
 */

/** One thing with its place. */
export interface Placed {
  readonly id: string;
  readonly position: number;
}

/**
 * Brings some things together in the order of `ids`, before another or at the end.
 *
 * @param placed in their order
 * @param before null, or none of `placed`, for the end
 * @returns the places that are other ones than before: of `ids`, and of all where no room is left between two
 */
export function rearranged(
  placed: readonly Placed[],
  ids: readonly string[],
  before: string | null,
): Map<string, number> {
  const moved = new Set(ids);
  const others = placed.filter(({ id }) => !moved.has(id));
  // The one they come before may be among them: then the next that is not.
  const from = placed.findIndex(({ id }) => id === before);
  const next = from < 0 ? undefined : placed.slice(from).find(({ id }) => !moved.has(id));
  const at = next ? others.indexOf(next) : others.length;
  const low = others[at - 1]?.position ?? (next ? next.position - ids.length - 1 : 0);
  const high = next?.position ?? low + ids.length + 1;
  const step = (high - low) / (ids.length + 1);
  const positions = ids.map((_, index) => low + step * (index + 1));
  const hasRoom = [low, ...positions, high].every((position, index, all) => {
    return index === 0 || position > (all[index - 1] ?? position);
  });
  if (hasRoom) return new Map(ids.map((id, index) => [id, positions[index] ?? high]));
  const all = [
    ...others.slice(0, at).map(({ id }) => id),
    ...ids,
    ...others.slice(at).map(({ id }) => id),
  ];
  return new Map(all.map((id, index) => [id, index + 1]));
}
