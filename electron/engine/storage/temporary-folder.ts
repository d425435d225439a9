import { tmpdir } from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { systemMeaning } from '../../contract/system-errors.ts';
import { ScratchFolder, sweepScratchFolders } from './scratch-folder.ts';
import { makeFolder, PRIVATE_FOLDER } from './make-folder.ts';

/**
 * A folder in the system's temporary one, for what has no place of its own yet. It goes with the session; a
 * session that was killed leaves it to the next one to clear away.
 */
export class TemporaryFolder {
  readonly #name: string;
  #scratch: ScratchFolder | undefined;

  /** @param name tells what lies in it from what lies in others */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Makes a new folder in it, for nobody but the owner.
   *
   * @throws StudioError which names the temporary folder and what is wrong with it
   */
  async folder(name: string): Promise<string> {
    try {
      const made = path.join((await this.#open()).folder, this.#name, name);
      await makeFolder(made, PRIVATE_FOLDER);
      return made;
    } catch (thrown) {
      throw temporaryFolderError(thrown);
    }
  }

  async close(): Promise<void> {
    await this.#scratch?.remove();
    this.#scratch = undefined;
  }

  async #open(): Promise<ScratchFolder> {
    if (this.#scratch) return this.#scratch;
    await sweepTemporaryFolders();
    return (this.#scratch ??= ScratchFolder.open(tmpdir()));
  }
}

/** Clears away what sessions left that were killed. */
export async function sweepTemporaryFolders(): Promise<void> {
  await sweepScratchFolders(tmpdir());
}

/** A failure in the temporary folder in the artist's words; other errors as they are. */
export function temporaryFolderError(thrown: unknown): unknown {
  // What was being written there may have told of a full disk by its own name, which nobody knows.
  const isOfWriting = thrown instanceof StudioError && thrown.code === 'disk-full';
  const meaning = systemMeaning(isOfWriting ? thrown.cause : thrown);
  if (!meaning) return thrown;
  return new StudioError(
    meaning.code,
    `The temporary folder ${tmpdir()} cannot be used: ${meaning.why}. Nothing half-written was left. ` +
      'Put that right, or name another folder in TMPDIR (TEMP on Windows) and start the studio again.',
    { cause: thrown },
  );
}
