/**
 * Portraits *between* two portraits. An average of two drawings is a double exposure; what an
 * artist expects half-way is a third portrait. So the generator is shown what to draw there:
 * colours glide, and every option gives way at a moment of its own.
 */
import { colourPlaces } from './palettes.ts';
import type { ColourPlace, Rgb } from './palettes.ts';
import type { Portrait } from './sample.ts';
import { styleNames } from './styles.ts';

/** How much more strongly the most dominant choice of a group holds on than the least dominant one. */
const mostDominant = 4;
const goldenRatio = (1 + Math.sqrt(5)) / 2;

/**
 * How strongly a choice of a group holds on against the others, in [1, mostDominant). Fixed by its number alone, so that the
 * same place in latent space always means the same portrait. Multiples of the golden ratio lie well apart however many
 * there are (Weyl's sequence): the moment at which one choice gives way to another then lies anywhere from a fifth of the
 * way to four fifths. Were it always the middle, everything would change at once there, and half-way would be no portrait.
 */
const dominance = (choice: number): number => mostDominant ** ((choice * goldenRatio) % 1);

const prevails = (a: number, b: number, t: number): boolean =>
  (1 - t) * dominance(a) >= t * dominance(b);

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
    return withColours(prevails(first, second, t) ? a : b, a, b, t);
  }
  const options = Object.fromEntries(
    Object.entries(a.options).map(([group, choice]) => {
      const other = b.options[group] ?? choice;
      return [group, prevails(choice, other, t) ? choice : other];
    }),
  );
  return withColours({ ...a, options }, a, b, t);
}

/** The portrait to show when `a` drives the coarse layers and `b` the fine ones. */
export const portraitMixed = (a: Portrait, b: Portrait): Portrait => withColours(a, a, b, 1);
