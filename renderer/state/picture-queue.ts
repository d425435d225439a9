/** As many connections as browsers open to one host. */
const AT_ONCE = 6;

interface Waiting {
  readonly image: HTMLImageElement;
  readonly source: string;
  readonly index: number;
}

/** Loads the pictures of a long list a few at a time: nearest to where one looks first, and none that went by. */
export class PictureQueue {
  /** Index in the middle of what is seen. */
  centre = 0;
  readonly #waiting = new Set<Waiting>();
  readonly #loading = new Set<Waiting>();

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
      if (!this.#loading.delete(request)) return;
      image.removeAttribute('src');
      this.#goOn();
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
          next.image.dataset['shown'] = '';
          if (this.#loading.delete(next)) this.#goOn();
        });
    }
  }

  #nearest(): Waiting | undefined {
    let nearest: Waiting | undefined;
    const distance = ({ index }: Waiting) => Math.abs(index - this.centre);
    for (const each of this.#waiting) {
      if (!nearest || distance(each) < distance(nearest)) nearest = each;
    }
    return nearest;
  }
}
