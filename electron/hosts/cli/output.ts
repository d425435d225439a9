/**
 * All that the command line writes. Whatever stands in it was written by somebody else somewhere, so it
 * passes through `printable` here, once.
 */
import type { StudioError } from '../../contract/errors.ts';
import { printable } from '../../contract/printable.ts';

let hasPrinted = false;

/** Begins the output of a command. */
export function beginOutput(): void {
  hasPrinted = false;
}

/** Prints what a command found: as the one JSON document, or as lines for people. */
export function print(
  json: boolean | undefined,
  document: unknown,
  lines: readonly string[],
): void {
  hasPrinted = true;
  const shown = json ? [JSON.stringify(document)] : lines;
  if (shown.length > 0) console.log(shown.map(printable).join('\n'));
}

/**
 * Programs read the error where they read results, people where errors go; and programs that have read
 * their one document already get no second one.
 */
export function printError(error: StudioError, json: boolean): void {
  if (json && !hasPrinted) print(json, { error: error.toJSON() }, []);
  // Where a list of problems was written as several lines, it is read as well in one.
  else printNote(`${error.message.replace(/\s*\n\s*/g, ' ')} (${error.code})`);
}

/** Says something to people beside what a command found. */
export function printNote(line: string): void {
  console.error(printable(line));
}

/**
 * A reader that has gone, as in `clip-flow list | head`, is no failure: what is left to say is said to
 * nobody, and the command still ends as it would have. A disk that is full is one.
 */
export function outliveReaders(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // EIO: a terminal that has closed.
    if (code === 'EPIPE' || code === 'EIO') return;
    printNote(`The result could not be written: ${message}. The work itself is done.`);
    process.exitCode = 1;
  });
}
