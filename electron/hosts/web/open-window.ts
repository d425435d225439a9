import { setTimeout as delay } from 'node:timers/promises';
import { openAppWindow } from '../launch/browser.ts';
import { handOver } from './hand-over.ts';
import type { WebHost } from './host.ts';

/** A browser that has not come by then cannot read the page that sends it, as some packed by Snap. */
const ARRIVAL_MS = 30_000;

/**
 * Shows the studio in a window of an installed browser.
 *
 * @param folder a private one, for the page that hands the address over
 * @returns whether a window has come; true as well when `signal` fired before
 */
export async function openWindow(
  host: Pick<WebHost, 'namedUrlForOnce'>,
  folder: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { url, used } = host.namedUrlForOnce();
  const page = await handOver(url, folder).catch(() => null);
  if (!page) return false;
  try {
    if (!(await openAppWindow(page.address))) return false;
    return await Promise.race([used.then(() => true), late(signal)]);
  } finally {
    await page.remove();
  }
}

/** False when it is too late for a window; true when there need be none any more. */
function late(signal: AbortSignal): Promise<boolean> {
  return delay(ARRIVAL_MS, false, { signal }).catch(() => true);
}
