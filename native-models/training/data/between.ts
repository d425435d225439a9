/**
 * Portraits *between* two portraits. An average of two drawings is a double exposure; what an
 * artist expects half-way is a third portrait. So the generator is shown what to draw there:
 * colours glide, and every option gives way at a moment of its own.
 */
import { colourPlaces } from './palettes.ts';
import type { ColourPlace, Rgb } from './palettes.ts';
import type { Portrait } from './sample.ts';
import { styleNames } from './styles.ts';

/** How far an option's moment can lie from the middle of the way. */
const spread = { options: 0.3, style: 0.15 };

/**
 * How strongly a choice holds on against the others of its group, in [-reach, reach]. Fixed by
 * its name alone, so that the same place in latent space always means the same portrait.
 */
function hold(group: string, choice: number, reach: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${group}/${choice}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  return reach * (((hash >>> 8) / 2 ** 24) * 2 - 1);
}

const holdsOn = (group: string, a: number, b: number, t: number, reach: number): boolean =>
  1 - t + hold(group, a, reach) >= t + hold(group, b, reach);

const mixColour = (a: Rgb, b: Rgb, t: number): Rgb => [
  Math.round(a[0] + (b[0] - a[0]) * t),
  Math.round(a[1] + (b[1] - a[1]) * t),
  Math.round(a[2] + (b[2] - a[2]) * t),
];

/** `a`'s structure in the colours that lie at `t` between both. */
function withColours(structure: Portrait, a: Portrait, b: Portrait, t: number): Portrait {
  const colours = Object.fromEntries(
    colourPlaces.map((place) => [place, mixColour(a.colours[place], b.colours[place], t)]),
  ) as Record<ColourPlace, Rgb>;
  return { ...structure, colours };
}

/** The portrait to show at w = (1 - t)·w(a) + t·w(b), `t` in [0, 1]. */
export function portraitBetween(a: Portrait, b: Portrait, t: number): Portrait {
  if (a.style !== b.style) {
    const [first, second] = [styleNames.indexOf(a.style), styleNames.indexOf(b.style)];
    const keepsA = holdsOn('style', first, second, t, spread.style);
    return withColours(keepsA ? a : b, a, b, t);
  }
  const options = Object.fromEntries(
    Object.entries(a.options).map(([group, choice]) => {
      const other = b.options[group] ?? choice;
      const name = `${a.style}/${group}`;
      return [group, holdsOn(name, choice, other, t, spread.options) ? choice : other];
    }),
  );
  return withColours({ ...a, options }, a, b, t);
}

/** The portrait to show when `a` drives the coarse layers and `b` the fine ones. */
export const portraitMixed = (a: Portrait, b: Portrait): Portrait => withColours(a, a, b, 1);
