/** How portraits of the grid are sized, and what stands around them at each size. Lengths in CSS px. */
/** A step of the keys, and of a turn of the wheel. */
const STEP = 1.15;
/** Pinching tells of many small turns, a wheel of few large ones. */
const WHEEL_TURN = 100;

export interface Spacing {
  gap: number;
  /** Height of the words under a picture; 0 where there is no room for any. */
  caption: number;
  radius: number;
}

/** Small pictures stand close together and for themselves. */
export function spacing(cell: number): Spacing {
  if (cell < 104) return { gap: 6, caption: 0, radius: 6 };
  if (cell < 136) return { gap: 10, caption: 0, radius: 8 };
  return { gap: 16, caption: 40, radius: 10 };
}

/** The size that a key with Ctrl or Cmd asks for; null where it asks for none. */
export function sizeAfterKey(
  { key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  cell: number,
): number | null {
  if (altKey || !(ctrlKey || metaKey)) return null;
  if (key === '+' || key === '=') return cell * STEP;
  return key === '-' ? cell / STEP : null;
}

/** The size that the wheel leads to with Ctrl or Cmd held, or two fingers on a pad. */
export function sizeAfterWheel({ deltaY }: Pick<WheelEvent, 'deltaY'>, cell: number): number {
  const turns = Math.min(1, Math.max(-1, deltaY / WHEEL_TURN));
  return cell * STEP ** -turns;
}
