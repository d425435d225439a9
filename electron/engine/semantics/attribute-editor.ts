import type { AttributeGroup, PackManifest } from '../../contract/pack.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import { runRows } from '../inference/rows.ts';
import { addScaled } from '../latent/vectors.ts';
import type { Pack } from '../packs/pack.ts';

/** The two ends of a direction. */
export type End = 'low' | 'high';

type AttributeModel = NonNullable<PackManifest['attributes']>;

/** What is asked of the graph for one portrait: nothing at all, an end of a direction, or a transfer. */
interface Request {
  readonly w: Float32Array;
  readonly other?: Float32Array;
  readonly change?: Float32Array;
  readonly take?: Float32Array;
}

/**
 * The attribute model of a pack: an attribute classifier, which reads class probabilities and colours off
 * w, and an editor that gives the direction after which w shows some of them otherwise. Unlike a vector that
 * serves all portraits, such a direction ends at a portrait that shows the change and nothing else.
 * Attributes are numbers as the manifest describes them, w are [width].
 */
export class AttributeEditor {
  readonly #graph: string;
  readonly #inference: Inference;
  readonly #model: AttributeModel;
  readonly #parts: PackManifest['parts'];
  readonly #directions: number;
  /**
   * What portraits show that show an attribute, [attributes, attributes]; null where the pack does not
   * tell.
   */
  readonly cooccurrence: Float32Array | null;

  private constructor(
    pack: Pack,
    model: AttributeModel,
    inference: Inference,
    cooccurrence: Float32Array | null,
  ) {
    this.#graph = pack.file(model.graph);
    this.#inference = inference;
    this.#model = model;
    this.#parts = pack.manifest.parts;
    this.#directions = pack.manifest.directions.length;
    this.cooccurrence = cooccurrence;
  }

  /** Null for a pack that brings no attribute model. */
  static async load(pack: Pack, inference: Inference): Promise<AttributeEditor | null> {
    const { attributes: model } = pack.manifest;
    if (!model) return null;
    const { cooccurrence, count } = model;
    const counted = cooccurrence ? await pack.readNumbers(cooccurrence, count ** 2) : null;
    return new AttributeEditor(pack, model, inference, counted);
  }

  get groups(): readonly AttributeGroup[] {
    return this.#model.groups;
  }

  /** Where the probabilities of the drawing styles stand; empty for a pack of one style. */
  get styles(): AttributeGroup['range'] {
    return this.groups.find(({ kind }) => kind === 'style')?.range ?? [0, 0];
  }

  /** What portraits show: [attributes] of each. */
  async classify(
    portraits: readonly Float32Array[],
    options?: CallOptions,
  ): Promise<Float32Array[]> {
    const rows = await this.#run(
      portraits.map((w) => ({ w })),
      options,
    );
    return rows.map(({ shown }) => shown);
  }

  /** The direction [width] from a portrait to an end of the manifest's named direction `index`. */
  async directionTo(
    w: Float32Array,
    index: number,
    end: End,
    options?: CallOptions,
  ): Promise<Float32Array> {
    const change = new Float32Array(2 * this.#directions);
    change[2 * index + (end === 'high' ? 1 : 0)] = 1;
    const [row] = await this.#run([{ w, change }], options);
    return row.direction;
  }

  /** The direction [width] after which w shows the attributes of a mask as another portrait does. */
  async transfer(
    mask: Float32Array,
    from: Float32Array,
    w: Float32Array,
    options?: CallOptions,
  ): Promise<Float32Array> {
    const [row] = await this.#run([{ w, other: from, take: mask }], options);
    return row.direction;
  }

  /**
   * What portraits show once they are drawn in the style of w: choices that this style has not as what
   * stands in for them.
   */
  async classifyInStyleOf(
    w: Float32Array,
    portraits: readonly Float32Array[],
    options?: CallOptions,
  ): Promise<Float32Array[]> {
    const take = this.#allButStyle();
    const rows = await this.#run(
      portraits.map((other) => ({ w, other, take })),
      options,
    );
    return this.classify(
      rows.map(({ direction }) => addScaled(w, direction)),
      options,
    );
  }

  /**
   * The direction [width] after which w shows the same in the style of another portrait, what the style has
   * not as what stands in for it; none where it is in that style.
   */
  async directionToStyleOf(
    other: Float32Array,
    w: Float32Array,
    options?: CallOptions,
  ): Promise<Float32Array> {
    // By way of the other portrait: to all that it shows, and in its style back to what this one shows.
    const [there, back] = await this.#run(
      [
        { w, other, take: this.mask(this.groups.map(({ range }) => range)) },
        { w: other, other: w, take: this.#allButStyle() },
      ],
      options,
    );
    return addScaled(there.direction, back.direction);
  }

  /** The mask of a lockable part by its id; null where the pack has none that is made of attributes. */
  maskOf(part: string): Float32Array | null {
    const ranges = this.#parts.find(({ id }) => id === part)?.attributes;
    return ranges ? this.mask(ranges) : null;
  }

  /** [attributes]: 1 for those in any of the ranges, 0 for the others. */
  mask(ranges: readonly AttributeGroup['range'][]): Float32Array {
    const mask = new Float32Array(this.#model.count);
    for (const [from, to] of ranges) mask.fill(1, from, to);
    return mask;
  }

  #allButStyle(): Float32Array {
    const others = this.groups.filter(({ kind }) => kind !== 'style');
    return this.mask(others.map(({ range }) => range));
  }

  #run<const Rows extends readonly Request[]>(
    rows: Rows,
    options: CallOptions | undefined,
  ): Promise<{ [K in keyof Rows]: { direction: Float32Array; shown: Float32Array } }>;
  async #run(rows: readonly Request[], options: CallOptions | undefined) {
    const { count } = this.#model;
    const inputs = rows.map(({ w, other = w, change, take }) => ({
      ...{ w, other },
      change: change ?? new Float32Array(2 * this.#directions),
      take: take ?? new Float32Array(count),
    }));
    const widths = { direction: inputs[0]?.w.length ?? 0, shown: count };
    return runRows(this.#inference, this.#graph, inputs, widths, options);
  }
}
