import type { DrawOverrides, Frame, StripEvent, Walk } from '../../electron/contract/draw.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { drawSlot } from './draw-slot.ts';
import type { Slot } from './slot.ts';

/** How long the hand must rest before the strip is drawn anew. */
const STRIP_DELAY_MS = 350;

export const ENDS = ['a', 'b'] as const;
export type End = (typeof ENDS)[number];

export interface Stop {
  readonly position: number;
  /** Null while it is being drawn. */
  readonly frame: Frame | null;
}

/** What a strip is to show. */
export interface StripRequest {
  readonly slots: Readonly<Record<End, Slot>>;
  readonly seed: number;
  readonly settings: DrawOverrides;
  /** Null until both ends are set. */
  readonly path: Walk | null;
  readonly stops: number;
}

/** A path at rest: its ends at full size, and the stops between them. */
export class Strip {
  #stops = $state.raw<readonly Stop[]>([]);
  #ends = $state.raw<Readonly<Record<End, Frame | null>>>({ a: null, b: null });
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #service: StudioService;
  readonly #channel: string;
  readonly #fail: (error: unknown) => void;

  constructor(service: StudioService, channel: string, fail: (error: unknown) => void) {
    this.#service = service;
    this.#channel = channel;
    this.#fail = fail;
  }

  get stops(): readonly Stop[] {
    return this.#stops;
  }

  /** The picture of an end that is drawn for it; null for portraits, which have theirs. */
  end(end: End): Frame | null {
    return this.#ends[end];
  }

  /** Draws what is wanted by the time the hand has come to rest. */
  drawSoon(wanted: () => StripRequest): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#draw(wanted()), STRIP_DELAY_MS);
  }

  stop(): void {
    this.#abort?.abort();
    clearTimeout(this.#timer);
  }

  async #draw(request: StripRequest): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      await Promise.all(ENDS.map((end) => this.#drawEnd(end, request, abort.signal)));
      await this.#drawStops(request, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    }
  }

  async #drawEnd(
    end: End,
    { slots, seed, settings }: StripRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const drawing = { seed, settings, channel: `${this.#channel}/${end}` };
    const frame = await drawSlot(this.#service, slots[end], drawing, signal);
    this.#ends = { ...this.#ends, [end]: frame };
  }

  async #drawStops({ path, stops }: StripRequest, signal: AbortSignal): Promise<void> {
    if (!path) {
      this.#stops = [];
      return;
    }
    // Old frames stay until their successors land: no flicker while a word is typed.
    const old = this.#stops;
    this.#stops = Array.from({ length: stops }, (_, index) => ({
      position: index / (stops - 1),
      frame: (old.length === stops && old[index]?.frame) || null,
    }));
    const onEvent = (event: StripEvent) => {
      if (event.kind !== 'stop' || signal.aborted) return;
      const { index, position, frame } = event;
      this.#stops = this.#stops.with(index, { position, frame });
    };
    // A small frame is for a moving eye; these are looked at.
    await this.#service.strip({ ...path, stops, size: 'full' }, { signal, onEvent });
  }
}
