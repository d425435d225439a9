/** The clock of something that plays: it tells the time with every frame of the screen. */
export class Playback {
  #isPlaying = $state(false);
  #frame = 0;

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** @param tell called with the milliseconds since the start, until it is stopped */
  start(tell: (passed: number) => void): void {
    this.stop();
    const begin = performance.now();
    const tick = (now: number): void => {
      // Asks for the next frame first, so that what is told may stop it.
      this.#frame = requestAnimationFrame(tick);
      tell(Math.max(0, now - begin));
    };
    this.#frame = requestAnimationFrame(tick);
    this.#isPlaying = true;
  }

  stop(): void {
    if (this.#isPlaying) cancelAnimationFrame(this.#frame);
    this.#isPlaying = false;
  }
}
