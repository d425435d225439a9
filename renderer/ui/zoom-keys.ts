import type { KeyBindings } from '../palette/key-bindings.svelte.ts';
import { KEYS } from '../palette/key-table.ts';
import type { Chord } from '../palette/keys.ts';
import type { Zoom } from './zoom.svelte.ts';
import { type Frame, isCut, type Point } from './zoom.ts';

/** How far an arrow moves a picture, in CSS px. */
const PAN = 80;

/** What arrow keys move by. */
export const PANS: Partial<Record<string, Point>> = {
  ArrowLeft: { x: PAN, y: 0 },
  ArrowRight: { x: -PAN, y: 0 },
  ArrowUp: { x: 0, y: PAN },
  ArrowDown: { x: 0, y: -PAN },
};

/**
 * Zooms and moves by keys; arrows move a picture that is larger than its frame only.
 *
 * @param keys those that the artist has chosen
 * @returns whether the key meant that
 */
export function zoomByKey(
  event: Chord,
  zoom: Zoom,
  frame: Frame,
  keys: Pick<KeyBindings, 'matches'>,
): boolean {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const pan = isPlain ? PANS[event.key] : undefined;
  if (pan && isCut(zoom.look, frame)) zoom.pan(pan, frame);
  else if (keys.matches(KEYS.closer, event)) zoom.step(1, frame);
  else if (keys.matches(KEYS.further, event)) zoom.step(-1, frame);
  else if (keys.matches(KEYS.zoom, event)) zoom.toggle(frame);
  else return false;
  return true;
}

const SCROLLS = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']);

/** Whether a key belongs to a control, or to words longer than their place, that has the keyboard. */
export function isForControl({ key, target }: Pick<KeyboardEvent, 'key' | 'target'>): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('[role="radiogroup"], input')) return key !== 'Escape';
  if (SCROLLS.has(key) && isScrollable(target)) return true;
  return target.closest('button') !== null && (key === ' ' || key === 'Enter');
}

function isScrollable(element: Element): boolean {
  const isLonger = element.scrollHeight > element.clientHeight;
  return isLonger && getComputedStyle(element).overflowY === 'auto';
}
