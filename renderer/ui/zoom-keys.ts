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
 * @returns whether the key meant that
 */
export function zoomByKey({ key }: Pick<KeyboardEvent, 'key'>, zoom: Zoom, frame: Frame): boolean {
  const pan = PANS[key];
  if (pan && isCut(zoom.look, frame)) zoom.pan(pan, frame);
  else if (key === '+' || key === '=') zoom.step(1, frame);
  else if (key === '-') zoom.step(-1, frame);
  else if (key === 'z') zoom.toggle(frame);
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
