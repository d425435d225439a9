/** What is said of model servers to people. */
import { rounded } from '../../contract/duration.ts';
import type { StudioError } from '../../contract/errors.ts';
import type { ModelServerStatus } from '../../contract/model-server.ts';
import type { ModelServers } from '../../engine/servers/servers.ts';
import { printNote } from './output.ts';

/** What a server is sent, before it is. */
export function tellWhatLeaves(servers: readonly ModelServerStatus[]): void {
  const allowed = servers.filter(({ state }) => state !== 'unasked');
  const addresses = allowed.map(({ address }) => address);
  if (addresses.length === 0) return;
  printNote(
    `Pictures are drawn by ${addresses.join(', ')}, which is sent the numbers that describe them, and what was drawn ` +
      'to look at it. Words, pictures that you bring in and the library stay on this machine.',
  );
}

/** Whom work waits for, as soon as it does. @param aside says something while work goes on */
export function tellOfWaiting(
  servers: Pick<ModelServers, 'statuses' | 'subscribe'>,
  aside: (say: () => void) => void,
): void {
  let told: readonly string[] = [];
  servers.subscribe(() => {
    const waits = servers.statuses.filter(({ waitsMs }) => waitsMs !== null);
    for (const { address, waitsMs } of waits) {
      if (waitsMs === null || told.includes(address)) continue;
      aside(() => printNote(`Waiting for ${address}, up to ${rounded(waitsMs)}.`));
    }
    told = waits.map(({ address }) => address);
  });
}

/** Which servers did not do what was hoped of them, but for what the error says that work ended with. */
export function tellOfServers(servers: readonly ModelServerStatus[], error?: StudioError): void {
  for (const { state, reason } of servers) {
    const isAmiss = state === 'unreachable' || state === 'refused';
    if (isAmiss && reason !== error?.message) printNote(reason);
  }
}
