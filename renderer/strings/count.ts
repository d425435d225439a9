import { count } from '../../electron/contract/count.ts';
import { about } from '../../electron/contract/duration.ts';

/** A number of portraits, as it is said. */
export const portraits = (n: number): string => count(n, 'portrait');
export const pictures = (n: number): string => count(n, 'picture');

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** How long work still takes, as it is said of what an artist waits for. */
export function remaining(ms: number): string {
  if (ms < 1_500) return 'a moment left';
  return `${about(ms)} left`;
}

/** How much room something takes, as it is said. */
export function size(bytes: number): string {
  if (bytes < 950_000) return `${Math.max(1, Math.round(bytes / 1_000))} KB`;
  if (bytes < 950_000_000) return `${Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
