/** How benchmarks measure memory and print what they found. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export function residentMegabytes(pid: number | undefined): number {
  const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Math.round(Number(kilobytes) / 1_000);
}

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** Milliseconds that all processors computed for a process; NaN where the system does not tell. */
export function processorMs(pid: number | undefined): number {
  const [user = NaN, system = NaN] = timesOf(pid ?? NaN);
  return (user + system) * TICK_MS;
}

/**
 * Milliseconds that all processors computed for a command and what that started. Unlike what a clock says, it is much
 * the same whatever else the machine does. NaN where the system does not tell.
 *
 * @param command starts processes and waits for their end
 */
export async function processorMsOf(command: () => Promise<unknown>): Promise<number> {
  const ofChildren = () => {
    const [, , user = NaN, system = NaN] = timesOf(process.pid);
    return (user + system) * TICK_MS;
  };
  const before = ofChildren();
  await command();
  return ofChildren() - before;
}

/** utime, stime, cutime and cstime of a process (proc_pid_stat(5)), in ticks; none on other systems. */
function timesOf(pid: number): number[] {
  try {
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    return fields.split(' ').slice(11, 15).map(Number);
  } catch {
    return [];
  }
}

export function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

export function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}

export function print(what: string, value: string): void {
  console.log(`${what.padEnd(40)} ${value}`);
}

/** The value that `percent` of 100 values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}
