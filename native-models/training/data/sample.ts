/** Draws who to portray: a style, its options and its colours. */
import { colourJitter, colourPlaces, palettes, personas } from './palettes.ts';
import type { ColourPlace, NamedColour, Persona, Rgb } from './palettes.ts';
import type { Random } from './random.ts';
import { styles } from './styles.ts';
import type { Expression, Labels, Option, Style, StyleName } from './styles.ts';

/** Everything that decides a picture. `options` are indices into the style's groups. */
export interface Portrait {
  readonly style: StyleName;
  readonly persona: Persona;
  readonly options: Readonly<Record<string, number>>;
  readonly colours: Readonly<Record<ColourPlace, Rgb>>;
  /** Index of each colour's base in its palette. */
  readonly named: Readonly<Record<ColourPlace, number>>;
}

const personaWeights: Record<Persona, number> = {
  woman: 1,
  man: 1,
  'old woman': 0.35,
  'old man': 0.35,
};

/** How often an option is drawn for this persona with this expression (not normalised). */
export function optionWeight(
  option: Option,
  persona: Persona,
  expression: Expression | undefined,
): number {
  const byExpression = expression === undefined ? 1 : (option.expression?.[expression] ?? 1);
  return option.weight * (option.persona?.[persona] ?? 1) * byExpression;
}

/** How often a colour is drawn for this persona (not normalised). */
export const colourWeight = (colour: NamedColour, persona: Persona): number =>
  colour.weight * (colour.persona?.[persona] ?? 1);

export function styleOf(portrait: Pick<Portrait, 'style'>): Style {
  const style = styles.find(({ name }) => name === portrait.style);
  if (!style) throw new RangeError(`No style is called "${portrait.style}".`);
  return style;
}

/** The options that are drawn, by group. */
export function drawnOptions(portrait: Portrait): Record<string, Option> {
  const { groups } = styleOf(portrait);
  return Object.fromEntries(
    Object.entries(groups).map(([group, options]) => {
      const option = options[portrait.options[group] ?? -1];
      if (!option) throw new RangeError(`"${portrait.style}" has no such option in "${group}".`);
      return [group, option];
    }),
  );
}

/** What can be seen in the portrait; a later group's word wins over an earlier one's, unless it is covered. */
export function labelsOf(portrait: Portrait): Labels {
  const drawn = Object.values(drawnOptions(portrait));
  return Object.assign(
    {},
    ...drawn.map(({ labels }) => labels),
    ...drawn.map(({ covers }) => covers),
  ) as Labels;
}

const clampByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

function sampleColours(random: Random, persona: Persona): Pick<Portrait, 'colours' | 'named'> {
  const named: Partial<Record<ColourPlace, number>> = {};
  const colours: Partial<Record<ColourPlace, Rgb>> = {};
  for (const place of colourPlaces) {
    const index = random.weighted(palettes[place].map((colour) => colourWeight(colour, persona)));
    const base = palettes[place][index]?.base ?? [0, 0, 0];
    const jitter = (channel: number): number => clampByte(channel + colourJitter * random.normal());
    named[place] = index;
    colours[place] = [jitter(base[0]), jitter(base[1]), jitter(base[2])];
  }
  return { named, colours } as Pick<Portrait, 'colours' | 'named'>;
}

/** Draws one portrait; the groups follow the persona, and the expression that the mouth sets. */
export function samplePortrait(random: Random): Portrait {
  const persona =
    personas[random.weighted(personas.map((name) => personaWeights[name]))] ?? 'woman';
  const style = styles[random.weighted(styles.map(({ weight }) => weight))] ?? styles[0];
  if (!style) throw new RangeError('There are no styles.');
  const options: Record<string, number> = {};
  let expression: Expression | undefined;
  for (const [group, choices] of Object.entries(style.groups)) {
    const index = random.weighted(
      choices.map((choice) => optionWeight(choice, persona, expression)),
    );
    options[group] = index;
    if (group === 'mouth') expression = choices[index]?.labels.expression;
  }
  return { style: style.name, persona, options, ...sampleColours(random, persona) };
}

/** What faces say with few pixels, so that a generator learns it last. */
const smallGroups: ReadonlySet<string> = new Set(['mouth', 'eyebrows', 'facialHair', 'beard']);

/** The same portrait with another mouth, other eyebrows or another beard: any but its own as likely. */
export function counterfactualOf(portrait: Portrait, random: Random): Portrait {
  const groups = Object.entries(styleOf(portrait).groups).filter(
    ([name, { length }]) => smallGroups.has(name) && length > 1,
  );
  const [group, options] = random.pick(groups);
  const step = 1 + Math.floor(random.next() * (options.length - 1));
  const other = ((portrait.options[group] ?? 0) + step) % options.length;
  return { ...portrait, options: { ...portrait.options, [group]: other } };
}

/** What the mapping network needs to draw from the same distribution (see generator.py). */
export function distribution(): unknown {
  return {
    personas: personas.map((name) => ({ name, weight: personaWeights[name] })),
    colourPlaces,
    colourJitter,
    palettes,
    styles,
  };
}
