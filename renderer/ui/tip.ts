const SIDES = ['top', 'right', 'bottom', 'left'] as const;

interface TipOptions {
  /** The key that does the same. */
  keys?: string | undefined;
  side?: (typeof SIDES)[number];
}

/**
 * Gives an element a tip: what the control does, or the field's term for it. `TipLayer.svelte` shows it where the pointer
 * rests or the keyboard is, so that the keyboard reaches whatever has one.
 *
 * @param text undefined where there is none
 * @returns attributes for the element
 */
export function tipOf(text: string | undefined, { keys, side = 'top' }: TipOptions = {}) {
  if (text === undefined) return {};
  return { 'data-tip': text, 'data-tip-keys': keys, 'data-tip-side': side, tabindex: 0 };
}

/** The element that has a tip, at a target or around it; null where none has. */
export function bearerOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
}

/** What was given to an element. */
export function readTip({ dataset }: HTMLElement) {
  const side = SIDES.find((one) => one === dataset['tipSide']) ?? 'top';
  return { text: dataset['tip'] ?? '', keys: dataset['tipKeys'], side };
}
