/** A number of portraits, as it is said. */
export const portraits = (n: number): string =>
  n === 1 ? '1 portrait' : `${n.toLocaleString('en')} portraits`;
