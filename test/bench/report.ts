/** How benchmarks measure memory and print what they found. */
import { execFileSync } from 'node:child_process';

export function residentMegabytes(pid: number | undefined): number {
  const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Math.round(Number(kilobytes) / 1_000);
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
