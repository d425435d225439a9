/** A number of portraits, as it is said. */
export const portraits = (n: number): string =>
  n === 1 ? '1 portrait' : `${n.toLocaleString('en')} portraits`;

/** A size on the disk, as it is said. */
export const megabytes = (bytes: number): string =>
  `${Math.max(1, Math.round(bytes / 1e6)).toLocaleString('en')} MB`;
