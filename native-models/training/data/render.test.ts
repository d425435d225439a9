import { describe, expect, it } from 'vitest';

import { seededRandom } from './random.ts';
import { portraitSvg, renderPortrait } from './render.ts';
import { samplePortrait, styleOf } from './sample.ts';
import type { Portrait } from './sample.ts';

const SIDE = 256;
/** The inside of a soft cartoon's open mouth. */
const INSIDE = [97, 21, 25] as const;

const portraits = Array.from({ length: 2_000 }, (_, seed) => samplePortrait(seededRandom(seed)));

/** How many pixels have about this colour. */
function count(pixels: Uint8Array, colour: readonly [number, number, number]): number {
  let found = 0;
  for (let i = 0; i < pixels.length; i += 3) {
    if (colour.every((value, channel) => Math.abs(value - (pixels[i + channel] ?? 0)) < 6)) found++;
  }
  return found;
}

describe('renders', () => {
  it('open the mouths of soft cartoons', () => {
    const portrait = portraits.find(({ style }) => style === 'toon-head') as Portrait;
    const mouths = styleOf(portrait).groups['mouth'] ?? [];
    const open = mouths.flatMap(({ id }, mouth) => {
      const options = { ...portrait.options, mouth };
      return count(renderPortrait({ ...portrait, options }, SIDE), INSIDE) > 50 ? [id] : [];
    });
    expect(open).toEqual(['laugh', 'angry', 'agape']);
  });

  it('tell resvg the type of every mask in the one way that it knows', () => {
    const documents = portraits.map(portraitSvg);
    expect(documents.filter((svg) => svg.includes('mask-type="alpha"')).length).toBeGreaterThan(50);
    for (const svg of documents) expect(svg).not.toMatch(/style="[^"]*mask-type:\s*alpha/);
  });
});
