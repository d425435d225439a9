/**
 * The maths of looking closer at a picture: how large it is drawn and where. A level is how many pixels of the
 * screen a pixel of the picture takes; `null` fits the picture to its frame. Lengths in CSS px.
 */

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** What of a picture is looked at: the same means the same in frames and pictures of other sizes. */
export interface Look {
  level: number | null;
  /** The place of the picture in the middle of the frame, each from 0 to 1. */
  centre: Point;
}

/** A frame, the picture in it in its own pixels, and how many pixels of the screen a CSS px has. */
export interface Frame {
  frame: Size;
  picture: Size;
  ratio: number;
}

export const FITTED: Look = { level: null, centre: { x: 0.5, y: 0.5 } };
/** One pixel of the picture on one of the screen. */
export const EXACT = 1;
const MAX_LEVEL = 16;
/** How much closer than all of it at the least: a picture of few pixels is drawn larger than they are as it is. */
const MIN_CLOSER = 4;
/** Of the keys and a turn of the wheel. */
const STEP = 1.25;

/** The level at which a picture just fits its frame. */
export function fitLevel({ frame, picture, ratio }: Frame): number {
  return Math.min(frame.width / picture.width, frame.height / picture.height) * ratio;
}

export function levelOf(look: Look, frame: Frame): number {
  return look.level ?? fitLevel(frame);
}

/** Smallest level: all of it is seen, and at 100 % where that is smaller still. */
function minLevel(frame: Frame): number {
  return Math.min(EXACT, fitLevel(frame));
}

/** Largest level. */
function maxLevel(frame: Frame): number {
  return Math.max(MAX_LEVEL, MIN_CLOSER * fitLevel(frame));
}

/** Where the picture is drawn: its upper left corner in the frame, on a whole pixel of the screen, and its size. */
export function placed(look: Look, frame: Frame): Point & Size {
  const level = levelOf(look, frame);
  const width = (frame.picture.width * level) / frame.ratio;
  const height = (frame.picture.height * level) / frame.ratio;
  const { x, y } = clamped(look.centre, { width, height }, frame.frame);
  const snap = (at: number) => Math.round(at * frame.ratio) / frame.ratio;
  return {
    x: snap(frame.frame.width / 2 - x * width),
    y: snap(frame.frame.height / 2 - y * height),
    ...{ width, height },
  };
}

/** Whether there is more of the picture than the frame shows. */
export function isCut(look: Look, frame: Frame): boolean {
  const { width, height } = placed(look, frame);
  return width > frame.frame.width + 0.5 || height > frame.frame.height + 0.5;
}

/** Zooms so that what is under `at`, measured from the middle of the frame, stays there. */
export function zoomed(look: Look, frame: Frame, to: number, at: Point = { x: 0, y: 0 }): Look {
  const level = Math.min(maxLevel(frame), Math.max(minLevel(frame), to));
  const before = placed(look, frame);
  const under = {
    x: (frame.frame.width / 2 + at.x - before.x) / before.width,
    y: (frame.frame.height / 2 + at.y - before.y) / before.height,
  };
  const scale = level / frame.ratio;
  const width = frame.picture.width * scale;
  const height = frame.picture.height * scale;
  const centre = { x: under.x - at.x / width, y: under.y - at.y / height };
  // All of it is all of it, whatever the frame becomes.
  const isFit = Math.abs(level - fitLevel(frame)) < 1e-6;
  return { level: isFit ? null : level, centre: clamped(centre, { width, height }, frame.frame) };
}

/** A step closer, or further away with -1; the steps meet at 100 %, 200 % and where it fits. */
export function stepped(look: Look, frame: Frame, sign: 1 | -1): Look {
  const now = levelOf(look, frame);
  const next = now * STEP ** sign;
  const stops = [EXACT, 2 * EXACT, fitLevel(frame)];
  const stop = stops.find((level) => (level - now) * sign > 1e-6 && (next - level) * sign > -1e-6);
  return zoomed(look, frame, stop ?? next);
}

/** Moves what is seen as the hand moves, in CSS px. */
export function panned(look: Look, frame: Frame, by: Point): Look {
  const { width, height } = placed(look, frame);
  const { x, y } = clamped(look.centre, { width, height }, frame.frame);
  const centre = { x: x - by.x / width, y: y - by.y / height };
  return { ...look, centre: clamped(centre, { width, height }, frame.frame) };
}

/** A centre at which the picture fills the frame, or stands in its middle where it is smaller. */
function clamped({ x, y }: Point, drawn: Size, frame: Size): Point {
  const along = (at: number, size: number, room: number): number => {
    if (size <= room) return 0.5;
    const margin = room / 2 / size;
    return Math.min(1 - margin, Math.max(margin, at));
  };
  return {
    x: along(x, drawn.width, frame.width),
    y: along(y, drawn.height, frame.height),
  };
}
