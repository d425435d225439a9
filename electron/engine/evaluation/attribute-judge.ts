import { z } from 'zod';
import type { AttributeGroup } from '../../contract/pack.ts';
import { list } from '../../contract/list.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { AttributeEditor } from '../semantics/attribute-editor.ts';

const name = z.string().min(1).max(200);
const channel = z.number().min(0).max(255);
const words = list(name, { min: 1, max: 100 });

/** What portraits are asked for, and what a portrait that heeds it may show. */
export const judgedPromptsSchema = z.object({
  /** The colours that are told apart in places: where their channels stand among the attributes, and names. */
  places: z.record(
    name,
    z.object({
      range: z.tuple([z.int().nonnegative(), z.int().positive()]),
      palette: list(z.object({ name, rgb: z.tuple([channel, channel, channel]) }), { max: 1_000 }),
    }),
  ),
  prompts: list(
    z.object({
      prompt: name,
      /** By kind of label, as the pack's attribute groups have them. */
      labels: z.record(name, words).default({}),
      /** By place. */
      colours: z.record(name, words).default({}),
    }),
    { min: 1, max: 1_000 },
  ),
});
export type JudgedPrompts = z.infer<typeof judgedPromptsSchema>;
export type JudgedPrompt = JudgedPrompts['prompts'][number];

/** Whose options are surer than this are of the style that is shown. */
const SHOWN = 0.5;

/**
 * Reads off a portrait's w what it shows, by the pack's attribute classifier, which takes no part in
 * choosing or drawing it.
 */
export class AttributeJudge {
  readonly #editor: AttributeEditor;
  readonly #places: JudgedPrompts['places'];

  constructor(editor: AttributeEditor, places: JudgedPrompts['places']) {
    this.#editor = editor;
    this.#places = places;
  }

  /**
   * @param latents w [width] as they are drawn, after projection
   * @returns for each portrait whether it shows each thing that was asked for
   */
  async heeded(
    latents: readonly Float32Array[],
    asked: JudgedPrompt,
    options?: CallOptions,
  ): Promise<boolean[][]> {
    const shown = await this.#editor.classify(latents, options);
    return shown.map((attributes) => [
      ...Object.entries(asked.labels).map(([kind, accepted]) => {
        const said = labelsIn(attributes, this.#editor.groups, kind);
        return said.length > 0 && said.every((labels) => labels.some((l) => accepted.includes(l)));
      }),
      ...Object.entries(asked.colours).map(([place, accepted]) =>
        accepted.includes(this.#colourIn(attributes, place)),
      ),
    ]);
  }

  #colourIn(attributes: Float32Array, place: string): string {
    const { range = [0, 0], palette = [] } = this.#places[place] ?? {};
    const rgb = attributes.subarray(...range).map((value) => (value + 1) * 127.5);
    const distance = (base: readonly number[]) =>
      base.reduce((sum, value, i) => sum + (value - (rgb[i] ?? 0)) ** 2, 0);
    const [nearest] = palette.toSorted((a, b) => distance(a.rgb) - distance(b.rgb));
    return nearest?.name ?? '';
  }
}

/** What each choice of the style that is shown says of a kind of label. */
function labelsIn(
  attributes: Float32Array,
  groups: readonly AttributeGroup[],
  kind: string,
): (readonly string[])[] {
  return groups.flatMap((group) => {
    if (group.kind !== 'choice') return [];
    const probabilities = attributes.subarray(...group.range);
    const sum = probabilities.reduce((total, value) => total + value, 0);
    const labels = group.goesWith[probabilities.indexOf(Math.max(...probabilities))]?.[kind];
    return sum >= SHOWN && labels !== undefined ? [labels] : [];
  });
}
