import { createInterface } from 'node:readline/promises';
import { printable } from '../../contract/printable.ts';
import { StudioError } from '../../contract/errors.ts';

export interface ConfirmOptions {
  /** Said beforehand (`--yes`). */
  readonly yes?: boolean | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks at the terminal before something that takes long, costs something or cannot be taken back.
 *
 * @throws StudioError `cancelled` unless the answer is yes, `invalid-argument` where nobody can be asked
 */
export async function confirm(question: string, { yes, signal }: ConfirmOptions): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new StudioError(
      'invalid-argument',
      'This has to be agreed to. Nothing was done; say --yes to agree beforehand.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${printable(question)} [y/N] `, { signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new StudioError('cancelled', 'Nothing was done.');
}
