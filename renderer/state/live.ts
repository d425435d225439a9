import type { LiveValue } from '../../electron/contract/live.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { LiveTargets, type LiveTargetsParts } from './live-targets.ts';
import { Midi } from './midi.svelte.ts';
import { Osc } from './osc.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What moves the window from outside: OSC by way of the engine, and MIDI. */
export class Live {
  readonly targets: LiveTargets;
  readonly osc: Osc;
  readonly midi: Midi;
  #waiting = new Map<string, number>();
  #frame: number | null = null;

  constructor(service: StudioService, parts: LiveTargetsParts, toasts: Toasts) {
    this.targets = new LiveTargets(parts);
    this.osc = new Osc(service, (values) => this.take(values), toasts);
    this.midi = new Midi((address, share) => this.takeShare(address, share));
  }

  /** Moves what is meant with the next frame of the screen; of several values for one the latest wins. */
  take(values: readonly LiveValue[]): void {
    for (const { address, value } of values) this.#waiting.set(address, value);
    // A window that nobody sees has no frames, but the output may show it.
    if (document.hidden) this.#move();
    else this.#frame ??= requestAnimationFrame(() => this.#move());
  }

  /** The same of a control that knows nothing of ranges. @param share of its way, 0 to 1 */
  takeShare(address: string, share: number): void {
    const target = this.targets.find(address);
    if (!target) return;
    const { min, max } = target;
    this.take([{ address, value: min + share * (max - min) }]);
  }

  #move(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    const values = [...this.#waiting].map(([address, value]) => ({ address, value }));
    this.#waiting.clear();
    this.targets.move(values);
  }
}
