import type { AttributeGroup, PackManifest } from '../../contract/pack.ts';
import type { CallOptions, Inference } from '../inference/inference.ts';
import { runRows } from '../inference/rows.ts';
import { addScaled } from '../latent/vectors.ts';
import type { Pack } from '../packs/pack.ts';

/** The two ends of a named direction. */
export type End = 'low' | 'high';

interface Change {
  readonly w: Float32Array;
  readonly other?: Float32Array;
  readonly change?: Float32Array;
  readonly take?: Float32Array;
}

/**
 * Changes of a portrait that a pack knows how to make: what is shown is read off w, some of it is
 * changed, and both are mapped. Unlike a vector that serves all portraits, such a direction ends at a
 * portrait that shows the change and nothing else. Attributes are numbers as the manifest's `changes`
 * describes them.
 */
export class Changes {
  readonly #graph: string;
  readonly #inference: Inference;
  readonly #manifest: NonNullable<PackManifest['changes']>;
  readonly #directions: number;
  /**
   * What portraits show that show an attribute, [attributes, attributes]; null where the pack does not
   * tell.
   */
  readonly cooccurrence: Float32Array | null;

  private constructor(
    graph: string,
    inference: Inference,
    manifest: NonNullable<PackManifest['changes']>,
    directions: number,
    cooccurrence: Float32Array | null,
  ) {
    this.#graph = graph;
    this.#inference = inference;
    this.#manifest = manifest;
    this.#directions = directions;
    this.cooccurrence = cooccurrence;
  }

  /** Null for a pack that knows no changes. */
  static async load(pack: Pack, inference: Inference): Promise<Changes | null> {
    const { changes, directions } = pack.manifest;
    if (!changes) return null;
    const { graph, cooccurrence, attributes } = changes;
    const counted = cooccurrence ? await pack.readNumbers(cooccurrence, attributes ** 2) : null;
    return new Changes(pack.file(graph), inference, changes, directions.length, counted);
  }

  get groups(): readonly AttributeGroup[] {
    return this.#manifest.groups;
  }

  /** Where the shares of the styles stand; empty for a pack of one style. */
  get styles(): AttributeGroup['range'] {
    return this.groups.find(({ kind }) => kind === 'style')?.range ?? [0, 0];
  }

  /** What portraits w [512] show: attributes of each. */
  async read(portraits: readonly Float32Array[], options?: CallOptions): Promise<Float32Array[]> {
    const rows = await this.#run(
      portraits.map((w) => ({ w })),
      options,
    );
    return rows.map(({ shown }) => shown);
  }

  /**
   * The direction [512] from a portrait's w [512] to an end of the manifest's named direction `index`.
   */
  async towards(
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

  /** The direction [512] after which w [512] shows some attributes as another portrait does. */
  async taking(
    take: Float32Array,
    from: Float32Array,
    w: Float32Array,
    options?: CallOptions,
  ): Promise<Float32Array> {
    const [row] = await this.#run([{ w, other: from, take }], options);
    return row.direction;
  }

  /**
   * What portraits [512] show once they are drawn in the style of w [512]: choices that this style has not
   * as what stands in for them.
   */
  async inStyleOf(
    w: Float32Array,
    portraits: readonly Float32Array[],
    options?: CallOptions,
  ): Promise<Float32Array[]> {
    const take = this.#allButStyle();
    const rows = await this.#run(
      portraits.map((other) => ({ w, other, take })),
      options,
    );
    return this.read(
      rows.map(({ direction }) => addScaled(w, direction)),
      options,
    );
  }

  /**
   * The direction [512] after which w [512] shows the same in the style of another portrait, what the style
   * has not as what stands in for it; none where it is in that style.
   */
  async toStyleOf(
    other: Float32Array,
    w: Float32Array,
    options?: CallOptions,
  ): Promise<Float32Array> {
    // By way of the other portrait: to all that it shows, and in its style back to what this one shows.
    const [there, back] = await this.#run(
      [
        { w, other, take: this.only(this.groups.map(({ range }) => range)) },
        { w: other, other: w, take: this.#allButStyle() },
      ],
      options,
    );
    return addScaled(there.direction, back.direction);
  }

  /** The attributes that make up something with a name, 1 each; null where the pack knows no such. */
  held(name: string): Float32Array | null {
    const hold = this.#manifest.holds.find((candidate) => candidate.name === name);
    return hold ? this.only(hold.ranges) : null;
  }

  /** 1 for attributes in any of the ranges, 0 for the others. */
  only(ranges: readonly AttributeGroup['range'][]): Float32Array {
    const mask = new Float32Array(this.#manifest.attributes);
    for (const [from, to] of ranges) mask.fill(1, from, to);
    return mask;
  }

  #allButStyle(): Float32Array {
    const others = this.groups.filter(({ kind }) => kind !== 'style');
    return this.only(others.map(({ range }) => range));
  }

  #run<const Rows extends readonly Change[]>(
    rows: Rows,
    options: CallOptions | undefined,
  ): Promise<{ [K in keyof Rows]: { direction: Float32Array; shown: Float32Array } }>;
  async #run(rows: readonly Change[], options: CallOptions | undefined) {
    const { attributes } = this.#manifest;
    const inputs = rows.map(({ w, other = w, change, take }) => ({
      ...{ w, other },
      change: change ?? new Float32Array(2 * this.#directions),
      take: take ?? new Float32Array(attributes),
    }));
    const widths = { direction: inputs[0]?.w.length ?? 0, shown: attributes };
    return runRows(this.#inference, this.#graph, inputs, widths, options);
  }
}
