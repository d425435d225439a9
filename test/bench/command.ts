/** Runs the command line and prints what its processes took. Linux only. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { print } from './report.ts';

const POLL_MS = 20;
const MAIN = path.resolve(import.meta.dirname, '../../electron/hosts/cli/main.ts');

interface Use {
  readonly peakMegabytes: number;
  readonly seconds: number;
}

/** @returns what it said, as JSON */
export async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const started = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args, '--json'], {
    ...{ env, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const uses = new Map<number, Use>();
  const poll = setInterval(() => {
    for (const pid of familyOf(child.pid ?? 0)) {
      const use = useOf(pid);
      if (use) uses.set(pid, use);
    }
  }, POLL_MS);
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  clearInterval(poll);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  print(args.slice(0, 2).join(' '), `${seconds} s by the clock, exit code ${code}`);
  for (const [pid, { peakMegabytes, seconds }] of uses) {
    const name = pid === child.pid ? '  engine' : '  inference';
    print(name, `${peakMegabytes} MB at the most, ${seconds.toFixed(1)} s of CPU`);
  }
  return said;
}

function familyOf(pid: number): number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`) ?? '';
  return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(familyOf)];
}

/** Ticks are hundredths of a second. */
function useOf(pid: number): Use | undefined {
  const peak = /VmHWM:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1];
  const ticks = textOf(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ');
  if (peak === undefined || !ticks) return undefined;
  const seconds = (Number(ticks[11]) + Number(ticks[12])) / 100;
  return { peakMegabytes: Math.round(Number(peak) / 1_000), seconds };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
