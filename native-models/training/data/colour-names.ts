/** What people call the colours of the palettes: hundreds of names, so that a new one finds its neighbours. */
import { readFileSync } from 'node:fs';

import { palettes } from './palettes.ts';
import type { ColourPlace, Rgb } from './palettes.ts';

interface NamedPoint {
  readonly name: string;
  readonly point: readonly [number, number, number];
}

/** How much a step in lightness counts beside one in hue: people name the hue first. */
const LIGHTNESS_WEIGHT = 0.6;
/** Names that lie further than this from every colour of a palette say nothing about it. */
const FARTHEST = 0.085;

/** Oklab (Björn Ottosson, "A perceptual color space for image processing", 2020), lightness weighted. */
function point([red, green, blue]: Rgb): NamedPoint['point'] {
  const linear = (value: number): number =>
    value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    LIGHTNESS_WEIGHT * (0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s),
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const distance = (a: NamedPoint['point'], b: NamedPoint['point']): number =>
  Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Words that evaluate.py asks for because no caption has them. */
function heldOutWords(): RegExp {
  const file = new URL('unseen-prompts.json', import.meta.url);
  const prompts = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly word: string }[];
  return new RegExp(`\\b(${prompts.map(({ word }) => word).join('|')})\\b`, 'i');
}

const names: readonly NamedPoint[] = readNames();

function readNames(): NamedPoint[] {
  const text = readFileSync(new URL('colour-names.txt', import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const code = Number.parseInt(line.slice(0, 6), 16);
      return { name: line.slice(7), point: point([code >> 16, (code >> 8) & 255, code & 255]) };
    });
}

type NamesByPlace = Readonly<Record<ColourPlace, Record<string, readonly string[]>>>;

function namesOf(place: ColourPlace, known: readonly NamedPoint[]): NamesByPlace[ColourPlace] {
  const colours = palettes[place].map(({ name, base }) => ({ name, point: point(base) }));
  const found: Record<string, string[]> = {};
  for (const { name, point: at } of known) {
    const byDistance = colours
      .map((colour) => ({ ...colour, far: distance(colour.point, at) }))
      .sort((a, b) => a.far - b.far);
    const [nearest] = byDistance;
    if (nearest && nearest.far < FARTHEST) (found[nearest.name] ??= []).push(name);
  }
  return found;
}

const namesOfAll = (known: readonly NamedPoint[]): NamesByPlace => ({
  skin: namesOf('skin', known),
  hair: namesOf('hair', known),
  clothing: namesOf('clothing', known),
  background: namesOf('background', known),
  accessory: namesOf('accessory', known),
});

const heldOut = heldOutWords();

/** For each place, the names that people give to the colours of its palette, by the palette's own names. */
export const colourNames = namesOfAll(names.filter(({ name }) => !heldOut.test(name)));

/** The same with the names that evaluation holds back. */
export const completeColourNames = namesOfAll(names);
