/** How long the pointer rests on something before its tip opens. */
const REST_MS = 500;
/** So soon after another one a tip opens at once. */
const SOON_MS = 200;
/** How long a pointer takes from something to its tip, which may be read with the pointer on it. */
const WAY_MS = 150;

/** At what a tip is shown: one at a time. */
export class Tips<At extends object> {
  #at = $state.raw<At | null>(null);
  #pointed: At | null = null;
  #isByKeyboard = false;
  #closedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get at(): At | null {
    return this.#at;
  }

  /** The pointer is on something that has a tip, or on nothing that has. */
  point(at: At | null): void {
    if (at === this.#pointed) return;
    this.#pointed = at;
    clearTimeout(this.#timer);
    if (at === this.#at) return;
    if (at) this.#openSoon(at);
    else if (!this.#isByKeyboard) this.#timer = setTimeout(() => this.close(), WAY_MS);
  }

  /** The pointer is on the tip. */
  stay(): void {
    this.#pointed = this.#at;
    clearTimeout(this.#timer);
  }

  /** The keyboard is at something that has a tip, or at nothing that has. */
  focus(at: At | null): void {
    if (at) this.#open(at, true);
    else if (this.#isByKeyboard) this.close();
  }

  /** Until the pointer comes anew. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#at) this.#closedAt = performance.now();
    this.#at = null;
    this.#isByKeyboard = false;
  }

  #openSoon(at: At): void {
    const isSoon = this.#at !== null || performance.now() - this.#closedAt < SOON_MS;
    if (isSoon) this.#open(at, false);
    else this.#timer = setTimeout(() => this.#open(at, false), REST_MS);
  }

  #open(at: At, isByKeyboard: boolean): void {
    clearTimeout(this.#timer);
    this.#at = at;
    this.#isByKeyboard = isByKeyboard;
  }
}
