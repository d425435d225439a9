import type { Reference } from '../../electron/contract/reference.ts';
import type { Host } from '../host/host.ts';
import { readPicture } from '../host/read-picture.ts';
import type { Slot } from './slot.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Pictures of the artist's that are taken in, to start from. */
export class Pictures {
  #isReading = $state(false);
  readonly #host: Host;
  readonly #toasts: Toasts;

  constructor(host: Host, toasts: Toasts) {
    this.#host = host;
    this.#toasts = toasts;
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  /**
   * Takes in a picture, or asks the artist for one where there is none.
   *
   * @returns null when none was chosen, or it could not be read: then a toast has told why
   */
  async take(file?: File): Promise<Reference | null> {
    this.#isReading = true;
    try {
      const bytes = file
        ? await readPicture(file)
        : ((await this.#host.openPicture())?.bytes ?? null);
      const reference = bytes && (await this.#host.service.addReference({ bytes }));
      if (reference?.notice) this.#toasts.show(reference.notice);
      return reference;
    } catch (error) {
      this.#toasts.fail(error);
      return null;
    } finally {
      this.#isReading = false;
    }
  }

  /** The same, for a slot of a path. */
  async takeForSlot(file?: File): Promise<Slot | null> {
    const reference = await this.take(file);
    return reference && { kind: 'image', reference: reference.id };
  }
}
