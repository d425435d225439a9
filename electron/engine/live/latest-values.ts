import { type LiveValue, MAX_LIVE_VALUES } from '../../contract/live.ts';

/** As often as a screen shows anything new. */
const GATHER_MS = 16;

/** Gathers values by their address and tells the latest of each: at once, and then no more often than a screen draws. */
export class LatestValues {
  readonly #tell: (values: LiveValue[]) => void;
  readonly #waiting = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (values: LiveValue[]) => void) {
    this.#tell = tell;
  }

  /** More addresses at once than there can be are left out. */
  put(values: readonly LiveValue[]): void {
    for (const { address, value } of values) {
      if (this.#waiting.size < MAX_LIVE_VALUES || this.#waiting.has(address)) {
        this.#waiting.set(address, value);
      }
    }
    if (!this.#timer) this.#flush();
  }

  /** Forgets what waits. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => this.#flush(), GATHER_MS);
    const values = [...this.#waiting].map(([address, value]) => ({ address, value }));
    this.#waiting.clear();
    this.#tell(values);
  }
}
