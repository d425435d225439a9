import type { DrawOverrides, Frame } from '../../electron/contract/draw.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { anchorOf, isSet, type Slot } from './slot.ts';

/** How what stands at a slot is drawn. */
export interface SlotDrawing {
  readonly seed: number;
  readonly settings: DrawOverrides;
  readonly channel: string;
}

/** The picture of what stands at a slot; null for a portrait, which has its own, and for an empty one. */
export async function drawSlot(
  service: StudioService,
  slot: Slot,
  { seed, settings, channel }: SlotDrawing,
  signal: AbortSignal,
): Promise<Frame | null> {
  if (slot.kind === 'portrait' || !isSet(slot)) return null;
  const anchor = anchorOf(slot, seed);
  // A path from an anchor to itself is that anchor everywhere.
  return service.preview(
    { from: anchor, to: anchor, path: 'w', settings, channel, position: 0, size: 'full' },
    { signal },
  );
}
