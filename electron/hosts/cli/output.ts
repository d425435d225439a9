import type { StudioError } from '../../contract/errors.ts';

/** Prints what a command found: as the one JSON document, or as lines for people. */
export function print(
  json: boolean | undefined,
  document: unknown,
  lines: readonly string[],
): void {
  console.log(json ? JSON.stringify(document) : lines.join('\n'));
}

/** Programs read the error where they read results, people where errors go. */
export function printError(error: StudioError, json: boolean): void {
  if (json) console.log(JSON.stringify({ error: error.toJSON() }));
  else console.error(`${error.message} (${error.code})`);
}
