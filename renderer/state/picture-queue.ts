import type { Span } from './sparse-list.ts';

/** As many connections as browsers open to one host. */
const AT_ONCE = 6;

interface Waiting {
  readonly image: HTMLImageElement;
  readonly source: string;
  readonly index: number;
}

/** Loads the pictures of a long list a few at a time: what is in view first, in order, and nothing that went by. */
export class PictureQueue {
  #view: Span = { start: 0, end: 0 };
  readonly #waiting = new Set<Waiting>();
  readonly #loading = new Set<Waiting>();

  /** Tells which part of the list is in view. */
  look(view: Span): void {
    this.#view = view;
  }

  /**
   * Gives an image its source once its turn has come.
   *
   * @returns gives up
   */
  load(image: HTMLImageElement, source: string, index: number): () => void {
    const request = { image, source, index };
    this.#waiting.add(request);
    // Those that come into view together are compared before the first is begun.
    queueMicrotask(() => this.#goOn());
    return () => {
      this.#waiting.delete(request);
      // The image may become another portrait's, and then what it showed is not to be seen any more.
      image.removeAttribute('src');
      delete image.dataset['shown'];
      if (this.#loading.delete(request)) this.#goOn();
    };
  }

  #goOn(): void {
    while (this.#loading.size < AT_ONCE) {
      const next = this.#nearest();
      if (!next) return;
      this.#waiting.delete(next);
      this.#loading.add(next);
      next.image.src = next.source;
      // Decoded before it is shown, and not while something else is drawn. An image says itself what it lacks.
      void next.image
        .decode()
        .catch(() => undefined)
        .then(() => {
          if (!this.#loading.delete(next)) return;
          next.image.dataset['shown'] = '';
          this.#goOn();
        });
    }
  }

  #nearest(): Waiting | undefined {
    const { start, end } = this.#view;
    let nearest: Waiting | undefined;
    let least = Infinity;
    for (const each of this.#waiting) {
      const distance = Math.max(start - each.index, each.index - end, 0);
      if (distance >= least) continue;
      nearest = each;
      least = distance;
    }
    return nearest;
  }
}
