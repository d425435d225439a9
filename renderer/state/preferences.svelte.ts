import { z } from 'zod';
import { type Device, deviceSchema } from '../../electron/contract/device.ts';
import { SavedValues } from './saved-values.svelte.ts';

const preferencesSchema = z.object({
  /** Whether the system is to tell when long work has ended. */
  notify: z.boolean(),
  /** What is to draw; null leaves it to the studio. */
  device: deviceSchema.nullable(),
});
type Values = z.infer<typeof preferencesSchema>;

/** What an artist wants of the studio on this machine, whatever the library. */
export class Preferences {
  readonly #saved = new SavedValues<Values>('preferences', preferencesSchema, () => ({
    ...{ notify: false, device: null },
  }));

  /** Whether the system is to tell when long work has ended. */
  get notify(): boolean {
    return this.#saved.now.notify;
  }

  /** What is to draw; null leaves it to the studio. */
  get device(): Device | null {
    return this.#saved.now.device;
  }

  set(values: Partial<Values>): void {
    this.#saved.put(values);
  }
}
