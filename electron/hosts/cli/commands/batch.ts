import { createInterface } from 'node:readline';
import { z } from 'zod';
import { StudioError } from '../../../contract/errors.ts';
import { beginOutput, printError } from '../output.ts';
import { type GlobalOptions, shareStudio } from '../session.ts';

const lineSchema = z.array(z.string()).min(1);
/** What opens a studio of its own for as long as it likes, or reads the same lines. */
const NOT_HERE = new Set(['batch', 'serve']);

/**
 * Runs the commands that standard input brings, each a line: a JSON list of its words. The model is loaded once
 * for all of them. A command that fails says so in its place, and the next one runs.
 *
 * @param run what runs one command; returns its exit code
 * @returns whether all of them succeeded
 */
export async function batch(
  options: GlobalOptions,
  run: (args: readonly string[]) => Promise<number>,
): Promise<boolean> {
  const json = options.json === true;
  return shareStudio(options, async ({ signal }) => {
    let allDone = true;
    for await (const line of createInterface({ input: process.stdin, signal })) {
      if (line.trim() === '') continue;
      beginOutput();
      const args = argumentsOf(line);
      if (args instanceof StudioError) printError(args, json);
      const code = args instanceof StudioError ? 1 : await run(json ? [...args, '--json'] : args);
      allDone &&= code === 0;
    }
    return allDone;
  });
}

function argumentsOf(line: string): string[] | StudioError {
  const args = lineSchema.safeParse(parsed(line));
  if (!args.success) {
    const how = 'A line is a JSON list of words, as ["generate", "red hair", "--count", "4"].';
    return new StudioError('invalid-argument', `${how} This one was passed over: ${line}`);
  }
  const command = args.data.find((word) => !word.startsWith('-')) ?? '';
  if (!NOT_HERE.has(command)) return args.data;
  return new StudioError('invalid-argument', `"${command}" cannot be one of a batch's lines.`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
