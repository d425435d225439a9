import {
  BETWEEN_ADDRESS,
  type LiveValue,
  SLIDER_ADDRESS,
  TIMELINE_ADDRESS,
} from '../../electron/contract/live.ts';
import { strings } from '../strings.ts';
import type { Between } from './between.svelte.ts';
import type { Edits } from './edits.svelte.ts';
import { SETTLE_MS } from './live-preview.svelte.ts';
import type { Playhead } from './playhead.svelte.ts';
import type { EditSlider } from './slider-set.svelte.ts';
import type { Timeline } from './timeline.svelte.ts';

/** Floats of 32 bits are off by less. */
const LEAST_WAY = 1e-6;

/** The parts of the window that are moved. */
export interface LiveTargetsParts {
  readonly edits: Edits;
  readonly between: Between;
  readonly timeline: Timeline;
  readonly playhead: Playhead;
}

/** Something that can be moved from outside, and how far. */
export interface LiveTarget {
  readonly address: string;
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Key of the slider that it is; null of a thumb. */
  readonly slider: string | null;
}

/** What can be moved from outside, by its address. Whoever sends values, they come here. */
export class LiveTargets {
  readonly #parts: LiveTargetsParts;
  /** Of the places where nobody can tell when a hand lets go. */
  readonly #settling = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(parts: LiveTargetsParts) {
    this.#parts = parts;
  }

  get all(): LiveTarget[] {
    const { edits, timeline } = this.#parts;
    const words = strings.live.targets;
    return [
      { address: BETWEEN_ADDRESS, title: words.between, min: 0, max: 1, slider: null },
      {
        ...{ address: TIMELINE_ADDRESS, title: words.timeline, slider: null },
        ...{ min: 0, max: timeline.seconds },
      },
      ...edits.sliders.all.map((slider) => {
        const { key, title, min, max } = slider;
        return { address: this.addressOf(slider), title, min, max, slider: key };
      }),
    ];
  }

  find(address: string): LiveTarget | null {
    return this.all.find((target) => target.address === address) ?? null;
  }

  /** Directions of the pack go by their id, the generator's own and phrases by their place, from 1. */
  addressOf({ key, direction }: EditSlider): string {
    if (direction.kind === 'named') return SLIDER_ADDRESS + partOf(direction.id);
    if (direction.kind === 'principal') return `${SLIDER_ADDRESS}principal/${direction.index + 1}`;
    const place = this.#parts.edits.sliders.phrases.findIndex((phrase) => phrase.key === key);
    return `${SLIDER_ADDRESS}phrase/${place + 1}`;
  }

  /**
   * Moves targets, all sliders as one step. What is beyond a target's reach goes to its end; what is nothing here is
   * passed over.
   */
  move(values: readonly LiveValue[]): void {
    const amounts: Record<string, number> = {};
    const { edits } = this.#parts;
    const targets = new Map(this.all.map((target) => [target.address, target]));
    for (const { address, value } of values) {
      const target = targets.get(address);
      if (!target) continue;
      const { min, max, slider } = target;
      const to = Math.min(max, Math.max(min, value));
      if (slider === null) this.#moveThumb(address, to);
      else if (edits.amount(slider) !== to) amounts[slider] = to;
    }
    // Without a portrait on the easel there is nothing that sliders move.
    if (edits.of !== null && Object.keys(amounts).length > 0) edits.slideAll(amounts);
  }

  #moveThumb(address: string, to: number): void {
    const { between, playhead, timeline } = this.#parts;
    const isBetween = address === BETWEEN_ADDRESS;
    const way = isBetween ? to - between.position : (to - playhead.time) * timeline.fps;
    // Where it is already. Some programs say so all the time, and it would never come to rest.
    if (Math.abs(way) < (isBetween ? LEAST_WAY : 0.5)) return;
    const move = (settled: boolean): void => {
      if (isBetween) between.moveTo(to, settled);
      else playhead.goToTime(to, settled);
    };
    move(false);
    clearTimeout(this.#settling.get(address));
    this.#settling.set(
      address,
      setTimeout(() => move(true), SETTLE_MS),
    );
  }
}

/** An id as a part of an address: what OSC keeps for itself is escaped as in the address of a page. */
function partOf(id: string): string {
  return encodeURIComponent(id).replaceAll('*', '%2A');
}
