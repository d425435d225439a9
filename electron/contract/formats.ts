/**
 * The formats that pictures, animations and films are written in: one list each, from which extensions,
 * choices of the window and of the command line, and checks follow. What writes a format stands beside the
 * encoders (engine/images, renderer/timeline/film.ts), which the compiler asks for.
 */
import { z } from 'zod';

interface Format {
  /** How artists call it. */
  readonly title: string;
  /** Of its files, with the dot. */
  readonly extension: `.${string}`;
}

interface StillFormat extends Format {
  /** Has no quality to choose. */
  readonly isLossless: boolean;
}

/** Of single pictures. */
export const STILL_FORMATS = {
  png: { title: 'PNG', extension: '.png', isLossless: true },
  jpeg: { title: 'JPEG', extension: '.jpg', isLossless: false },
  webp: { title: 'WebP', extension: '.webp', isLossless: false },
  avif: { title: 'AVIF', extension: '.avif', isLossless: false },
} as const satisfies Record<string, StillFormat>;

interface MovingFormat extends Format {
  /** The finest step of time that it knows, in milliseconds. */
  readonly grainMs: number;
  /** Programs show frames that last less than this far too long. */
  readonly shortestFrameMs: number;
}

/** Of pictures that move, which the engine joins of frames. */
export const MOVING_FORMATS = {
  webp: { title: 'WebP', extension: '.webp', grainMs: 1, shortestFrameMs: 0 },
  gif: { title: 'GIF', extension: '.gif', grainMs: 10, shortestFrameMs: 20 },
} as const satisfies Record<string, MovingFormat>;

interface FilmFormat extends Format {
  /** What it is encoded with, as artists know it. */
  readonly encoders: string;
}

/** Of films, which the window encodes. The most welcome first. */
export const FILM_FORMATS = {
  mp4: { title: 'MP4', extension: '.mp4', encoders: 'H.264' },
  webm: { title: 'WebM', extension: '.webm', encoders: 'VP9, VP8' },
} as const satisfies Record<string, FilmFormat>;

/** The format of frames that become a folder of numbered pictures. */
export const FRAME_FORMAT = 'png' satisfies keyof typeof STILL_FORMATS;

export const pictureFormatSchema = z.enum(keysOf(STILL_FORMATS));
export type PictureFormat = keyof typeof STILL_FORMATS;

export const animationFormatSchema = z.enum(keysOf(MOVING_FORMATS));
export type AnimationFormat = keyof typeof MOVING_FORMATS;

export const filmSchema = z.enum(keysOf(FILM_FORMATS));
export type Film = keyof typeof FILM_FORMATS;

/** What an animation can become by the engine: joined frames, or a folder of them. */
export const pictureAnimationSchema = z.enum([...keysOf(MOVING_FORMATS), FRAME_FORMAT]);
export type PictureAnimation = z.infer<typeof pictureAnimationSchema>;

/** The formats of a list, in its order. */
export function keysOf<K extends string>(formats: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(formats) as K[];
}

/** Whether frames become a folder of pictures, and not one file. */
export function isFolder(format: PictureAnimation): format is typeof FRAME_FORMAT {
  return format === FRAME_FORMAT;
}

/** 1 keeps every frame, 2 every other one. */
export function framesToSkip(format: PictureAnimation, frameMs: number): number {
  const shortest = isFolder(format) ? 0 : MOVING_FORMATS[format].shortestFrameMs;
  return Math.max(1, Math.ceil(shortest / frameMs));
}
