/** The command line in the process of a test. */
import { vi } from 'vitest';
import { runCli } from '../../electron/hosts/cli/program.ts';

export interface Said {
  readonly code: number;
  /** The one JSON document. */
  readonly document: Record<string, unknown>;
  readonly stderr: string;
}

/** Runs a command with `--json`. */
export async function runCommand(...args: string[]): Promise<Said> {
  let [stdout, stderr] = ['', ''];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text: string) => void (stdout += text)),
    vi.spyOn(console, 'error').mockImplementation((text: string) => void (stderr += `${text}\n`)),
  ];
  try {
    const code = await runCli([...args, '--json']);
    return { code, document: JSON.parse(stdout) as Record<string, unknown>, stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
