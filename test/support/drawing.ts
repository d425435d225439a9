import type { DrawOverrides, Origin } from '../../electron/contract/draw.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import type { Studio } from '../../electron/engine/studio.ts';

export const words = (prompt: string): Origin => ({ kind: 'prompt', prompt });

export async function draw(
  { service }: Studio,
  origin: Origin,
  count = 1,
  settings: DrawOverrides = { seed: 7 },
) {
  const { ids } = await service.generate({ origin, count, settings });
  return ids;
}

/** The pixels of portraits of a library, RGB8. */
export function pixelsOf({ service }: Studio, ids: readonly string[]) {
  return Promise.all(
    ids.map(async (id) => (await sharpCodec.decode(await service.picture({ id }))).data),
  );
}

/** Mean difference of two pictures, in steps of 1/255. */
export function distance(a: Uint8Array | undefined, b: Uint8Array | undefined): number {
  if (!a || !b || a.length !== b.length) return NaN;
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}
