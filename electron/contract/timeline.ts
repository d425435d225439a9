/** Timelines: where the moment of an animation lies, and what can be asked of one. */
import { z } from 'zod';
import { destinationSchema } from './delivery.ts';
import { exportSideSchema, ifExistsSchema } from './export.ts';
import { filmSchema, pictureAnimationSchema } from './formats.ts';
import { type Anchor, type Easing, type Timeline, timelineSchema } from './generation.ts';

/** Frames a second that films and screens know. */
export const FRAME_RATES = [24, 30, 60] as const;
export const frameRateSchema = z.literal(FRAME_RATES);
export type FrameRate = z.infer<typeof frameRateSchema>;
/** What films are drawn at unless the artist says otherwise. */
export const DEFAULT_FPS: FrameRate = 24;

/** Most frames of one animation: five minutes at 60 a second. */
export const MAX_FRAMES = 18_000;

/** The way from one key-frame to the next. */
export interface Segment {
  readonly from: Anchor;
  readonly to: Anchor;
  /** When it begins, in seconds. */
  readonly begin: number;
  readonly seconds: number;
}

/** How far along which way. */
export interface Moment {
  /** Index of the key-frame where the way begins. */
  readonly segment: number;
  /** 0 to 1, eased. */
  readonly progress: number;
}

/** The ways of a timeline in the order of time; a loop has one more, back to its first key-frame. */
export function segmentsOf({ keys, loop }: Pick<Timeline, 'keys' | 'loop'>): Segment[] {
  const segments: Segment[] = [];
  let begin = 0;
  keys.forEach(({ anchor, seconds }, index) => {
    const next = keys[index + 1] ?? (loop ? keys[0] : undefined);
    if (!next) return;
    segments.push({ from: anchor, to: next.anchor, begin, seconds });
    begin += seconds;
  });
  return segments;
}

/** How long a timeline lasts, in seconds. */
export function lengthOf({ keys, loop }: Pick<Timeline, 'keys' | 'loop'>): number {
  const ways = loop ? keys : keys.slice(0, -1);
  return ways.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** What of a way has been gone when the share `t` of its time has passed; both 0 to 1. */
export function ease(easing: Easing, t: number): number {
  switch (easing) {
    case 'linear':
      return t;
    case 'in':
      return t * t;
    case 'out':
      return t * (2 - t);
    case 'in-out':
      return t * t * (3 - 2 * t);
    case 'hold':
      return t < 1 ? 0 : 1;
  }
}

/** Sums and quotients of seconds are off by less; a key-frame that is meant is met. */
const ROUNDING = 1e-9;

/** The moment at a time in seconds; before the beginning it is the first, after the end the last. */
export function momentAt(timeline: Pick<Timeline, 'keys' | 'loop'>, seconds: number): Moment {
  const segments = segmentsOf(timeline);
  const last = segments.length - 1;
  const later = segments.findIndex(({ begin }) => begin > seconds + ROUNDING);
  const segment = Math.max(0, later === -1 ? last : later - 1);
  const { begin, seconds: length } = segments[segment] ?? { begin: 0, seconds: 1 };
  const passed = seconds - begin;
  const t = passed > length - ROUNDING ? 1 : Math.max(0, passed / length);
  return { segment, progress: ease(timeline.keys[segment]?.easing ?? 'linear', t) };
}

/** How many frames a timeline has; at least 2. */
export function frameCount(timeline: Pick<Timeline, 'keys' | 'loop'>, fps: FrameRate): number {
  return Math.max(2, Math.round(lengthOf(timeline) * fps));
}

/**
 * The time of a frame, in seconds. The last frame of a way with an end shows that end; a loop ends one
 * frame before it begins again.
 */
export function timeOfFrame(
  timeline: Pick<Timeline, 'keys' | 'loop'>,
  fps: FrameRate,
  frame: number,
): number {
  const frames = frameCount(timeline, fps);
  return (lengthOf(timeline) * frame) / (timeline.loop ? frames : frames - 1);
}

/** Frames in the order they are seen, by index; there and back again, either end is seen once. */
export function orderOf(frames: number, pingPong = false): number[] {
  const there = Array.from({ length: frames }, (_, index) => index);
  return pingPong ? [...there, ...there.slice(1, -1).reverse()] : there;
}

/** What the artist wants in the end. The frames do not depend on it. */
export const animationOutputSchema = z.object({
  /** The engine writes pictures; films are made by the window's encoders. */
  format: z.union([pictureAnimationSchema, filmSchema]),
  /** Longest side of the frames in pixels, resampled; left out, the size they are drawn at. */
  side: exportSideSchema.optional(),
  /** There and back again, so that the end meets the beginning. */
  pingPong: z.boolean().optional(),
  /** Of the file, without extension, or of the folder of numbered pictures. */
  name: z.string().min(1).max(200),
});
export type AnimationOutput = z.infer<typeof animationOutputSchema>;

export const renderRequestSchema = z.object({
  timeline: timelineSchema,
  fps: frameRateSchema,
  output: animationOutputSchema,
});
export type RenderRequest = z.infer<typeof renderRequestSchema>;

/** Known by what is drawn: asking for the same frames again is going on with the same render. */
export const renderIdSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** Frames of an animation, drawn or still to be drawn; they wait on disk until they are dropped. */
export const renderSchema = z.object({
  id: renderIdSchema,
  request: renderRequestSchema,
  frames: z.int().positive(),
  /** How many of them are drawn. */
  drawn: z.int().nonnegative(),
  /** Of the pack that drew them, told when they are drawn. */
  license: z.string().optional(),
});
export type Render = z.infer<typeof renderSchema>;

export const renderFrameRequestSchema = z.object({
  id: renderIdSchema,
  index: z.int().nonnegative(),
  /** Longest side in pixels, resampled; left out, as drawn. */
  side: exportSideSchema.optional(),
});
export type RenderFrameRequest = z.infer<typeof renderFrameRequestSchema>;

export const exportRenderRequestSchema = animationOutputSchema.extend({
  id: renderIdSchema,
  format: pictureAnimationSchema,
  /** A folder of pictures is never replaced. */
  ifExists: ifExistsSchema,
  destination: destinationSchema,
});
export type ExportRenderRequest = z.infer<typeof exportRenderRequestSchema>;

/** Puts a film that the window encoded and uploaded where exports go. */
export const exportFilmRequestSchema = z.object({
  upload: z.uuid(),
  format: filmSchema,
  name: z.string().min(1).max(200),
  destination: destinationSchema,
});
export type ExportFilmRequest = z.infer<typeof exportFilmRequestSchema>;

export const keepMomentRequestSchema = z.object({
  timeline: timelineSchema,
  /** In seconds from the beginning. */
  at: z.number().nonnegative(),
});
export type KeepMomentRequest = z.infer<typeof keepMomentRequestSchema>;
