/** Where portraits are drawn, as the badge says it. */
import type { Device } from '../../electron/contract/device.ts';
import type { ModelServerStatus } from '../../electron/contract/model-server.ts';
import type { Status } from '../../electron/contract/status.ts';
import { strings } from '../strings.ts';
import { serverName } from '../strings/servers.ts';

export interface DrawnWhere {
  readonly name: string;
  /** What is the matter, said after the name; empty where it draws. */
  readonly says: string;
  /** `idle` where nothing was drawn yet. */
  readonly look: 'good' | 'warn' | 'idle';
}

/** Null where no server has a say in it, and so this machine draws. */
export function drawnWhere({
  servers,
  serverSettings,
  device,
}: Pick<Status, 'servers' | 'serverSettings'> & {
  readonly device: { readonly used: Device | null };
}): DrawnWhere | null {
  const words = strings.servers.badge;
  const allowed = servers.filter(({ state }) => state !== 'unasked');
  const [first] = allowed;
  if (!first) {
    const [unasked] = servers;
    return unasked ? { name: serverName(unasked.address), says: words.asks, look: 'idle' } : null;
  }
  const ready = allowed.filter(({ state }) => state === 'ready');
  const drawing = ready.filter(draws);
  const isWhole = ready.length === allowed.length;
  const [one] = drawing;
  if (one) {
    const isAlone = allowed.length === 1;
    const name = isAlone ? serverName(one.address) : words.several(drawing.length, allowed.length);
    return { name, says: '', look: isWhole ? 'good' : 'warn' };
  }
  // They are slower than this machine.
  if (isWhole) return null;
  const lost = allowed.find(({ state }) => state === 'unreachable' || state === 'refused');
  if (!lost) return { name: serverName(first.address), says: '', look: 'idle' };
  const { address, state } = lost;
  if (serverSettings.fallback && device.used) {
    return { name: strings.devices[device.used], says: words.instead, look: 'warn' };
  }
  const says = state === 'refused' ? words.refused : words.gone;
  return { name: serverName(address), says, look: 'warn' };
}

/** How each server stands and why, as sentences. Most reasons name the server themselves. */
export function reasonsOf(servers: readonly ModelServerStatus[]): string {
  const told = servers.flatMap(({ address, reason, waitsMs }) => [
    ...(waitsMs === null ? [] : [strings.servers.waiting(address, waitsMs)]),
    reason.includes(address) ? reason : `${address}: ${reason}.`,
  ]);
  return told.join(' ');
}

function draws({ graphs }: ModelServerStatus): boolean {
  return graphs.some(({ isUsed }) => isUsed);
}
