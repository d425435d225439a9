/**
 * Scrolling through more than a browser can lay out: it loses what lies past about 16.7 million px of
 * the screen. The sheet that is scrolled is as tall as that allows at most, its scroll position stands for a
 * place in the content, and short scrolls move the content by exactly as much. Lengths in CSS px.
 */

/** Tallest sheet: far below the limit at any pixel ratio and page zoom. */
const MAX_SHEET = 3_000_000;
/** At both ends the sheet is the content itself, so that one comes to rest where it ends. */
const END = 100_000;

export interface ScrollScale {
  /** Height of all there is to see. */
  content: number;
  viewport: number;
  /** Height of what the browser scrolls. */
  sheet: number;
}

export function scrollScale(content: number, viewport: number): ScrollScale {
  return { content, viewport, sheet: Math.min(content, MAX_SHEET) };
}

/** The scroll position that stands for a place in the content. */
export function positionOf({ content, viewport, sheet }: ScrollScale, offset: number): number {
  const last = Math.max(0, content - viewport);
  const at = Math.min(last, Math.max(0, offset));
  if (content === sheet || at <= END) return at;
  const lastPosition = sheet - viewport;
  if (last - at <= END) return lastPosition - (last - at);
  return END + ((at - END) * (lastPosition - 2 * END)) / (last - 2 * END);
}

/** The place in the content that a scroll position stands for. */
export function offsetOf({ content, viewport, sheet }: ScrollScale, position: number): number {
  const lastPosition = Math.max(0, sheet - viewport);
  const at = Math.min(lastPosition, Math.max(0, position));
  if (content === sheet || at <= END) return at;
  const last = content - viewport;
  if (lastPosition - at <= END) return last - (lastPosition - at);
  return END + ((at - END) * (last - 2 * END)) / (lastPosition - 2 * END);
}

/**
 * Where a scroll to `position` leads: a short one exactly as far as it moved, a long one, as by the scroll
 * bar's thumb, to the place that the position stands for.
 */
export function followScroll(
  scale: ScrollScale,
  from: { position: number; offset: number },
  position: number,
): number {
  const by = position - from.position;
  if (Math.abs(by) > scale.viewport) return offsetOf(scale, position);
  return Math.min(Math.max(0, scale.content - scale.viewport), Math.max(0, from.offset + by));
}

/** Whether a scroll position cannot move on, though the content can. */
export function isStuck(scale: ScrollScale, position: number, offset: number): boolean {
  const lastPosition = Math.max(0, scale.sheet - scale.viewport);
  if (position > 0.5 && position < lastPosition - 0.5) return false;
  return Math.abs(positionOf(scale, offset) - position) > 1;
}
