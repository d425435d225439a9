/** The clock of something that plays: it tells the time with every frame of the screen. */
export class Playback {
  #isPlaying = $state(false);
  #frame = 0;
  #tell: (now: number) => void = () => undefined;

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** @param tell called with the milliseconds since the start, until it is stopped */
  start(tell: (passed: number) => void): void {
    this.stop();
    const begin = performance.now();
    this.#tell = (now) => tell(Math.max(0, now - begin));
    const tick = (now: number): void => {
      // Asks for the next frame first, so that what is told may stop it.
      this.#frame = requestAnimationFrame(tick);
      this.#tell(now);
    };
    this.#frame = requestAnimationFrame(tick);
    this.#isPlaying = true;
  }

  /** Tells the time to whoever has frames of its own, while a window that is hidden has none. */
  pulse(): void {
    if (this.#isPlaying && document.hidden) this.#tell(performance.now());
  }

  stop(): void {
    if (this.#isPlaying) cancelAnimationFrame(this.#frame);
    this.#isPlaying = false;
  }
}
