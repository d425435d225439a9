import type { Host } from '../host/host.ts';
import { strings } from '../strings.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Copies of portraits for other programs. */
export class Clipboard {
  readonly #host: Host;
  readonly #toasts: Toasts;

  constructor(host: Host, toasts: Toasts) {
    this.#host = host;
    this.#toasts = toasts;
  }

  async copyPicture(of: Promise<string>): Promise<void> {
    try {
      // The clipboard wants the promise, not the picture: it must be asked within the key press.
      const picture = of
        .then((id) => this.#host.service.picture({ id }))
        .then((bytes) => new Blob([bytes], { type: 'image/png' }));
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
      this.#toasts.show(strings.actions.copied);
    } catch {
      this.#toasts.show(strings.actions.copyFailed);
    }
  }

  /** Copies where a portrait's file lies; where there is no clipboard, it can be read. */
  async copyPath(id: string): Promise<void> {
    try {
      const { file } = await this.#host.service.pictureFile({ id });
      const copied = await navigator.clipboard.writeText(file).then(
        () => true,
        () => false,
      );
      this.#toasts.show(copied ? strings.actions.pathCopied(file) : file);
    } catch (error) {
      this.#toasts.fail(error);
    }
  }
}
