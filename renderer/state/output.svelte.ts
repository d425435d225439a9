import { z } from 'zod';
import { frameRateSchema, type FrameRate } from '../../electron/contract/timeline.ts';
import { hear, OUTPUT_CHANNEL, type OutputMessage, type Shown } from '../live/output-messages.ts';
import { SavedValues } from './saved-values.svelte.ts';

const USUAL_FPS: FrameRate = 30;
const schema = z.object({ fps: frameRateSchema });

export interface OutputParts {
  /** What is seen now; null where that is nothing for an output, which keeps what it shows. */
  readonly shown: () => Shown | null;
  /** Called as often as an output draws. */
  readonly onPulse: () => void;
}

/** What the window gives to outputs: the latest that is seen, whenever one of them asks. */
export class Output {
  readonly #saved = new SavedValues('output', schema, () => ({ fps: USUAL_FPS }));
  readonly #parts: OutputParts;
  readonly #window = crypto.randomUUID();
  /** Of several windows the one that had the keyboard last is shown. */
  #isLeading = true;
  #last: { shown: Shown; serial: string } | null = null;
  #count = 0;

  constructor(parts: OutputParts) {
    this.#parts = parts;
  }

  /** How often a second outputs draw. */
  get fps(): FrameRate {
    return this.#saved.now.fps;
  }

  setFps(fps: FrameRate): void {
    this.#saved.put({ fps });
  }

  /** Answers outputs until the signal fires. */
  serve(signal: AbortSignal, channel = new BroadcastChannel(OUTPUT_CHANNEL)): void {
    const say = (message: OutputMessage) => channel.postMessage(message);
    const lead = (): void => {
      this.#isLeading = true;
      say({ kind: 'lead', window: this.#window });
    };
    hear(channel, (message) => {
      if (message.kind === 'lead') this.#isLeading = message.window === this.#window;
      if (message.kind !== 'want' || !this.#isLeading) return;
      this.#parts.onPulse();
      say(this.#answer(message.seen));
    });
    window.addEventListener('focus', lead, { signal });
    signal.addEventListener('abort', () => channel.close(), { once: true });
    if (document.hasFocus()) lead();
  }

  #answer(seen: string | null): OutputMessage {
    const shown = this.#parts.shown();
    if (shown && !isSame(shown, this.#last?.shown)) {
      this.#last = { shown, serial: `${this.#window}/${++this.#count}` };
    }
    const { serial = null } = this.#last ?? {};
    const isNew = serial !== null && serial !== seen;
    return { kind: 'show', fps: this.fps, serial, ...(isNew && { shown: this.#last?.shown }) };
  }
}

function isSame(a: Shown, b: Shown | undefined): boolean {
  if (a.kind === 'frame') return b?.kind === 'frame' && a.frame === b.frame;
  return b?.kind === 'portrait' && a.id === b.id;
}
