import type { Between, Frame, PreviewFrame } from '../../electron/contract/draw.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { momentAt, segmentsOf, timeOfFrame } from '../../electron/contract/timeline.ts';
import { FrameCache } from '../timeline/frame-cache.ts';
import type { Key } from '../timeline/keys.ts';
import { drawSlot } from './draw-slot.ts';
import type { Ask } from './live-preview.svelte.ts';
import type { Settings } from './settings.svelte.ts';
import { anchorOf } from './slot.ts';
import type { Timeline } from './timeline.svelte.ts';

/** Frames of many timelines of small pictures; some seconds of the largest. */
const CACHE_BYTES = 128_000_000;

/** Where and how one frame is drawn; also what its picture is remembered by. */
export interface FrameRequest {
  readonly between: Between;
  readonly position: number;
  readonly even: boolean;
  /** Id and version of the pack. */
  readonly pack: string;
}

/** The frames of a timeline: from memory, or drawn and remembered. */
export class TimelineFrames {
  readonly #service: StudioService;
  readonly #timeline: Timeline;
  readonly #settings: Settings;
  readonly #pack: () => Pick<PackInfo, 'id' | 'version'> | null;
  readonly #cache = new FrameCache(CACHE_BYTES);

  constructor(
    service: StudioService,
    timeline: Timeline,
    settings: Settings,
    pack: () => Pick<PackInfo, 'id' | 'version'> | null,
  ) {
    this.#service = service;
    this.#timeline = timeline;
    this.#settings = settings;
    this.#pack = pack;
  }

  /** The frame at an index as it is asked for; null until every key-frame is set. */
  at(index: number): FrameRequest | null {
    const { request, fps, even } = this.#timeline;
    if (!request) return null;
    const { segment, progress } = momentAt(request, timeOfFrame(request, fps, index));
    const anchors = segmentsOf(request)[segment];
    const key = request.keys[segment];
    if (!anchors || !key) return null;
    return {
      between: {
        ...{ from: anchors.from, to: anchors.to },
        path: key.path,
        settings: request.settings,
      },
      ...{ position: progress, even, pack: this.#packName() },
    };
  }

  /** @param moving whether a frame will do that was drawn for a hand that moves */
  known(request: FrameRequest, moving: boolean): Frame | null {
    return this.#cache.get(keyOf(request, moving));
  }

  async draw(request: FrameRequest, ask: Ask, signal: AbortSignal): Promise<PreviewFrame> {
    const { between, position, even } = request;
    const frame = await this.#service.preview({ ...between, ...ask, position, even }, { signal });
    if (!frame.provisional) this.#cache.set(keyOf(request, ask.moving), frame);
    return frame;
  }

  /** The picture of a key-frame that is drawn for it; null for portraits, which have theirs. */
  async drawKey({ slot }: Key, channel: string, signal: AbortSignal): Promise<Frame | null> {
    const { seed } = this.#timeline;
    const { overrides: settings } = this.#settings;
    const key = JSON.stringify([anchorOf(slot, seed), settings, this.#packName()]);
    const known = this.#cache.get(key);
    if (known) return known;
    const frame = await drawSlot(this.#service, slot, { seed, settings, channel }, signal);
    if (frame) this.#cache.set(key, frame);
    return frame;
  }

  #packName(): string {
    const { id, version } = this.#pack() ?? { id: '', version: '' };
    return `${id} ${version}`;
  }
}

function keyOf(request: FrameRequest, moving: boolean): string {
  return JSON.stringify([request, moving]);
}
