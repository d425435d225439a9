import { execFileSync } from 'node:child_process';
import { resolve4 } from 'node:dns/promises';
import { readFileSync } from 'node:fs';

/** What was begun over the network; the answers to it do not count. */
export interface Traffic {
  /** Connections asked for, whether or not somebody answered. */
  readonly connections: number;
  /** Datagrams sent: how names are looked up. */
  readonly datagrams: number;
}

/**
 * A network with nobody else in it, where every address of the world leads back to this machine: what is sent
 * is counted and goes nowhere.
 */
const ALONE = [
  'ip link set lo up',
  'ip route add local 0.0.0.0/0 dev lo',
  // Where the kernel knows IPv6.
  '{ ip -6 route add local ::/0 dev lo 2>/dev/null || true; }',
  'exec "$0" "$@"',
];
const IN_A_NETWORK_ALONE = ['--user', '--map-root-user', '--net', 'sh', '-c', ALONE.join(' && ')];

/** A command line that runs in a network of its own; null, after saying so, where that is not allowed. */
export function inNetworkAlone(line: readonly string[]): [command: string, args: string[]] | null {
  try {
    execFileSync('unshare', [...IN_A_NETWORK_ALONE, 'true'], { stdio: 'pipe' });
    return ['unshare', [...IN_A_NETWORK_ALONE, ...line]];
  } catch {
    console.warn('SKIPPED: there are no network namespaces here; it takes Linux, unshare and ip.');
    return null;
  }
}

/** All that was sent so far in this process's network namespace. */
export function countTraffic(): Traffic {
  const ipv4 = readFileSync('/proc/net/snmp', 'utf8');
  const ipv6 = readFileSync('/proc/net/snmp6', 'utf8');
  return {
    connections: counter(ipv4, 'Tcp', 'ActiveOpens'),
    datagrams:
      counter(ipv4, 'Udp', 'OutDatagrams') +
      Number(/^Udp6OutDatagrams\s+(\d+)$/m.exec(ipv6)?.[1] ?? 0),
  };
}

/** Two lines a protocol: names, then numbers (proc(5)). */
function counter(snmp: string, protocol: string, name: string): number {
  const [names = [], numbers = []] = snmp
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}:`))
    .map((line) => line.split(' '));
  return Number(numbers[names.indexOf(name)]);
}

/** Asks for a name that nobody has, so that a test can see that it would have been noticed. */
export async function lookUpSomething(): Promise<void> {
  await resolve4('clip-flow.invalid').catch(() => undefined);
}
