/** How much memory the inference process may take, whatever graphs a pack brings. */
import { totalmem } from 'node:os';

/** What a process that took more says last. */
export const OVER_MEMORY = 'took more memory than it may have';

/** Eight times what the pack that the studio brings needs, and room for portraits of 1024 pixels. */
const MOST_BYTES = 4 * 2 ** 30;
/** The rest of the machine, or container, is for the system, the window and the library. */
const SHARE = 0.5;

/** In bytes of resident memory. */
export function memoryBudget(): number {
  // Undefined or beyond all bounds where no container sets a limit.
  const available = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.min(MOST_BYTES, SHARE * available);
}
