import { isTooLong } from '../state/slot.ts';

const PAUSE_MS = 500;
/** Texts that are looked at together. */
const MOST = 200;

/** What a field says, and the texts that its words are read as; null where there is nobody to ask. */
export interface FieldWords {
  readonly prompt: string;
  readonly texts: readonly string[];
}

/** Asks about the words of a field once nobody has typed for a moment; what was found of others is gone at once. */
export class AskedOfWords {
  #found = $state.raw<readonly string[]>([]);

  constructor(
    words: () => FieldWords | null,
    ask: (texts: string[], options: { signal: AbortSignal }) => Promise<readonly string[]>,
  ) {
    $effect(() => {
      this.#found = [];
      const field = words();
      if (field === null || field.prompt.trim() === '' || isTooLong(field.prompt)) return;
      const abort = new AbortController();
      const timer = setTimeout(async () => {
        // Whoever draws with these words is told what is wrong.
        const found = await ask(field.texts.slice(0, MOST), abort).catch(() => null);
        if (found && !abort.signal.aborted) this.#found = found;
      }, PAUSE_MS);
      return () => {
        clearTimeout(timer);
        abort.abort();
      };
    });
  }

  get found(): readonly string[] {
    return this.#found;
  }
}
