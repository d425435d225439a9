import { z } from 'zod';
import { SavedValues } from '../state/saved-values.svelte.ts';
import { DEFAULT_KEYS } from './key-table.ts';
import { keyLabel, matchesChord } from './keys.ts';

/** What a name looks like: keys are single letters and signs, or begin with a capital. */
const NAME = /^[a-z][\w-]+$/;
const DEFAULTS: Readonly<Record<string, string | undefined>> = DEFAULT_KEYS;

const bindingsSchema = z.object({
  /** Keys by their names, where they are not the usual ones; empty where there is to be none. */
  changed: z.record(z.string(), z.string().max(40)),
});

/** Which keys are pressed for what: the usual ones, but for those that the artist changed. */
export class KeyBindings {
  readonly #saved = new SavedValues<z.infer<typeof bindingsSchema>>('keys', bindingsSchema, () => ({
    changed: {},
  }));

  /**
   * What is pressed.
   *
   * @param keys a name, or keys that stay as they are
   * @returns empty where there is no key
   */
  chord(keys: string): string {
    return this.#saved.now.changed[keys] ?? this.usual(keys);
  }

  /** What is pressed as long as nothing is changed; keys that stay are their own. */
  usual(keys: string): string {
    return DEFAULTS[keys] ?? (NAME.test(keys) ? '' : keys);
  }

  /** What is pressed, as a person reads it; empty where there is no key. */
  label(keys: string): string {
    const chord = this.chord(keys);
    return chord && keyLabel(chord);
  }

  matches(keys: string, event: Parameters<typeof matchesChord>[1]): boolean {
    const chord = this.chord(keys);
    return chord !== '' && matchesChord(chord, event);
  }

  isChanged(name: string): boolean {
    return this.#saved.now.changed[name] !== undefined;
  }

  get areUsual(): boolean {
    return Object.keys(this.#saved.now.changed).length === 0;
  }

  /** @param takenFrom names that have no key from then on */
  put(name: string, chord: string, takenFrom: readonly string[] = []): void {
    const changed = { ...this.#saved.now.changed, [name]: chord };
    for (const other of takenFrom) changed[other] = '';
    this.#saved.put({
      changed: Object.fromEntries(
        Object.entries(changed).filter(([each, keys]) => keys !== this.usual(each)),
      ),
    });
  }

  resetAll(): void {
    this.#saved.put({ changed: {} });
  }
}
