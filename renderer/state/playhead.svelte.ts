import { z } from 'zod';
import type { Frame } from '../../electron/contract/draw.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo } from '../../electron/contract/status.ts';
import { beginOf, type Key } from '../timeline/keys.ts';
import { FramesAhead } from './frames-ahead.svelte.ts';
import { Keeping } from './keeping.svelte.ts';
import { LivePreview } from './live-preview.svelte.ts';
import { Measuring } from './measuring.svelte.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';
import { Playback } from './playback.svelte.ts';
import { load, save } from './saved.ts';
import type { Settings } from './settings.svelte.ts';
import { type FrameRequest, TimelineFrames } from './timeline-frames.ts';
import type { Timeline } from './timeline.svelte.ts';

/** How long the hand must rest before what it has changed is drawn: words come letter by letter. */
const CHANGE_DELAY_MS = 300;

/** One frame of the film as it was when it was asked for: it may have changed since. */
interface Seen {
  readonly index: number;
  readonly request: FrameRequest;
}

/** Where in a timeline the artist looks, and what is seen there. */
export class Playhead {
  /** In seconds: the moment that is looked at stays when the number of its frame changes. */
  #time = $state(0);
  /** Whether anybody sees the timeline. */
  #resting = true;
  #changeTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #timeline: Timeline;
  readonly #frames: TimelineFrames;
  readonly #playback = new Playback();
  readonly preview: LivePreview<Seen>;
  /** Of the segment that is looked at. */
  readonly measuring: Measuring;
  readonly ahead: FramesAhead;
  readonly keeping: Keeping;

  constructor(
    service: StudioService,
    timeline: Timeline,
    settings: Settings,
    speed: FrameSpeed,
    pack: () => Pick<PackInfo, 'id' | 'version'> | null,
  ) {
    this.#timeline = timeline;
    this.#time = this.#timeOf(load('timeline-frame', z.int().nonnegative()) ?? 0);
    this.#frames = new TimelineFrames(service, timeline, settings, pack);
    this.preview = new LivePreview({
      ...{ name: 'timeline', speed },
      draw: ({ request }, ask, signal) => this.#frames.draw(request, ask, signal),
      onFail: () => this.#playback.stop(),
    });
    this.measuring = new Measuring(service);
    const { channel } = this.preview;
    const fail = (error: unknown) => this.preview.fail(error);
    this.ahead = new FramesAhead(timeline, this.#frames, speed, `${channel}/ahead`, fail);
    this.keeping = new Keeping(async () => {
      const { request } = timeline;
      return request && service.keepMoment({ timeline: request, at: this.time });
    });
    timeline.onChange(() => this.#refreshSoon());
  }

  /** Which frame of the film it stands on. */
  get index(): number {
    return this.#indexAt(this.#time);
  }

  /** When that frame is seen, in seconds. */
  get time(): number {
    return this.#timeOf(this.index);
  }

  get isPlaying(): boolean {
    return this.#playback.isPlaying;
  }

  /** Moves to a frame; `settled` when the hand has let go. */
  goTo(index: number, settled: boolean): void {
    this.#playback.stop();
    this.#look(Math.min(this.#timeline.frames - 1, Math.max(0, Math.round(index))), settled);
  }

  goToTime(seconds: number, settled = true): void {
    this.goTo(this.#indexAt(seconds), settled);
  }

  /** Selects a key-frame and shows it where it stands. */
  visit(id: number): void {
    const timeline = this.#timeline;
    timeline.select(id);
    this.goToTime(beginOf(timeline.keys, timeline.selectedIndex));
  }

  togglePlay(): void {
    const { isReady, frames, fps } = this.#timeline;
    if (this.isPlaying || !isReady) {
      this.#playback.stop();
      return this.#look(this.index, true);
    }
    this.ahead.stop();
    const from = this.index >= frames - 1 ? 0 : this.index;
    const start = (from / fps) * 1_000;
    this.#playback.start((passed) => this.#play(start + passed));
  }

  /** Draws what there is to see: on entering the place, and when something has changed. */
  refresh(): void {
    this.#resting = false;
    clearTimeout(this.#changeTimer);
    this.#look(this.index, true);
  }

  /** Goes on playing where the screen shows no frames of this window. */
  pulse(): void {
    this.#playback.pulse();
  }

  /** Stops what only serves the eye: the place is being left. */
  rest(): void {
    this.#resting = true;
    this.#playback.stop();
    this.#stopDrawing();
  }

  /** The picture of a key-frame that is drawn for it; null for portraits, which have theirs. */
  drawKey(key: Key, signal: AbortSignal): Promise<Frame | null> {
    return this.#frames.drawKey(key, `${this.preview.channel}/${key.id}`, signal);
  }

  /** @param passed in milliseconds since the beginning of the film */
  #play(passed: number): void {
    const { fps, frames, loop } = this.#timeline;
    const index = Math.floor((passed / 1_000) * fps);
    if (!loop && index >= frames - 1) this.goTo(frames - 1, true);
    else this.#look(index % frames, false);
  }

  #refreshSoon(): void {
    // What is under way is of the timeline as it was.
    this.#stopDrawing();
    if (!this.#resting) this.#changeTimer = setTimeout(() => this.refresh(), CHANGE_DELAY_MS);
  }

  #stopDrawing(): void {
    this.preview.stop();
    this.measuring.stop();
    this.ahead.stop();
    clearTimeout(this.#changeTimer);
  }

  #timeOf(index: number): number {
    const { seconds, steps } = this.#timeline;
    return (seconds * index) / steps;
  }

  #indexAt(time: number): number {
    const { seconds, steps, frames } = this.#timeline;
    return Math.min(frames - 1, Math.round((time / seconds) * steps));
  }

  #look(index: number, settled: boolean): void {
    this.#time = this.#timeOf(index);
    if (settled) save('timeline-frame', index);
    if (this.#resting) return;
    if (settled) this.ahead.drawSoon();
    else this.ahead.stop();
    const request = this.#frames.at(index);
    if (settled) this.measuring.follow(request?.even ? request.between : null);
    if (!request) return this.preview.clear();
    const exact = this.#frames.known(request, false);
    const known = exact ?? this.#frames.known(request, true);
    if (known) this.preview.show(known, { index, request }, exact !== null);
    if (exact || (known && !settled)) this.preview.stop();
    else this.preview.request({ index, request }, settled);
  }
}
