import { DEFAULT_FPS } from '../../electron/contract/timeline.ts';
import { hear, OUTPUT_CHANNEL, type Shown } from './output-messages.ts';

/** A window that has not answered by then is gone, or was reloaded. */
const PATIENCE_MS = 1_000;
/** A frame of the screen comes as much too early. */
const EARLY_MS = 4;

/**
 * What an output shows: it asks for the latest as often as it draws, and for one at a time, so that nothing waits on
 * the way when it, or the window, is slow.
 */
export class OutputView {
  #shown = $state.raw<Shown | null>(null);
  #serial: string | null = null;
  #fps: number = DEFAULT_FPS;
  #askedAt = -Infinity;
  #isWaiting = false;

  /** Null until a window has shown something. */
  get shown(): Shown | null {
    return this.#shown;
  }

  /** Asks until the signal fires. */
  follow(signal: AbortSignal, channel = new BroadcastChannel(OUTPUT_CHANNEL)): void {
    hear(channel, (message) => {
      if (message.kind !== 'show') return;
      this.#isWaiting = false;
      this.#fps = message.fps;
      if (!message.shown) return;
      this.#serial = message.serial;
      this.#shown = message.shown;
    });
    const tick = (now: number): void => {
      if (signal.aborted) return;
      requestAnimationFrame(tick);
      const passed = now - this.#askedAt;
      const isDue = passed > (this.#isWaiting ? PATIENCE_MS : 1_000 / this.#fps - EARLY_MS);
      if (!isDue) return;
      this.#askedAt = now;
      this.#isWaiting = true;
      channel.postMessage({ kind: 'want', seen: this.#serial });
    };
    requestAnimationFrame(tick);
    signal.addEventListener('abort', () => channel.close(), { once: true });
  }
}
