/**
 * The named colours the data is drawn from. A portrait takes one name per place (skin, hair, …)
 * and a little jitter around its base, so that the generator learns a continuous colour space
 * and captions still have a plain word for what they see.
 */

/** Red, green and blue in 0…255. */
export type Rgb = readonly [number, number, number];

/** Places of a portrait that have a colour of their own, in every style. */
export const colourPlaces = ['skin', 'hair', 'clothing', 'background', 'accessory'] as const;
export type ColourPlace = (typeof colourPlaces)[number];

/** Who a portrait is of, as far as a drawing can say. */
export const personas = ['woman', 'man', 'old woman', 'old man'] as const;
export type Persona = (typeof personas)[number];

/** Standard deviation of the jitter around a base colour, in 0…255 steps per channel. */
export const colourJitter = 4;

export interface NamedColour {
  readonly name: string;
  readonly base: Rgb;
  readonly weight: number;
  /** Multiplies `weight` for some personas; 1 where absent. */
  readonly persona?: Partial<Record<Persona, number>>;
}

const hex = (code: string): Rgb => [
  Number.parseInt(code.slice(0, 2), 16),
  Number.parseInt(code.slice(2, 4), 16),
  Number.parseInt(code.slice(4, 6), 16),
];

const colour = (
  name: string,
  code: string,
  weight = 1,
  persona?: NamedColour['persona'],
): NamedColour => ({ name, base: hex(code), weight, ...(persona ? { persona } : {}) });

const young = { 'old woman': 0, 'old man': 0 };
const old = { woman: 0, man: 0, 'old woman': 8, 'old man': 8 };

/** Grey and white hair belong to the old, so that age can be seen (and so can be asked for). */
export const palettes: Record<ColourPlace, readonly NamedColour[]> = {
  skin: [
    colour('light', 'f6d3bd', 1.2),
    colour('light', 'f2c09e', 0.8),
    colour('tan', 'd9a066', 1),
    colour('brown', 'a3683f', 1),
    colour('dark', '5f3a28', 1),
  ],
  hair: [
    colour('black', '211d20', 1.4, young),
    colour('dark brown', '44291c', 0.9, young),
    colour('brown', '7a4a28', 1.1, young),
    colour('blond', 'e6c063', 1.3, young),
    colour('red', 'c4430f', 1.3, young),
    colour('grey', '9a9ca1', 1, old),
    colour('white', 'efeeea', 0.8, old),
    colour('pink', 'f06ca8', 0.5, young),
    colour('blue', '3c6ee2', 0.5, young),
    colour('purple', '7c49c6', 0.5, young),
    colour('green', '3da35a', 0.5, young),
  ],
  clothing: [
    colour('red', 'd3322d'),
    colour('orange', 'f0862a'),
    colour('yellow', 'f5cb3b'),
    colour('green', '3b9b52'),
    colour('teal', '1d9d99'),
    colour('blue', '3f70e2'),
    colour('navy', '1c2c5e'),
    colour('purple', '7d4bc4'),
    colour('pink', 'f47bad'),
    colour('brown', '7a4a2b'),
    colour('black', '25252b'),
    colour('grey', '8c8f96'),
    colour('white', 'f3f3f1'),
  ],
  background: [
    colour('light blue', 'b6e2f5', 1.2),
    colour('pink', 'fcc9d8'),
    colour('lavender', 'cbbcf3'),
    colour('mint', 'c3efd3'),
    colour('cream', 'ffedcc'),
    colour('peach', 'ffcfa6'),
    colour('yellow', 'f8df6e'),
    colour('red', 'da4f47'),
    colour('orange', 'f3964a'),
    colour('green', '69bd71'),
    colour('teal', '37a6a0'),
    colour('blue', '4c8df0'),
    colour('navy', '213050'),
    colour('purple', '8a61d0'),
    colour('grey', 'b5bac3'),
    colour('black', '33353d'),
    colour('white', 'fafafa'),
  ],
  accessory: [
    colour('black', '26262c', 2),
    colour('brown', '6f4326'),
    colour('red', 'cf3333'),
    colour('gold', 'd8a72c'),
    colour('blue', '3c69d6'),
    colour('pink', 'ee6fa6'),
    colour('teal', '229a96'),
    colour('white', 'f1f1ee'),
  ],
};
