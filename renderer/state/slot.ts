import { z } from 'zod';
import {
  generationIdSchema,
  referenceIdSchema,
  type Anchor,
} from '../../electron/contract/generation.ts';
import { MAX_PROMPT_LENGTH } from '../../electron/contract/settings.ts';

/** What stands at a place of a path: words that may still be empty, a picture, or a portrait. */
export const slotSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompt'), prompt: z.string() }),
  z.object({ kind: z.literal('image'), reference: referenceIdSchema }),
  z.object({ kind: z.literal('portrait'), id: generationIdSchema }),
]);
export type Slot = z.infer<typeof slotSchema>;

/** There is something there that can be drawn. */
export function isSet(slot: Slot): boolean {
  return slot.kind !== 'prompt' || (slot.prompt.trim() !== '' && !isTooLong(slot.prompt));
}

/** What is left of a slot when some portraits are deleted for good: an empty one where it was one of them. */
export function without(slot: Slot, ids: readonly string[]): Slot {
  return slot.kind === 'portrait' && ids.includes(slot.id) ? { kind: 'prompt', prompt: '' } : slot;
}

/** The portraits that stand at some slots. */
export function portraitsAt(slots: readonly Slot[]): string[] {
  return slots.flatMap((slot) => (slot.kind === 'portrait' ? [slot.id] : []));
}

/** More words than the studio takes. */
export function isTooLong(prompt: string): boolean {
  return prompt.trim().length > MAX_PROMPT_LENGTH;
}

/** The slot as the engine is asked for it. */
export function anchorOf(slot: Slot, seed: number): Anchor {
  switch (slot.kind) {
    case 'prompt':
      return { kind: 'prompt', prompt: slot.prompt.trim(), seed };
    case 'image':
      return { kind: 'image', reference: slot.reference, seed };
    case 'portrait':
      return { kind: 'portrait', id: slot.id };
  }
}

/** The slot that an anchor of a kept portrait was. */
export function slotOf(anchor: Anchor): Slot {
  switch (anchor.kind) {
    case 'prompt':
      return { kind: 'prompt', prompt: anchor.prompt };
    case 'image':
      return { kind: 'image', reference: anchor.reference };
    case 'portrait':
      return { kind: 'portrait', id: anchor.id };
  }
}
