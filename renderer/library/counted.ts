/** How many of the lists have each thing. */
export function counted(lists: readonly (readonly string[])[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const of of lists.flat()) counts[of] = (counts[of] ?? 0) + 1;
  return counts;
}
